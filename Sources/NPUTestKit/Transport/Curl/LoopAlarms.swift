internal import HeapModule
internal import NPUBase

/// Instants at which a loop must do something, the next one first.
struct LoopAlarms {
  enum Purpose {
    case checkTimeouts(id: UInt64)
    case call(@Sendable () -> Void)
  }

  private struct Alarm: Comparable {
    let instant: MonotonicInstant
    /// Keeps alarms of one instant in the order in which they were set.
    let order: UInt64
    let purpose: Purpose

    static func == (left: Alarm, right: Alarm) -> Bool { left.order == right.order }

    static func < (left: Alarm, right: Alarm) -> Bool {
      (left.instant, left.order) < (right.instant, right.order)
    }
  }

  private var alarms = Heap<Alarm>()
  private var count: UInt64 = 0

  /// The next instant; `nil` without alarms.
  var next: MonotonicInstant? { alarms.min?.instant }

  mutating func set(at instant: MonotonicInstant, _ purpose: Purpose) {
    count += 1
    alarms.insert(Alarm(instant: instant, order: count, purpose: purpose))
  }

  /// Takes the next alarm away if its instant has come.
  mutating func take(at now: MonotonicInstant) -> Purpose? {
    guard let alarm = alarms.min, alarm.instant <= now else { return nil }
    alarms.removeMin()
    return alarm.purpose
  }
}
