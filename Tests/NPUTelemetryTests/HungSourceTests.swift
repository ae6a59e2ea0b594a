import NPUBase
import Synchronization
import TestSupport
import Testing

@testable import NPUTelemetry

@Suite("A source that hangs", .timeLimit(.minutes(30)))
struct HungSourceTests {
  /// Answers as often as it is told, and then never, until its task is cancelled.
  private struct Hanging: TelemetrySource {
    let answers: Int
    let calls: Counter
    let clock: JumpingClock
    var takes = Duration.milliseconds(300)

    func read(timeout: Duration) async throws(SampleGap) -> Int {
      let call = calls.next()
      guard call < answers else {
        // As a runner does: it gives up at the timeout, which passes at once.
        clock.advance(by: timeout)
        throw SampleGap(kind: .timeout, message: "no answer within \(timeout)")
      }
      clock.advance(by: min(takes, timeout))
      return call
    }
  }

  private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock(\.self) }

    func next() -> Int {
      count.withLock { count in
        defer { count += 1 }
        return count
      }
    }
  }

  private func sampler(_ answers: Int, _ clock: JumpingClock, _ calls: Counter) -> TelemetrySampler<Hanging> {
    TelemetrySampler(
      source: Hanging(answers: answers, calls: calls, clock: clock),
      plan: SamplingPlan(interval: .seconds(1), timeout: .seconds(1_000)), clock: clock)
  }

  @Test("One that hung the last time is not asked again at the end")
  func noLastSample() async {
    let (clock, calls) = (JumpingClock(end: MonotonicInstant(nanoseconds: .max)), Counter())
    var samples = sampler(2, clock, calls).makeAsyncIterator()
    for _ in 0..<3 { _ = await samples.next() }
    #expect(calls.value == 3)
    #expect(await samples.final() == nil)
    #expect(calls.value == 3)
  }

  @Test("One that hangs at the very end delays it by a second, not by the time that a call may take")
  func lateHang() async {
    let (clock, calls) = (JumpingClock(end: MonotonicInstant(nanoseconds: .max)), Counter())
    var samples = sampler(2, clock, calls).makeAsyncIterator()
    for _ in 0..<2 { _ = await samples.next() }
    let start = clock.now
    #expect(await samples.final()?.gap?.kind == .timeout)
    #expect(start.duration(to: clock.now) == .seconds(1))
  }

  @Test("A slow one that answers gets the time that it takes")
  func slow() async {
    let (clock, calls) = (JumpingClock(end: MonotonicInstant(nanoseconds: .max)), Counter())
    var sampler = sampler(.max, clock, calls)
    sampler = TelemetrySampler(
      source: Hanging(answers: .max, calls: calls, clock: clock, takes: .seconds(4)), plan: sampler.plan, clock: clock)
    var samples = sampler.makeAsyncIterator()
    _ = await samples.next()
    #expect(await samples.final()?.reading == 1)
  }

  @Test("A recorder does not wait for its first sample for ever")
  func firstSample() async {
    let source = ChipCommandSource(command: ["npu-smi"], runner: Silent())
    let recorder = ChipRecorder(source: source, plan: SamplingPlan(timeout: .seconds(86_400)))
    let problem = await recorder.waitForFirst(atMost: .milliseconds(50))
    #expect(problem?.contains("has not answered within") == true)
    #expect(await recorder.stop().chips.isEmpty)
  }

  /// Runs nothing, and returns when its time is up or its task is cancelled.
  private struct Silent: CommandRunner {
    func run(_ command: [String], timeout: Duration, outputLimit: Int) async -> CommandEnd {
      try? await Task.sleep(for: timeout)
      return CommandEnd(Task.isCancelled ? .cancelled : .timedOut)
    }
  }
}
