import NPUSimulator
import NPUTestKit
import Testing

@Suite("llm-bench of services on ModelArts", .serialized)
struct LLMBenchModelArtsTests {
  private static let gateway = Bench.behaviour.with { behaviour in
    var gateway = GatewayBehaviour()
    gateway.appCodes = ["app-code-1"]
    behaviour.gateway = gateway
    // Responses that come in one piece have no ITL.
    behaviour.interTokenLatency = .milliseconds(20)
  }

  @Test(
    "A stream and a WebSocket are measured alike, through the gateway, and named in report, journal and result file",
    arguments: [("modelarts-predict", "/predict/stream"), ("modelarts-websocket", "/predict/ws")])
  func protocols(name: String, path: String) async throws {
    let folder = try TemporaryFolder()
    var requests: [String] = []
    let run = try await Bench.run(
      [
        "--protocol", name, "--json", "--journal", folder.file("j"), "--save-result", "--result-dir", folder.path,
        "--result-filename", "r.json", "--auth", "app-code", "--app-code", "env:CODE",
      ], Self.gateway, environment: ["CODE": "app-code-1"]
    ) { simulator in requests = simulator.requests.map(\.path) }
    #expect(run.status == 0, "\(run.errors)")
    let report = try run.json()
    #expect(report["completed"]?.integer == 6 && report["failed"]?.integer == 0)
    #expect(report["report"]?["run"]?["endpoint_type"]?.string == name)
    #expect(try folder.jsonLines("j").first?["run"]?["endpoint_type"]?.string == name)
    #expect(try folder.text("r.json").contains("\"\(name)\""))
    // Nothing else is asked: such a service has neither a list of models nor a tokenizer.
    #expect(Set(requests) == [path])
    #expect(report["mean_ttft_ms"]?.number != nil && report["mean_itl_ms"]?.number != nil)
    #expect(report["mean_e2e_ms"]?.number != nil && report["mean_tpot_ms"]?.number == nil)
    let request = report["report"]?["run"]?["request"]
    #expect(request?["max_tokens"]?.integer == 5 && request?["ignore_eos"] == true && request?["prompt"] == nil)
    let notes = report["report"]?["notes"]?.array?.compactMap(\.string) ?? []
    #expect(notes.contains { $0.contains("without an end mark") } == (name == "modelarts-predict"), "\(notes)")
  }

  @Test("A gateway that refuses says why, over either", arguments: ["modelarts-predict", "modelarts-websocket"])
  func refused(name: String) async throws {
    let run = try await Bench.run(
      ["--protocol", name, "--auth", "app-code", "--app-code", "env:CODE"], Self.gateway,
      environment: ["CODE": "wrong-code-1"])
    #expect(run.errors.contains("http_401") && run.errors.contains("check key and secret"), "\(run.errors)")
    #expect(!run.errors.contains("wrong-code-1") && !run.output.contains("wrong-code-1"))
  }

  @Test("Without an address the simulator is measured", arguments: ["modelarts-predict", "modelarts-websocket"])
  func builtIn(name: String) async throws {
    let run = try await Example.run("llm-bench", Bench.small + ["--protocol", name])
    #expect(run.status == 0, "\(run.errors)")
    #expect(Bench.value("completed", run) == "6")
  }

  @Test("An address may begin with ws, and the member of the prompt have any name")
  func address() async throws {
    try await withSimulator(behaviour: Bench.behaviour) { simulator in
      let address = simulator.baseURL.replacing("http://", with: "ws://")
      let run = try await Example.run(
        "llm-bench",
        ["--base-url", address, "--protocol", "modelarts-websocket", "--prompt-member", "input"] + Bench.small)
      #expect(run.status == 0 && Bench.value("completed", run) == "6", "\(run.errors)")
      #expect(simulator.requests.count { $0.method == "MESSAGE" } == 6)
    }
  }

  @Test("Messages are examined as streams are")
  func quality() async throws {
    let run = try await Bench.run(
      ["--protocol", "modelarts-websocket", "--quality", "--temperature", "0", "--alone-cases", "2", "--json"],
      Bench.behaviour.with { $0.repeatsQuotes = true })
    #expect(run.status == 0, "\(run.errors)")
    let quality = try run.json()["quality"]
    #expect((quality?["answers"]?.integer ?? 0) > 0, "\(String(describing: quality))")
  }

  @Test(
    "What a protocol cannot do is refused",
    arguments: [
      ("--protocol modelarts-predict --no-stream-options", ["--no-stream-options", "modelarts-predict"]),
      ("--protocol openai --prompt-member input", ["--prompt-member", "modelarts-predict or modelarts-websocket"]),
      ("--base-url ws://h --protocol modelarts-websocket --proxy http://p:1", ["--proxy", "WebSockets"]),
      ("--protocol modelarts-websocket --network-threads 2", ["--network-threads", "one thread"]),
      ("--base-url ws://h --protocol modelarts-predict", ["ws", "only http and https"]),
    ])
  func refusals(line: String, words: [String]) async throws {
    let run = try await Example.run("llm-bench", line.split(separator: " ").map(String.init))
    #expect(run.status == 2)
    for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
  }
}
