import NPUReliability
import Testing

/// The state that follows from what was seen.
struct StateJudgementTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let evidence: StateEvidence
    let state: ServiceState

    init(
      _ name: String, _ canary: StateEvidence.Canary, _ health: StateEvidence.Health, _ state: ServiceState,
      status: Int? = nil, progress: EngineProgress? = nil, core: Double? = nil
    ) {
      testDescription = name
      self.state = state
      evidence = StateEvidence(
        canary: canary, failure: canary == .progressed ? nil : "kind", status: status, boundMilliseconds: 1000,
        health: health, progress: progress, aiCorePercent: core)
    }
  }

  static let atRest = EngineProgress(steps: 0, tokens: 0, running: 0, waiting: 0)

  static let cases = [
    Case("alone", .progressed, .healthy, .idle, progress: EngineProgress(running: 0, waiting: 0)),
    Case("beside others", .progressed, .healthy, .serving, progress: EngineProgress(running: 3, waiting: 0)),
    Case("with a queue", .progressed, .healthy, .saturated, progress: EngineProgress(running: 3, waiting: 9)),
    Case("busy by its own word", .progressed, .busy, .saturated),
    Case("without metrics", .progressed, .healthy, .serving),
    Case("without metrics, cores at rest", .progressed, .absent, .idle, core: 0),
    Case("without metrics, cores at work", .progressed, .absent, .serving, core: 80),
    Case("too many requests", .rejected, .healthy, .saturated, status: 429),
    Case("503 and healthy", .failed, .healthy, .saturated, status: 503),
    Case("503 and unavailable", .failed, .unavailable, .dead, status: 503),
    Case("500 and healthy", .failed, .healthy, .hung, status: 500),
    Case("500 and no listener", .failed, .unreachable, .dead, status: 500),
    Case("an error event and healthy", .failed, .healthy, .hung),
    Case("wrong route", .failed, .healthy, .unknown, status: 404),
    Case("200 and no token", .empty, .healthy, .hung, status: 200),
    Case("silent, counters at rest", .silent, .healthy, .hung, progress: atRest),
    Case("silent, engine at work", .silent, .healthy, .saturated, progress: EngineProgress(steps: 4, tokens: 90)),
    Case("silent, only steps are shown", .silent, .healthy, .saturated, progress: EngineProgress(steps: 1)),
    Case("silent, no counter is shown", .silent, .healthy, .unknown, progress: EngineProgress(running: 4, waiting: 0)),
    Case("silent, cores at rest", .silent, .healthy, .hung, core: 0),
    Case("silent, cores at work", .silent, .healthy, .saturated, core: 97),
    Case("silent and busy", .silent, .busy, .saturated),
    Case("stopped where it stands", .silent, .silent, .hung),
    Case("silent, nothing else known", .silent, .healthy, .unknown),
    Case("silent, no health route", .silent, .absent, .unknown),
    Case("silent and unavailable", .silent, .unavailable, .dead),
    Case("refused", .unreachable, .unreachable, .dead),
    Case("refused, though another port says that all is well", .unreachable, .healthy, .dead),
    Case("broken off, healthy", .broken, .healthy, .hung),
    Case("broken off, gone", .broken, .unreachable, .dead),
    Case("not sent", .notSent, .healthy, .unknown),
  ]

  @Test("evidence decides the state, and the reason says by what", arguments: cases)
  func judgement(_ given: Case) {
    let reading = StateReading(given.evidence)
    #expect(reading.state == given.state, "\(reading.reason)")
    #expect(!reading.reason.isEmpty)
  }

  @Test("no evidence traps and every state is reached", arguments: StateEvidence.Canary.allCases)
  func everyCombination(_ canary: StateEvidence.Canary) {
    for health in StateEvidence.Health.allCases {
      for status in [nil, 200, 400, 429, 500, 503, -1] as [Int?] {
        for progress in [nil, EngineProgress(), Self.atRest, EngineProgress(steps: .infinity, tokens: .nan)] {
          for core in [nil, 0, 50, .nan] as [Double?] {
            let reading = StateReading(
              StateEvidence(
                canary: canary, status: status, boundMilliseconds: 10, health: health, progress: progress,
                aiCorePercent: core))
            #expect(!reading.reason.isEmpty)
            // A service from which a token came is never said to be down.
            if canary == .progressed { #expect(!reading.state.isDown) }
          }
        }
      }
    }
  }

  @Test("only a service that hangs or is dead is of no use")
  func down() {
    #expect(ServiceState.allCases.filter(\.isDown) == [.hung, .dead])
  }
}
