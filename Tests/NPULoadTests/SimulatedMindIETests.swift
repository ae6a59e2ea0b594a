import NPUBase
import NPULoad
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTransport
import Testing

@Suite("MindIE's own protocols against the simulator")
struct SimulatedMindIETests {
  private static let behaviour = Behaviour(outputTokens: 6).with {
    $0.wireProtocol = .mindie
    $0.models = ["qwen_7b"]
  }

  private static let variants: [(MindIERequest.WireProtocol, Bool)] = MindIERequest.WireProtocol.allCases.flatMap {
    [($0, false), ($0, true)]
  }

  @Test("One load gives the same figures in each, whether events repeat the text or not", arguments: variants)
  func load(wireProtocol: MindIERequest.WireProtocol, repeats: Bool) async throws {
    try await withSimulator(behaviour: Self.behaviour.with { $0.mindie.fullText = repeats }) { simulator in
      let service = try Service(simulator.baseURL)
      let client = service.mindIE(wireProtocol)
      let report = try await client.load(
        .closedLoop(concurrency: 2), .requests(8), prompts: .fixed("The sky is blue because"))
      try report.require("failure_rate<1%")
      #expect(report.requests.completed == 8, "\(report)")
      let record = try await client.measure("The sky is blue because", sampling: SamplingParameters(maxTokens: 5))
      #expect(record.outcome.isSuccess, "\(record.outcome)")
      #expect(record.timeline.tokenEventCount == 5)
      #expect(record.tokens.completion == (wireProtocol == .vllm ? nil : 5))
      #expect(record.finishReason == (wireProtocol == .vllm ? nil : "length"))
      let whole = try await client.generate("The sky is blue because", sampling: SamplingParameters(maxTokens: 5))
      #expect(record.text == whole.text && whole.text?.isEmpty == false)
      var streamed = MindIEAccumulator()
      let request = try await client.request(
        "The sky is blue because", sampling: SamplingParameters(maxTokens: 5))
      for try await chunk in client.stream(request) { streamed.add(chunk.value) }
      #expect(streamed.response.text == whole.text)
    }
  }

  @Test("Faults of a stream are counted under their names", arguments: MindIERequest.WireProtocol.allCases)
  func faults(wireProtocol: MindIERequest.WireProtocol) async throws {
    let kinds: [(Fault.Kind, Outcome.Kind)] = [
      (.rawTextError, .rawTextError), (.truncate, .init(.truncatedBody)), (.invalidJSON, .malformedPayload),
      (.status, .httpStatus(500)), (.emptyBody, .emptyResponse),
    ]
    for (kind, outcome) in kinds {
      let behaviour = Self.behaviour.with {
        $0.fault = Fault(kind)
        $0.fault?.afterTokens = 2
      }
      try await withSimulator(behaviour: behaviour) { simulator in
        let record = try await Service(simulator.baseURL).mindIE(wireProtocol).measure("Hi")
        #expect(record.outcome.kind == outcome, "\(kind): \(record.outcome)")
      }
    }
  }

  @Test("What the server says of itself is asked for by its clients")
  func management() async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let service = try Service(simulator.baseURL)
      let management = service.mindIEManagement
      #expect(try await management.info().value?.models.map(\.id) == ["qwen_7b"])
      #expect(
        try await management.slots(of: "qwen_7b").value == MindIESlots(total: 200, free: 200, availableTokens: 130_800))
      #expect(try await management.figures().value?.runningRequests == 0)
      #expect(try await management.server().value?.name == "MindIE Server")
      #expect(try await management.model("qwen_7b").value?.inputs.first?.datatype == "UINT32")
      #expect(try await management.configuration(of: "qwen_7b").value?.worldSize == 4)
      #expect(try await service.tokenizer(.mindIE).tokenize("Hello you").value?.count == 2)
      #expect(try await service.health.check(.timed(within: .seconds(3))).state == .healthy)
      #expect(try await service.mindIE(.triton).inferTokens([5, 6]).tokens.count == 6)
      await #expect(throws: ServiceError.self) { try await management.model("other").value }
    }
  }
}
