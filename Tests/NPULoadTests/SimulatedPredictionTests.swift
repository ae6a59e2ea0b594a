import NPUBase
import NPULoad
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTransport
import Testing

@Suite("Streams of tokens from the simulator")
struct SimulatedPredictionTests {
  private static let behaviour = Behaviour(outputTokens: 6)

  @Test("One load gives all figures but those that need counts of tokens, and says why they are missing")
  func load() async throws {
    try await withSimulator(behaviour: Self.behaviour) { simulator in
      let client = try Service(simulator.baseURL).predictions
      let report = try await client.load(
        .closedLoop(concurrency: 2), .requests(8), prompts: .fixed("The sky is blue because"))
      try report.require("failure_rate<1%")
      #expect(report.requests.completed == 8, "\(report)")
      #expect(report.latencies.timeToFirstToken.count == 8 && report.latencies.endToEnd.count == 8)
      #expect(report.run.endpointType == "modelarts-predict")
      #expect(report.notes.contains { $0.contains("Output tokens are unknown for 8 of 8") })
      #expect(report.responseForms.contains { $0.note == "unmarked_end" && $0.count == 8 })
      let sampling = SamplingParameters(maxTokens: 5)
      let record = try await client.measure("The sky is blue because", sampling: sampling)
      #expect(record.outcome.isSuccess && record.timeline.tokenEventCount == 5, "\(record.outcome)")
      let whole = try await client.predict("The sky is blue because", sampling: sampling)
      #expect(record.text == whole.text && whole.text?.isEmpty == false)
      var streamed = PredictionAccumulator()
      let request = PredictionRequest(prompt: "The sky is blue because", promptMember: "input", sampling: sampling)
      for try await chunk in client.stream(request) { streamed.add(chunk.value) }
      #expect(streamed.response.text == whole.text)
      #expect(Set(simulator.requests.map(\.path)) == ["/predict", "/predict/stream"])
    }
  }

  @Test("Faults are counted under their names")
  func faults() async throws {
    let kinds: [(Fault.Kind, Outcome.Kind)] = [
      (.rawTextError, .rawTextError), (.truncate, .init(.truncatedBody)), (.invalidJSON, .malformedPayload),
      (.errorEvent, .errorEvent), (.status, .httpStatus(500)), (.emptyBody, .emptyResponse),
    ]
    for (kind, outcome) in kinds {
      let behaviour = Self.behaviour.with {
        $0.fault = Fault(kind)
        $0.fault?.afterTokens = 2
      }
      try await withSimulator(behaviour: behaviour) { simulator in
        let record = try await Service(simulator.baseURL).predictions.measure("Hi")
        #expect(record.outcome.kind == outcome, "\(kind): \(record.outcome)")
      }
    }
  }
}
