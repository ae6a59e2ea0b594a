internal import NPUBase

/// The mean of a value over time, straight between the instants at which it is known.
struct TimeWeightedMean: Sendable, Hashable {
  private(set) var last: Double?
  private var lastInstant: MonotonicInstant?
  private var area = 0.0
  private var seconds = 0.0

  /// Adds a value; instants must not fall.
  mutating func add(_ value: Double, at instant: MonotonicInstant) {
    if let last, let lastInstant {
      let step = max(0, lastInstant.duration(to: instant).seconds)
      area += (last + value) / 2 * step
      seconds += step
    }
    last = value
    lastInstant = instant
  }

  /// The mean; the only value where no time passed, `nil` without one.
  var value: Double? { seconds > 0 ? area / seconds : last }
}
