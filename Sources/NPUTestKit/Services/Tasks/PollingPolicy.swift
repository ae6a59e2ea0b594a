package import NPUBase
import NPUMetrics

/// How often to ask for the state of a task, and when to give up.
///
/// The wait before question k is `first * multiplier^(k-1)`, at most ``longest``, times a factor drawn evenly from
/// `1 - jitter ..< 1 + jitter`, so that many clients do not ask in step. A wait never goes beyond the deadline: the
/// last question is asked at the deadline itself. A task's end is seen one wait late at most, which is the error of
/// every time measured so.
public struct PollingPolicy: Sendable, Hashable {
  /// The wait before the first question; default 200 ms.
  public var first: Duration
  /// By how much each wait is longer than the one before; 1 asks evenly, less than 1 counts as 1; default 1.5.
  public var multiplier: Double
  /// The longest wait; default 5 seconds.
  public var longest: Duration
  /// By what share waits vary, 0 to 1; default 0.1.
  public var jitter: Double
  /// How long after its submission a task that has not ended counts as stuck; default 10 minutes.
  ///
  /// A question that is not answered is given up then, at the earliest a second after it was asked.
  public var deadline: Duration
  /// How long a task may show the same state and progress before it counts as stuck; `nil`, the default, leaves it to
  /// the deadline.
  public var patience: Duration?
  /// What decides the jitter; the waits of each task are drawn anew from it and the task's identity.
  public var seed: UInt64

  /// Creates a policy.
  public init(
    first: Duration = .milliseconds(200), multiplier: Double = 1.5, longest: Duration = .seconds(5),
    jitter: Double = 0.1, deadline: Duration = .seconds(600), patience: Duration? = nil, seed: UInt64 = 0
  ) {
    self.first = first
    self.multiplier = multiplier
    self.longest = longest
    self.jitter = jitter
    self.deadline = deadline
    self.patience = patience
    self.seed = seed
  }

  /// Asks at even distances.
  public static func every(_ interval: Duration, deadline: Duration = .seconds(600)) -> PollingPolicy {
    PollingPolicy(first: interval, multiplier: 1, longest: interval, jitter: 0, deadline: deadline)
  }
}

/// When to ask next: a policy, counted from the submission of one task; pure.
package struct PollingSchedule: Sendable {
  private let policy: PollingPolicy
  /// When a task that has not ended counts as stuck.
  package let deadline: MonotonicInstant
  private var wait: Double
  private var generator: SeededGenerator

  /// Waits shorter than this would be a busy loop.
  private static let shortest = 1e-3

  package init(_ policy: PollingPolicy, since submitted: MonotonicInstant, task: String) {
    self.policy = policy
    deadline = submitted.advanced(by: policy.deadline)
    wait = min(policy.first, policy.longest).seconds
    // FNV-1a, so that the tasks of one policy do not ask in step.
    let salt = task.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    generator = SeededGenerator(seed: policy.seed ^ salt)
  }

  /// The instant of the next question; `nil` once the deadline has passed.
  package mutating func next(after now: MonotonicInstant) -> MonotonicInstant? {
    guard now < deadline else { return nil }
    let jitter = min(max(0, policy.jitter), 1)
    let factor = 1 - jitter + 2 * jitter * generator.uniform()
    let pause = max(Self.shortest, wait * factor)
    wait = min(policy.longest.seconds, wait * max(1, policy.multiplier))
    return min(deadline, now.advanced(by: .seconds(min(pause, policy.longest.seconds + 1))))
  }
}
