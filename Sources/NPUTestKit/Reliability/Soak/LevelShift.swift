internal import NPUMetrics

/// The place of a series where one step fits it best, and how high that step is.
///
/// The test of trends, corrected for serial correlation, takes a step for correlated noise: what a line leaves of it
/// stays on one side for long. A service that became slower at once and stays so has drifted all the same.
struct LevelShift {
  /// The index of the first value behind the step.
  private(set) var place = 0
  /// The median behind the step less the one before it.
  private(set) var height = 0.0
  /// Whether the step stands out: it is more than three times as high as the values spread on either side, by their
  /// median absolute deviations, scaled to standard deviations of normal noise (1.4826).
  private(set) var standsOut = false

  /// Finds the step; each side has a tenth of the values, and four at least.
  init(of values: [Double]) throws(StatisticsError) {
    let least = max(values.count / 10, 4)
    guard values.count >= 2 * least else { return }
    let mean = values.reduce(0, +) / Double(values.count)
    var (sum, best) = (0.0, -1.0)
    for index in values.indices {
      let (before, rest) = (index, values.count - index)
      if before >= least, rest >= least {
        // The sums of both sides around the common mean are opposite.
        let explained = sum * sum * (1 / Double(before) + 1 / Double(rest))
        if explained > best { (best, place) = (explained, index) }
      }
      sum += values[index] - mean
    }
    let (first, second) = (Array(values[..<place]), Array(values[place...]))
    height = try second.percentile(50) - first.percentile(50)
    let spread = max(try Self.spread(of: first), try Self.spread(of: second))
    standsOut = abs(height) > 3 * spread
  }

  private static func spread(of values: [Double]) throws(StatisticsError) -> Double {
    let median = try values.percentile(50)
    var distances: [Double] = []
    for value in values { distances.append(abs(value - median)) }
    return try distances.percentile(50) * 1.4826
  }
}
