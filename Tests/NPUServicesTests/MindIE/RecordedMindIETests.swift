import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import TestSupport
import Testing

/// Everything that was recorded of MindIE, read by whoever asks for it.
@Suite(
  "Recorded responses of MindIE",
  .enabled(if: RecordedResponses.wire != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds wire"))
struct RecordedMindIETests {
  private func bytes(_ name: String) throws -> [UInt8] {
    try #require(try RecordedResponses.wire { $0 == name }.first?.bytes, "no \(name)")
  }

  private func answering(_ bytes: [UInt8], type: String = "application/json") -> ScriptedTransport {
    ScriptedTransport { _ in [.head(status: 200, contentType: type), .body(bytes)] }
  }

  @Test(
    "of streams are read to their whole text",
    arguments: [
      ("mindie-infer-stream.sse", .infer, "am a French", 3),
      ("mindie-infer-stream-docs-v21rc1.sse", .infer, "am a French", 3),
      ("mindie-triton-generate-stream.sse", .triton, "am a French", 20),
      ("mindie-vllm-generate-stream.nul", .vllm, "am a French", nil),
    ] as [(String, MindIERequest.WireProtocol, String, Int?)])
  func streams(name: String, wireProtocol: MindIERequest.WireProtocol, text: String, tokens: Int?) async throws {
    let client = MindIEClient(
      transport: answering(try bytes(name), type: "text/event-stream"), service: try .local, wireProtocol: wireProtocol)
    var accumulator = MindIEAccumulator()
    var chunks: [MindIEChunk] = []
    for try await chunk in client.stream(MindIERequest(prompt: "I", model: "m")) {
      accumulator.add(chunk.value)
      chunks.append(chunk.value)
    }
    let response = accumulator.response
    #expect(response.text == text)
    #expect(response.usage?.completionTokens == tokens)
    #expect((response.finishReason == .length) == (wireProtocol != .vllm))
    if wireProtocol == .infer || wireProtocol == .triton {
      #expect(chunks.first?.prefillTime != nil && chunks.first?.decodeTime == nil)
      #expect(chunks.last?.decodeTime != nil)
    }
  }

  @Test(
    "of documents are read",
    arguments: [
      ("mindie-tgi-generate.json", .tgi, "I", "am a"), ("mindie-tgi-root.json", .tgi, "I", "am a"),
      ("mindie-infer.json", .infer, "I", "am a French native speaker."),
      ("mindie-triton-generate.json", .triton, "I", "am a French native speaker."),
      ("mindie-vllm-generate.json", .vllm, "My name is Olivier and I", "am a French"),
    ] as [(String, MindIERequest.WireProtocol, String, String)])
  func documents(name: String, wireProtocol: MindIERequest.WireProtocol, prompt: String, text: String) async throws {
    let client = MindIEClient(
      transport: answering(try bytes(name)), service: try .local, wireProtocol: wireProtocol)
    let response = try await client.generate(MindIERequest(prompt: .text(prompt), model: "m"))
    #expect(response.text == text)
    if name == "mindie-triton-generate.json" {
      #expect(response.usage?.batchSizes == [1, 1] && response.usage?.queueWaitTimes == [5318, 117])
    }
  }

  @Test("of what the server says of itself are read")
  func management() async throws {
    func client(_ name: String) throws -> MindIEManagementClient {
      MindIEManagementClient(transport: answering(try bytes(name)), service: try .local)
    }
    let info = try #require(try await client("mindie-info.json").info().value)
    #expect(info.models.map(\.id) == ["llama_65b"] && info.maxConcurrentRequests == 200 && info.maxInputLength == 2048)
    let slots = try await client("mindie-slotcount.json").slots(of: "llama_65b").value
    #expect(slots == MindIESlots(total: 200, free: 198, availableTokens: 130_944))
    let figures = try #require(try await client("mindie-metrics-json.json").figures().value)
    #expect(figures.timeToFirstToken == .milliseconds(102) && figures.timeBetweenTokens == .milliseconds(35))
    #expect(figures.waitingRequests == 0 && figures.runningRequests == 2 && figures.freeBlocks == 1021)
    let server = try #require(try await client("mindie-v2.json").server().value)
    #expect(server.name == "MindIE Server" && server.extensions["max_prefill_batch_size"] == 50)
    let model = try #require(try await client("mindie-v2-model.json").model("llama_65b").value)
    #expect(model.inputs == [.init(name: "input0", shape: [-1], datatype: "UINT32")])
    let configuration = try #require(
      try await client("mindie-v2-model-config.json").configuration(of: "llama_65b").value)
    #expect(configuration.maxSequenceLength == 2560 && configuration.worldSize == 4)
    let tokens = try JSONCoding.decode(MindIETokenResponse.self, from: try bytes("mindie-triton-infer.json"))
    #expect(tokens == MindIETokenResponse(id: "42", tokens: [1, 396, 319, 13996, 29877]))
  }

  @Test("of health routes have their state")
  func health() throws {
    let cases = try JSONCoding.decode([JSONValue].self, from: try bytes("mindie-health-responses.json"))
    var states: [String] = []
    for entry in cases where entry["path"]?.string != "/v1/engine-server/running-status" {
      let body = entry["body"].flatMap { $0.object == nil ? nil : try? JSONCoding.encode($0) } ?? []
      let report = HealthReport(status: try #require(entry["status"]?.integer), body: body)
      states.append("\(entry["path"]?.string ?? "") \(report.state.rawValue)")
    }
    #expect(
      states == [
        "/health healthy", "/v2/health/live healthy", "/v2/health/live busy", "/v2/health/ready busy",
        "/v2/health/ready abnormal", "/v2/health/live abnormal", "/health unavailable", "/health stopping",
        "/health/timed-3 healthy", "/health/timed-3 abnormal", "/health/timed-9999 not_supported",
      ])
  }

  @Test("are all known to these tests, to those of OpenAI's protocols, or to those of metrics")
  func complete() throws {
    let others = ["-chat-", "-completions-", "-error-", "-models.json", "-tokenizer.json", "-metrics.prom"]
    let known: Set = [
      "mindie-infer-stream.sse", "mindie-infer-stream-docs-v21rc1.sse",
      "mindie-triton-generate-stream.sse", "mindie-vllm-generate-stream.nul", "mindie-tgi-generate.json",
      "mindie-tgi-root.json", "mindie-infer.json", "mindie-triton-generate.json", "mindie-vllm-generate.json",
      "mindie-info.json", "mindie-slotcount.json", "mindie-metrics-json.json", "mindie-v2.json", "mindie-v2-model.json",
      "mindie-v2-model-config.json", "mindie-triton-infer.json", "mindie-triton-infer-request.json",
      "mindie-health-responses.json", "mindie-model.json",
    ]
    let files = try RecordedResponses.wire { name in
      name.hasPrefix("mindie-") && !others.contains { name.contains($0) }
    }
    #expect(Set(files.map(\.name)).subtracting(known).isEmpty)
  }
}
