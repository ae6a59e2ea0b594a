import NPUBase
import NPUMetrics
import TestSupport
import Testing

@testable import NPUTelemetry

@Suite("Telemetry that was lost")
struct TelemetryLossTests {
  private func gap(_ seconds: Double, _ kind: SampleGap.Kind) -> TelemetrySample<[ChipReading]> {
    TelemetrySample(
      tick: 0, start: Chips.at(seconds), duration: .zero, missedBefore: 0,
      result: .failure(SampleGap(kind: kind, message: "gone")))
  }

  private func health(_ samples: [TelemetrySample<[ChipReading]>], to end: Double) throws -> TelemetryVerdict {
    let read = Chips.telemetry(samples).summary(from: Chips.at(0), to: Chips.at(end))
    return try #require(read.verdicts.first { $0.subject == .health })
  }

  @Test(
    "Calls that were lost for more than a tenth of the window leave no chip healthy",
    arguments: [(SampleGap.Kind.refused, TelemetryVerdict.Outcome.fail), (.timeout, .undetermined)])
  func lostCalls(_ kind: SampleGap.Kind, _ outcome: TelemetryVerdict.Outcome) throws {
    let samples = (0..<20).map { second in
      second % 6 == 1 ? gap(Double(second), kind) : Chips.sample(Double(second), [Chips.reading()])
    }
    let read = try health(samples, to: 20)
    #expect(read.outcome == outcome)
    #expect(read.reason.contains("4 of 20"))
  }

  @Test(
    "A driver that was gone at the end is no healthy one, however long the window",
    arguments: [(SampleGap.Kind.refused, TelemetryVerdict.Outcome.fail), (.timeout, .undetermined)])
  func lostAtEnd(_ kind: SampleGap.Kind, _ outcome: TelemetryVerdict.Outcome) throws {
    let samples = (0..<100).map { second in
      second > 96 ? gap(Double(second), kind) : Chips.sample(Double(second), [Chips.reading()])
    }
    let read = try health(samples, to: 100)
    #expect(read.outcome == outcome)
    #expect(read.reason.contains("3 of 100"))
  }

  @Test("Few calls that were lost on the way change nothing")
  func fewLost() throws {
    let samples = (0..<100).map { second in
      second % 20 == 7 ? gap(Double(second), .refused) : Chips.sample(Double(second), [Chips.reading()])
    }
    #expect(try health(samples, to: 100).outcome == .pass)
  }

  @Test("A health that was never shown is undetermined, and only samples that show it are counted")
  func noHealth() throws {
    let hidden = (0..<10).map { Chips.sample(Double($0), [Chips.reading(health: nil)]) }
    #expect(try health(hidden, to: 10).outcome == .undetermined)
    let some = (0..<10).map { Chips.sample(Double($0), [Chips.reading(health: $0 < 4 ? .ok : nil)]) }
    let read = try health(some, to: 10)
    #expect(read.outcome == .pass)
    #expect(read.reason.contains("4 samples"))
  }

  @Test("Slow calls lose neither power nor energy", arguments: [6.0, 20])
  func slowCalls(_ seconds: Double) throws {
    let samples = (0..<20).map { number in
      TelemetrySample(
        tick: 0, start: Chips.at(Double(number) * seconds), duration: .seconds(seconds), missedBefore: 0,
        result: .success([Chips.reading(power: 100, aiCore: 40)]))
    }
    let end = 20 * seconds
    let read = Chips.telemetry(samples).summary(from: Chips.at(0), to: Chips.at(end))
    #expect(read.chips.first?.aiCoreMean == 40)
    #expect(try #require(read.energyJoules).isNear(100 * end))
  }

  @Test("Growth is not judged by samples of a small part of the window")
  func leakSpan() throws {
    let samples = (0..<120).map { Chips.sample(Double($0), [Chips.reading(used: 1000 + $0 * 10)]) }
    let read = Chips.telemetry(samples).summary(from: Chips.at(0), to: Chips.at(600))
    let leak = try #require(read.verdicts.first { $0.subject == .leak })
    #expect(leak.outcome == .undetermined)
    #expect(leak.reason.contains("119 s"))
  }

  /// Answers once, and then hangs until it is cancelled, which a test does at a scripted instant.
  private struct HangingSource: TelemetrySource {
    let clock: JumpingClock
    let begun: OneShot<Void>

    func read(timeout: Duration) async throws(SampleGap) -> [ChipReading] {
      // The first call and the last one, which follows the hung one, are answered.
      if (1..<5_000_000_000).contains(clock.now.nanoseconds) {
        begun.give(())
        while !Task.isCancelled { await Task.yield() }
        clock.advance(by: .seconds(8))
        throw SampleGap(kind: .cancelled, message: "ended while it hung")
      }
      return [Chips.reading()]
    }
  }

  @Test("A call that hangs to the end of the run is counted with the calls that it kept from being made")
  func hanging() async throws {
    let clock = JumpingClock(end: MonotonicInstant(nanoseconds: 1_000_000_000_000))
    let begun = OneShot<Void>()
    let sampler = TelemetrySampler(
      source: HangingSource(clock: clock, begun: begun), plan: SamplingPlan(), clock: clock)
    let received = Watched<[TelemetrySample<[ChipReading]>]>([])
    let recorder = TelemetryRecorder(sampler: sampler) { sample in received.change { $0.append(sample) } }
    await begun.wait()
    await recorder.stop()
    let samples = received.value
    let hung = try #require(samples.first { $0.gap != nil })
    #expect(hung.duration == .seconds(8))
    #expect(samples.reduce(0) { $0 + $1.missedBefore } == 7)
    #expect(hung.missedBefore == 7)
  }
}
