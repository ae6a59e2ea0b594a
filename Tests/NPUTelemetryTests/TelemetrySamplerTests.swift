import NPUBase
import NPUMetrics
import TestSupport
import Testing

@testable import NPUTelemetry

@Suite("The sampler")
struct TelemetrySamplerTests {
  private static let good = ChipTable.output(hbmUsed: 3000)

  private func samples(
    seconds: Int, plan: SamplingPlan = SamplingPlan(),
    _ script: @escaping @Sendable (Int, MonotonicInstant) -> ScriptedRunner.Call
  ) async -> (samples: [TelemetrySample<ChipReport>], runner: ScriptedRunner) {
    let clock = JumpingClock(end: MonotonicInstant(nanoseconds: Int64(seconds) * 1_000_000_000))
    let runner = ScriptedRunner(clock, script)
    let sampler = NPUSampler(
      source: ChipCommandSource(command: ["ssh", "host", "npu-smi"], runner: runner), plan: plan, clock: clock)
    var samples: [TelemetrySample<ChipReport>] = []
    for await sample in sampler { samples.append(sample) }
    return (samples, runner)
  }

  @Test("reads the tool once per interval, stamped at its start with its duration")
  func steady() async throws {
    let (samples, runner) = await samples(seconds: 10) { _, _ in .init(end: Self.good) }
    #expect(samples.map(\.tick) == Array(0...10))
    #expect(samples.map(\.start.nanoseconds) == (0...10).map { $0 * 1_000_000_000 })
    #expect(samples.allSatisfy { $0.duration == .milliseconds(300) && $0.missedBefore == 0 })
    #expect(samples.first?.instant.nanoseconds == 150_000_000)
    #expect(runner.calls.first == ["ssh", "host", "npu-smi", "info"])
    let chip = try #require(samples.last?.reading?.chipReadings.first)
    #expect(chip.chip == ChipIdentity(npuID: 2, chipID: 0))
    #expect(chip.memoryUsedBytes == 3000 << 20)
    #expect(chip.memoryTotalBytes == 32768 << 20)
    #expect(chip.powerWatts == 90)
  }

  @Test("marks a hanging call as a gap after its timeout, counts what it missed, and goes on")
  func hanging() async throws {
    let (samples, runner) = await samples(seconds: 20, plan: SamplingPlan(timeout: .seconds(5))) { number, _ in
      .init(takes: number == 3 ? .seconds(1_000_000) : .milliseconds(100), end: Self.good)
    }
    let gap = try #require(samples.first { $0.gap != nil })
    #expect(gap.tick == 3)
    #expect(gap.gap?.kind == .timeout)
    #expect(gap.gap?.message.contains("ssh host npu-smi info") == true)
    #expect(gap.duration == .seconds(5))
    let next = try #require(samples.dropFirst(4).first)
    // Ticks 4 to 7 went by; 8 is the moment at which the call was given up.
    #expect(next.tick == 8)
    #expect(next.missedBefore == 4)
    #expect(next.reading != nil)
    #expect(runner.overlaps == 0)
  }

  @Test("never overlaps calls that take longer than the interval, and counts the intervals between them")
  func slow() async {
    let (samples, runner) = await samples(seconds: 30) { _, _ in .init(takes: .milliseconds(2500), end: Self.good) }
    #expect(samples.map(\.tick) == Array(stride(from: 0, through: 30, by: 3)))
    #expect(samples.dropFirst().allSatisfy { $0.missedBefore == 2 })
    #expect(runner.overlaps == 0)
  }

  struct Failure: Sendable, CustomTestStringConvertible {
    var kind: SampleGap.Kind
    var word: String
    var end: CommandEnd
    var testDescription: String { kind.rawValue }

    init(
      _ kind: SampleGap.Kind, _ word: String, _ endKind: CommandEnd.Kind, _ output: String = "", _ errors: String = ""
    ) {
      self.kind = kind
      self.word = word
      end = CommandEnd(endKind, output: Array(output.utf8), errors: Array(errors.utf8))
    }
  }

  @Test(
    "turns every failure of the tool into a gap with its reason, and goes on",
    arguments: [
      Failure(
        .refused, "8005", .exited(status: 187), "dcmi module initialize failed. ret is -8005\n"),
      Failure(.failed, "255", .exited(status: 255), "", "ssh: connect to host h port 22: Connection refused\n"),
      Failure(
        .failed, "Connection refused", .exited(status: 255), "", "ssh: connect to host h port 22: Connection refused\n"),
      Failure(.failed, "signal 11", .signalled(11)),
      Failure(.unreadable, "printed no table", .exited(status: 0), "hello\n"),
      Failure(.unreadable, "nothing", .exited(status: 0)),
      Failure(.unreadable, "npu-smi", .exited(status: 0), "\u{0}\u{FFFD}| NPU  Name | Health |\n| x | y |\n"),
      Failure(.notStarted, "no such program", .notStarted("no such program")),
      Failure(.stuck, "hangs", .stuck), Failure(.tooLarge, "1048576", .tooMuchOutput),
    ])
  func failures(_ failure: Failure) async throws {
    let (samples, _) = await samples(seconds: 4) { number, _ in
      .init(end: number == 1 ? failure.end : Self.good)
    }
    #expect(samples.map { $0.gap == nil } == [true, false, true, true, true])
    let gap = try #require(samples[1].gap)
    #expect(gap.kind == failure.kind, "\(gap)")
    #expect(gap.message.contains(failure.word), "\(gap)")
    #expect(samples[1].tick == 1)
  }

  @Test("uses a table although the program ended with another status than 0")
  func tableWithStatus() async {
    let (samples, _) = await samples(seconds: 1) { _, _ in
      .init(end: CommandEnd(.exited(status: 1), output: Self.good.output))
    }
    #expect(samples.allSatisfy { $0.reading?.chips.count == 1 })
  }

  @Test("has instants that never fall when every call takes another time")
  func order() async {
    let (samples, runner) = await samples(seconds: 600, plan: SamplingPlan(interval: .milliseconds(100))) { number, _ in
      .init(takes: .milliseconds(Int64((number * 7919) % 1000)), end: Self.good)
    }
    #expect(zip(samples, samples.dropFirst()).allSatisfy { $0.start.advanced(by: $0.duration) <= $1.start })
    #expect(zip(samples, samples.dropFirst()).allSatisfy { $1.tick == $0.tick + 1 + $1.missedBefore })
    #expect(runner.overlaps == 0)
  }
}
