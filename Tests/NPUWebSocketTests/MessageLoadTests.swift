import NPUBase
import NPULoad
import NPUServices
import NPUSimulator
import NPUTransport
import NPUWebSocket
import TestSupport
import Testing

@Suite("Messages that are measured by prompt", .timeLimit(.minutes(30)))
struct MessageLoadTests {
  private static func behaviour(
    _ fault: Fault? = nil, _ change: (inout WebSocketBehaviour) -> Void = { _ in }
  ) -> Behaviour {
    Behaviour(outputTokens: 6, fault: fault).with { change(&$0.webSocket) }
  }

  private static func client(_ simulator: Simulator) throws -> WebSocketClient {
    try WebSocketClient(simulator.baseURL, route: "/predict/ws")
  }

  @Test(
    "have the stamps, the text and the tokens of the same response over HTTP, however they are cut and ended",
    arguments: [
      (nil, WebSocketBehaviour.Ending.done), (3, .done), (nil, .close), (2, .close),
    ] as [(Int?, WebSocketBehaviour.Ending)])
  func same(frameBytes: Int?, ending: WebSocketBehaviour.Ending) async throws {
    let behaviour = Self.behaviour { socket in
      (socket.frameBytes, socket.ending) = (frameBytes, ending)
      // A pong that the service has not read as it closes would reset the connection.
      if ending == .done { socket.pingEvery = frameBytes }
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let sampling = SamplingParameters(maxTokens: 5)
      let record = try await Self.client(simulator).measure("The sky is blue because", sampling: sampling)
      let streamed = try await Service(simulator.baseURL).predictions.measure(
        "The sky is blue because", sampling: sampling)
      #expect(record.outcome.isSuccess && streamed.outcome.isSuccess, "\(record.outcome)")
      #expect(record.text == streamed.text && record.text?.isEmpty == false)
      #expect(record.timeline.tokenEventCount == 5 && streamed.timeline.tokenEventCount == 5)
      #expect(record.finishReason == (ending == .done ? "length" : nil))
      #expect(record.form.notes.isEmpty && streamed.form.notes == .unmarkedEnd)
      let timeline = record.timeline
      let (sent, first) = (try #require(timeline.sent), try #require(timeline.firstToken))
      #expect(timeline.started <= sent && sent <= first && first <= timeline.closed ?? first)
    }
  }

  @Test("make a report whose figures are those of streams")
  func load() async throws {
    try await withSimulator(behaviour: Self.behaviour()) { simulator in
      let report = try await Self.client(simulator).load(
        .closedLoop(concurrency: 3), .requests(9), prompts: .fixed("The sky is blue because"))
      #expect(report.requests.completed == 9 && report.run.endpointType == "modelarts-websocket", "\(report)")
      #expect(report.latencies.timeToFirstToken.count == 9 && report.latencies.endToEnd.count == 9)
      #expect(simulator.requests.count { $0.method == "MESSAGE" } == 9)
    }
  }

  /// A fault, and the kind under which it is counted.
  private static let faults: [(Fault, String)] = [
    (.truncate(afterTokens: 2), "connection_lost"), (.cutInsideEvent(afterTokens: 2), "connection_lost"),
    (.errorEvent(afterTokens: 2), "error_event"), (Fault(.invalidJSON), "malformed_payload"),
    (Fault(.rawTextError), "malformed_payload"),
  ]

  @Test("that break are counted as failures under their names", arguments: faults.indices)
  func broken(index: Int) async throws {
    let (fault, kind) = Self.faults[index]
    try await withSimulator(behaviour: Self.behaviour(fault)) { simulator in
      let record = try await Self.client(simulator).measure("Hi")
      #expect(record.outcome.kind.rawValue == kind, "\(record.outcome)")
    }
  }

  @Test("that the service refuses are failures, and are not waited for although the connection stays open")
  func refused() async throws {
    try await withSimulator(behaviour: Self.behaviour()) { simulator in
      let request = PredictionRequest(prompt: "Hi", model: "nobody's")
      let record = try await Self.client(simulator).measure(request)
      #expect(record.outcome.kind == .errorEvent && record.outcome.message?.contains("nobody's") == true)
    }
  }
}
