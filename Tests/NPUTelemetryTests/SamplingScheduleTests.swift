import NPUBase
import Testing

@testable import NPUTelemetry

@Suite("The schedule of samples")
struct SamplingScheduleTests {
  private static let start = MonotonicInstant(nanoseconds: 5_000_000_000)
  private func after(_ seconds: Double) -> MonotonicInstant { Self.start.advanced(by: .seconds(seconds)) }

  @Test("keeps to its grid while calls are short, without drift")
  func grid() {
    var schedule = SamplingSchedule(interval: .seconds(1), start: Self.start)
    for tick in 0..<1000 {
      #expect(schedule.due == after(Double(tick)))
      let begun = schedule.begin(at: schedule.due.advanced(by: .milliseconds(3)))
      #expect(begun.tick == tick)
      #expect(begun.missed == 0)
      #expect(schedule.end(at: schedule.due.advanced(by: .milliseconds(-500))) == 0)
    }
  }

  @Test(
    "misses the ticks that a slow call covers, and waits for the next one",
    arguments: [(0.2, 0, 1.0), (0.999, 0, 1), (1, 0, 1), (1.001, 1, 2), (2.5, 2, 3), (3, 2, 3), (60.5, 60, 61)])
  func slowCall(_ seconds: Double, _ missed: Int, _ next: Double) {
    var schedule = SamplingSchedule(interval: .seconds(1), start: Self.start)
    #expect(schedule.begin(at: Self.start) == (0, 0))
    #expect(schedule.end(at: after(seconds)) == missed)
    #expect(schedule.due == after(next))
    #expect(schedule.begin(at: after(next)) == (Int(next), 0))
  }

  @Test("counts ticks as missed while this process was not let run")
  func paused() {
    var schedule = SamplingSchedule(interval: .milliseconds(100), start: Self.start)
    #expect(schedule.begin(at: Self.start) == (0, 0))
    #expect(schedule.end(at: Self.start) == 0)
    #expect(schedule.begin(at: after(30.05)) == (300, 299))
  }

  @Test("holds an absurd interval at a millisecond, and a clock that goes back changes nothing")
  func oddities() {
    var schedule = SamplingSchedule(interval: .seconds(-3), start: Self.start)
    #expect(schedule.interval == .milliseconds(1))
    #expect(schedule.begin(at: MonotonicInstant(nanoseconds: 0)) == (0, 0))
    #expect(schedule.end(at: MonotonicInstant(nanoseconds: .min)) == 0)
    var far = SamplingSchedule(interval: .milliseconds(1), start: MonotonicInstant(nanoseconds: .min))
    #expect(far.begin(at: MonotonicInstant(nanoseconds: .max)).tick >= 0)
  }

  @Test("counts every tick exactly once, whatever the calls take", arguments: 0..<20)
  func conservation(_ seed: UInt64) {
    var random = RandomDraws(seed: seed)
    var schedule = SamplingSchedule(interval: .milliseconds(10), start: Self.start)
    var now = Self.start
    var (taken, missed, last) = (0, 0, -1)
    for _ in 0..<500 {
      now = max(now, schedule.due).advanced(by: .microseconds(Int64(random.next() % 15_000)))
      let begun = schedule.begin(at: now)
      #expect(begun.tick > last)
      last = begun.tick
      taken += 1
      missed += begun.missed
      now = now.advanced(by: .microseconds(Int64(random.next() % 40_000)))
      missed += schedule.end(at: now)
    }
    #expect(schedule.due == Self.start.advanced(by: .milliseconds(10) * (taken + missed)))
  }
}
