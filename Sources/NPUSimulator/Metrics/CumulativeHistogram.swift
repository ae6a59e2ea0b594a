internal import NIOCore

/// Counts of values by upper bound, as Prometheus exposes them.
struct CumulativeHistogram: Sendable, Hashable {
  /// The upper bounds in seconds, in rising order; values above the last one are counted beside them.
  let bounds: [Double]
  private var counts: [Int]
  private(set) var count = 0
  private(set) var sum = 0.0

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count)
  }

  /// Counts a value, or several equal ones.
  mutating func record(_ seconds: Double, times: Int = 1) {
    guard times > 0 else { return }
    if let index = bounds.firstIndex(where: { seconds <= $0 }) { counts[index] += times }
    count += times
    sum += seconds * Double(times)
  }

  /// Adds the counts of a histogram with the same bounds.
  mutating func merge(_ other: CumulativeHistogram) {
    for index in counts.indices where index < other.counts.count { counts[index] += other.counts[index] }
    count += other.count
    sum += other.sum
  }

  /// The number of values up to each bound.
  var cumulative: [(bound: Double, count: Int)] {
    var total = 0
    return zip(bounds, counts).map { bound, count in
      total += count
      return (bound, total)
    }
  }
}
