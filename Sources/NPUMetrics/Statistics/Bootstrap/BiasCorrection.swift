/// The two constants of the BCa interval and the levels that follow from them.
struct BiasCorrection: Sendable, Hashable {
  /// The normal quantile of the share of resamples below the estimate: z0.
  var bias: Double
  /// How fast the standard error changes with the value: a.
  var acceleration: Double

  /// z0 of a distribution; resamples equal to the estimate count half.
  ///
  /// Values count as equal within one part in 10^12: the sum of the same numbers in another order is the same mean, and
  /// of samples with few distinct values many resamples are of that kind.
  static func bias(of distribution: [Double], around estimate: Double) -> Double {
    let magnitude = distribution.reduce(estimate.magnitude) { Swift.max($0, $1.magnitude) }
    let lowest = estimate - magnitude * 1e-12
    let highest = estimate + magnitude * 1e-12
    var below = 0
    var atMost = 0
    for value in distribution {
      below &+= value < lowest ? 1 : 0
      atMost &+= value <= highest ? 1 : 0
    }
    // At least half a resample from both ends, where the quantile would be infinite.
    let count = 2 * distribution.count
    let doubled = Swift.min(Swift.max(below + atMost, 1), count - 1)
    return NormalDistribution.quantile(Double(doubled) / Double(count))
  }

  /// a from the values of the statistic with one sample left out, one list for each independent sample.
  ///
  /// With U = (n - 1)(mean - value): a = sum of mean U^3 / n^2 over 6 (sum of mean U^2 / n)^(3/2); 0 if nothing varies.
  static func acceleration(jackknife: [[Double]]) -> Double {
    var cubes = 0.0
    var squares = 0.0
    for values in jackknife {
      let n = Double(values.count)
      let mean = CompensatedSum.mean(of: values)
      for value in values {
        let influence = (n - 1) / n * (mean - value)
        squares += influence * influence
        cubes += influence * influence * influence
      }
    }
    guard squares > 0 else { return 0 }
    return cubes / (6 * squares * squares.squareRoot())
  }

  /// The levels at which the distribution is read, 0 to 1.
  func levels(confidence: Double) -> (low: Double, high: Double) {
    let z = NormalDistribution.quantile((1 - confidence) / 2)
    func level(_ z: Double) -> Double {
      let shifted = bias + z
      let level = NormalDistribution.cumulative(bias + shifted / (1 - acceleration * shifted))
      // The pole of an extreme acceleration has no level; that of the plain percentile stands in.
      return level.isNaN ? NormalDistribution.cumulative(z) : level
    }
    return (level(z), level(-z))
  }
}
