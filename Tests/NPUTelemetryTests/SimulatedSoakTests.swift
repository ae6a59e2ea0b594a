import NPUBase
import TestSupport
import Testing

@testable import NPUTelemetry

/// Ten minutes of memory in use, as a chip would show it.
enum SoakScenario: String, CaseIterable, Sendable {
  case leak, sawtooth, step, noise

  /// Whole megabytes after some seconds.
  func megabytes(at seconds: Double, _ random: inout RandomDraws) -> Int {
    let noise = 3 * random.normal()
    let base =
      switch self {
      case .leak: 20_000.0 + 5 * seconds / 60
      case .sawtooth: 20_000.0 + 200 * (seconds.truncatingRemainder(dividingBy: 150) / 150)
      case .step: seconds < 240 ? 20_000.0 : 20_500.0
      case .noise: 20_000.0
      }
    return Int((base + noise).rounded())
  }
}

@Suite("A simulated soak of ten minutes", .timeLimit(.minutes(30)))
struct SimulatedSoakTests {
  /// Samples a scripted npu-smi for ten minutes of simulated time, and judges its chip.
  private func verdict(_ scenario: SoakScenario, seed: UInt64) async throws -> TelemetryVerdict {
    let clock = JumpingClock(end: MonotonicInstant(nanoseconds: 600_000_000_000))
    let runner = ScriptedRunner(clock) { number, now in
      // One stream of draws for each call, so that no state is shared.
      var random = RandomDraws(seed: seed &* 1_000_003 &+ UInt64(number))
      let seconds = Double(now.nanoseconds) / 1e9
      return .init(
        // Some calls are slow, so that samples are not evenly spaced.
        takes: .milliseconds(number % 50 == 7 ? 4500 : 300),
        end: ChipTable.output(hbmUsed: scenario.megabytes(at: seconds, &random)))
    }
    let plan = SamplingPlan(interval: .seconds(4))
    let sampler = NPUSampler(source: ChipCommandSource(runner: runner), plan: plan, clock: clock)
    var telemetry = ChipTelemetry(interval: plan.interval)
    for await sample in sampler { telemetry.add(sample.map(\.chipReadings)) }
    let summary = telemetry.summary(
      from: MonotonicInstant(nanoseconds: 0), to: MonotonicInstant(nanoseconds: 600_000_000_000))
    #expect(summary.samples > 140)
    #expect(summary.samplesMissed > 0)
    #expect(summary.gaps.isEmpty, "\(summary.gaps)")
    return try #require(summary.verdicts.first { $0.subject == .leak })
  }

  @Test(
    "with a leak of 5 MB a minute is called a leak; a sawtooth, one allocation and noise are not, for 20 seeds each",
    arguments: SoakScenario.allCases)
  func errorRate(_ scenario: SoakScenario) async throws {
    var wrong: [UInt64] = []
    for seed in 0..<20 {
      let outcome = try await verdict(scenario, seed: UInt64(seed)).outcome
      if outcome != (scenario == .leak ? .fail : .pass) { wrong.append(UInt64(seed)) }
    }
    #expect(wrong.isEmpty, "\(scenario): \(wrong.count) of 20 are wrong")
  }

  @Test("tells the leak with its slope, and why it is one")
  func slope() async throws {
    let read = try await verdict(.leak, seed: 99)
    #expect(abs(try #require(read.figures["slope_mb_per_hour"]) - 300) < 15)
    #expect(try #require(read.figures["p_value"]) < 0.01)
    #expect(read.reason.contains("MB/h"))
    #expect(read.reason.contains("not given back"))
  }

  @Test("is not judged before its time")
  func tooShort() {
    let samples = (0..<200).map { Chips.sample(Double($0), [Chips.reading(used: 1000 + $0 * 10)]) }
    let telemetry = Chips.telemetry(samples)
    func outcome(_ limits: TelemetryLimits) -> TelemetryVerdict.Outcome? {
      telemetry.summary(from: Chips.at(0), to: Chips.at(199), limits: limits).verdicts.first { $0.subject == .leak }?
        .outcome
    }
    #expect(outcome(TelemetryLimits()) == .undetermined)
    #expect(outcome(TelemetryLimits(leakTime: .seconds(60))) == .fail)
    #expect(outcome(TelemetryLimits(leakMegabytesPerHour: 36_001, leakTime: .seconds(60))) == .pass)
  }
}
