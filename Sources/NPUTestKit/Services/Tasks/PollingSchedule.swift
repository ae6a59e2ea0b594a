internal import NPUBase
import NPUMetrics

/// When to ask next: a policy, counted from the submission of one task; pure.
struct PollingSchedule: Sendable {
  private let policy: PollingPolicy
  /// When a task that has not ended counts as stuck.
  let deadline: MonotonicInstant
  private var wait: Double
  private var generator: SeededGenerator

  /// Waits shorter than this would be a busy loop.
  private static let shortest = 1e-3

  init(_ policy: PollingPolicy, since submitted: MonotonicInstant, task: String) {
    self.policy = policy
    deadline = submitted.advanced(by: policy.deadline)
    wait = min(policy.first, policy.longest).seconds
    // FNV-1a, so that the tasks of one policy do not ask in step.
    let salt = task.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    generator = SeededGenerator(seed: policy.seed ^ salt)
  }

  /// The instant of the next question; `nil` once the deadline has passed.
  mutating func next(after now: MonotonicInstant) -> MonotonicInstant? {
    guard now < deadline else { return nil }
    let jitter = min(max(0, policy.jitter), 1)
    let factor = 1 - jitter + 2 * jitter * generator.uniform()
    let pause = max(Self.shortest, wait * factor)
    wait = min(policy.longest.seconds, wait * max(1, policy.multiplier))
    return min(deadline, now.advanced(by: .seconds(min(pause, policy.longest.seconds + 1))))
  }
}
