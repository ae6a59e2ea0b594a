import NPUBase
import Testing

@testable import NPUServices

@Suite("Polling schedule")
struct PollingScheduleTests {
  private let start = MonotonicInstant(nanoseconds: 5_000_000_000)

  private func waits(_ policy: PollingPolicy, task: String = "t") -> [Duration] {
    var schedule = PollingSchedule(policy, since: start, task: task)
    var waits: [Duration] = []
    var now = start
    while let next = schedule.next(after: now), waits.count < 10_000 {
      waits.append(now.duration(to: next))
      now = next
    }
    return waits
  }

  @Test("Waits grow by the multiplier to the longest one, and the last ends at the deadline")
  func growth() {
    let waits = waits(
      PollingPolicy(first: .seconds(1), multiplier: 2, longest: .seconds(5), jitter: 0, deadline: .seconds(20)))
    #expect(waits == [.seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5), .seconds(3)])
    #expect(waits.reduce(.zero, +) == .seconds(20))
  }

  @Test("Jitter keeps each wait within its share, differs between tasks and repeats with the seed")
  func jitter() {
    let policy = PollingPolicy(
      first: .seconds(1), multiplier: 1, longest: .seconds(1), jitter: 0.25, deadline: .seconds(500), seed: 7)
    let first = waits(policy)
    #expect(first.dropLast().allSatisfy { $0 >= .seconds(0.75) && $0 < .seconds(1.25) })
    #expect(first.contains { $0 < .seconds(0.85) } && first.contains { $0 > .seconds(1.15) })
    #expect(waits(policy) == first)
    #expect(waits(policy, task: "u") != first)
  }

  @Test("Odd policies neither trap nor spin", arguments: [0, -3, Double.nan, .infinity])
  func oddPolicies(number: Double) {
    let policy = PollingPolicy(
      first: .zero, multiplier: number, longest: .milliseconds(50), jitter: number, deadline: .seconds(1))
    let waits = waits(policy)
    #expect(waits.count <= 1001)
    #expect(waits.allSatisfy { $0 > .zero })
  }
}
