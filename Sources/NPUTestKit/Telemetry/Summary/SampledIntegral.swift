internal import NPUBase

/// The integral of a sampled value over a window, by the trapezoid rule.
///
/// Between two samples the value is taken as straight; at the window's edges it is read off that line, or held where
/// there is no sample beyond. Where samples lie further apart than the bridge, nothing is assumed: the time is not
/// covered.
struct SampledIntegral: Sendable, Hashable {
  /// The area under the value over the covered time: joules for watts.
  private(set) var area = 0.0
  /// The covered seconds.
  private(set) var covered = 0.0

  /// Integrates.
  ///
  /// - Parameters:
  ///   - points: The samples, by rising instants.
  ///   - start: When the window begins.
  ///   - end: When it ends.
  ///   - bridge: The longest time between two samples over which the value is taken as straight.
  init(
    of points: [(instant: MonotonicInstant, value: Double)], from start: MonotonicInstant, to end: MonotonicInstant,
    bridge: Duration
  ) {
    guard start < end, let first = points.first, let last = points.last else { return }
    if first.instant > start, start.duration(to: first.instant) <= bridge {
      add(first.value, first.value, from: start, to: min(first.instant, end))
    }
    for (left, right) in zip(points, points.dropFirst()) {
      let length = left.instant.duration(to: right.instant)
      guard length > .zero, length <= bridge, right.instant > start, left.instant < end else { continue }
      let slope = (right.value - left.value) / length.seconds
      let (from, to) = (max(left.instant, start), min(right.instant, end))
      add(
        left.value + slope * left.instant.duration(to: from).seconds,
        left.value + slope * left.instant.duration(to: to).seconds, from: from, to: to)
    }
    if last.instant < end, last.instant.duration(to: end) <= bridge {
      add(last.value, last.value, from: max(last.instant, start), to: end)
    }
  }

  /// The mean over the covered time; `nil` where nothing is covered.
  var mean: Double? { covered > 0 ? area / covered : nil }

  private mutating func add(_ first: Double, _ last: Double, from: MonotonicInstant, to: MonotonicInstant) {
    let seconds = from.duration(to: to).seconds
    guard seconds > 0 else { return }
    area += (first + last) / 2 * seconds
    covered += seconds
  }
}
