/// How a percentile is read between the ordered samples.
///
/// These are the thirteen methods of `numpy.percentile`, under numpy's names; nine of them are the types 1 to 9 of
/// Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996). For finite
/// samples the results equal numpy's to the last bit. Where numpy answers NaN beside an infinite
/// sample, or overflows, this package answers what the percentile means: any weight on an infinite neighbour gives that
/// infinity (positive between opposite ones), weight 0 gives the finite sample.
public enum PercentileMethod: String, Sendable, Hashable, CaseIterable, Codable {
  /// Linear between the closest ranks of (n - 1) p: numpy's default, Hyndman and Fan type 7.
  case linear
  /// The sample at or below the linear position.
  case lower
  /// The sample at or above the linear position.
  case higher
  /// The sample nearest to the linear position; a tie goes to the even rank.
  case nearest
  /// The mean of the samples below and above the linear position.
  case midpoint
  /// The smallest sample with at least the share p at or below it: nearest rank, type 1.
  case invertedCDF = "inverted_cdf"
  /// As the inverted distribution function, averaged where it jumps: type 2.
  case averagedInvertedCDF = "averaged_inverted_cdf"
  /// The sample whose rank is closest to n p, a tie going to the even rank: type 3.
  case closestObservation = "closest_observation"
  /// Linear between the jumps of the inverted distribution function: type 4.
  case interpolatedInvertedCDF = "interpolated_inverted_cdf"
  /// Linear with ranks at (k - 0.5) / n: type 5.
  case hazen
  /// Linear with ranks at k / (n + 1): type 6.
  case weibull
  /// Linear with ranks at (k - 1/3) / (n + 1/3), nearly unbiased for the median of any distribution: type 8.
  case medianUnbiased = "median_unbiased"
  /// Linear with ranks at (k - 3/8) / (n + 1/4), nearly unbiased for normal samples: type 9.
  case normalUnbiased = "normal_unbiased"
}

extension PercentileMethod {
  /// The place of a percentile among ordered samples.
  struct Position: Hashable {
    /// The zero-based rank at or below the place.
    var lower: Int
    /// The zero-based rank at or above it; at most one more.
    var upper: Int
    /// The share of the upper sample, 0 to 1; 0 if the ranks are equal.
    var weight: Double

    /// A place on a sample; a rank outside the sample is held at its ends.
    init(at rank: Double, count: Int) {
      lower = Int(Swift.min(Swift.max(rank, 0), Double(count - 1)))
      upper = lower
      weight = 0
    }

    /// A place between samples; outside the first and last rank it is that sample.
    init(between rank: Double, count: Int) {
      self.init(at: rank.rounded(.down), count: count)
      guard rank >= 0, rank < Double(count - 1) else { return }
      upper = lower + 1
      weight = rank - rank.rounded(.down)
    }
  }

  /// Where the percentile of `count` ordered samples lies.
  ///
  /// - Parameters:
  ///   - percent: The percentile, 0 to 100, already checked.
  ///   - count: The number of samples, at least 1.
  /// - Returns: One or two neighbouring ranks below the count, and the weight of the upper one.
  func position(of percent: Double, count: Int) -> Position {
    let n = Double(count)
    // Divided, not multiplied by 0.01: that is another number in the last bit, and so another percentile.
    let p = percent / 100
    let linear = (n - 1) * p
    switch self {
    case .linear:
      return Position(between: linear, count: count)
    case .lower:
      return Position(at: linear.rounded(.down), count: count)
    case .higher:
      return Position(at: linear.rounded(.up), count: count)
    case .nearest:
      return Position(at: linear.rounded(.toNearestOrEven), count: count)
    case .midpoint:
      return Position(between: linear, count: count).weighted { $0 > 0 ? 0.5 : 0 }
    case .invertedCDF:
      return Position(at: (n * p - 1).rounded(.up), count: count)
    case .averagedInvertedCDF:
      return Position(between: n * p - 1, count: count).weighted { $0 > 0 ? 1 : 0.5 }
    case .closestObservation:
      let rank = n * p - 1.5
      let floor = rank.rounded(.down)
      let isOdd = floor.truncatingRemainder(dividingBy: 2) != 0
      return Position(at: rank == floor && isOdd ? floor : floor + 1, count: count)
    case .interpolatedInvertedCDF:
      return Position(between: Self.plottingRank(n, p, 0, 1), count: count)
    case .hazen:
      return Position(between: Self.plottingRank(n, p, 0.5, 0.5), count: count)
    case .weibull:
      return Position(between: Self.plottingRank(n, p, 0, 0), count: count)
    case .medianUnbiased:
      return Position(between: Self.plottingRank(n, p, 1.0 / 3, 1.0 / 3), count: count)
    case .normalUnbiased:
      return Position(between: Self.plottingRank(n, p, 3.0 / 8, 3.0 / 8), count: count)
    }
  }

  /// The zero-based rank under plotting positions (k - alpha) / (n + 1 - alpha - beta), in numpy's order of operations.
  private static func plottingRank(_ n: Double, _ p: Double, _ alpha: Double, _ beta: Double) -> Double {
    n * p + (alpha + p * (1 - alpha - beta)) - 1
  }

  /// The value between two neighbours in order.
  ///
  /// A weight of 0 gives the lower neighbour and a weight of 1 the upper one, whatever the other is. In between, an
  /// infinite upper neighbour gives positive infinity and an infinite lower neighbour negative infinity; between two
  /// opposite infinities the result is positive infinity, because failures are counted as such and must not be hidden.
  /// numpy answers NaN in most of these cases. Finite neighbours whose difference overflows are weighed one by one.
  static func interpolate(from lower: Double, to upper: Double, weight: Double) -> Double {
    if weight == 0 || lower == upper { return lower }
    if weight == 1 || upper == .infinity { return upper }
    if lower == -.infinity { return lower }
    let difference = upper - lower
    guard difference.isFinite else { return lower * (1 - weight) + upper * weight }
    // From the nearer end, so that the result never leaves the interval and grows with the weight.
    return weight < 0.5 ? lower + difference * weight : upper - difference * (1 - weight)
  }
}

extension PercentileMethod.Position {
  /// The same place with another weight; a place on one sample stays there.
  fileprivate func weighted(_ weight: (Double) -> Double) -> Self {
    guard lower != upper else { return self }
    var position = self
    position.weight = weight(position.weight)
    return position
  }
}
