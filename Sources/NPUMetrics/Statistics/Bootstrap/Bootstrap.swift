/// Confidence intervals by drawing from the sample again and again, without an assumption about its distribution.
///
/// - Definition: B resamples of the size of the sample are drawn with replacement; the statistic of each gives the
///   distribution from which ``BootstrapMethod`` reads the ends. BCa reads the levels Phi(z0 + (z0 + z) / (1 - a (z0 +
///   z))) for z = -+ the normal quantile of the confidence, with z0 the normal quantile of the share of resamples below
///   the estimate (ties count half) and a the skewness of the jackknife values over 6.
/// - Reproducible: equal samples, settings and seeds give equal ends on every platform.
/// - Edge cases: two samples or more; NaN and infinities are refused. A constant sample gives an interval of no width.
///   Where all resamples lie on one side of the estimate, the share counts as half a resample from the end.
/// - Meaning: the samples must be independent; for a series in time use ``BatchMeans``. Percentiles near the ends of a
///   small sample have intervals that are too short, whatever the method.
/// - Cost: mean and deviation B n draws, some 1.5 ns each; percentiles, median and extremes B draws in all, because the
///   ranks of a resample follow a beta distribution; other statistics B calls. Memory B numbers.
/// - Reference: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapters 13 and 14; agrees with
///   `scipy.stats.bootstrap` of scipy 1.17 up to chance.
public struct Bootstrap: Sendable, Hashable {
  /// The number of resamples.
  public let resamples: Int
  /// The confidence level, such as 0.95.
  public let confidence: Double
  /// How the interval is read.
  public let method: BootstrapMethod
  /// The seed of the draws.
  public let seed: UInt64

  /// Creates a bootstrap.
  ///
  /// - Parameters:
  ///   - resamples: The number of resamples, 100 to 1,000,000.
  ///   - confidence: The confidence level, above 0 and below 1.
  ///   - method: How the interval is read.
  ///   - seed: The seed of the draws.
  /// - Throws: ``StatisticsError`` if a setting is outside its range.
  public init(
    resamples: Int = 9999, confidence: Double = 0.95, method: BootstrapMethod = .bca, seed: UInt64 = 1
  ) throws(StatisticsError) {
    guard (100...1_000_000).contains(resamples) else {
      throw .outOfRange("The number of resamples", Double(resamples), "100 to 1,000,000, such as 9,999")
    }
    try StatisticsError.check(confidence: confidence)
    self.resamples = resamples
    self.confidence = confidence
    self.method = method
    self.seed = seed
  }

  /// The interval of a statistic of one sample.
  ///
  /// - Parameters:
  ///   - statistic: The statistic; percentiles by linear interpolation.
  ///   - sample: Two finite samples or more.
  /// - Returns: The estimate and its interval in the unit of the samples.
  /// - Throws: ``StatisticsError`` for too few samples, NaN, infinities and a percentile outside 0 to 100.
  public func interval(
    of statistic: SampleStatistic, in sample: [Double]
  ) throws(StatisticsError) -> BootstrapInterval {
    let resampler = try Resampler(sample, statistic: statistic)
    var generator = SeededGenerator(seed: seed)
    return try interval(
      estimate: resampler.estimate, distribution: resampler.draw(resamples, using: &generator),
      jackknife: method == .bca ? [resampler.jackknife()] : [])
  }

  /// The interval of the difference of a statistic between two independent samples, first less second.
  ///
  /// Both samples are resampled on their own; the acceleration of BCa comes from the jackknife of both.
  ///
  /// - Parameters:
  ///   - statistic: The statistic; percentiles by linear interpolation.
  ///   - first: Two finite samples or more.
  ///   - second: Two finite samples or more, not necessarily as many.
  /// - Returns: The difference and its interval in the unit of the samples.
  /// - Throws: ``StatisticsError`` for too few samples, NaN, infinities and a percentile outside 0 to 100.
  public func differenceInterval(
    of statistic: SampleStatistic, first: [Double], second: [Double]
  ) throws(StatisticsError) -> BootstrapInterval {
    let left = try Resampler(first, statistic: statistic)
    let right = try Resampler(second, statistic: statistic)
    var generator = SeededGenerator(seed: seed)
    let minuends = left.draw(resamples, using: &generator)
    let subtrahends = right.draw(resamples, using: &generator)
    return try interval(
      estimate: left.estimate - right.estimate, distribution: zip(minuends, subtrahends).map { $0 - $1 },
      jackknife: method == .bca ? [left.jackknife(), right.jackknife().map { -$0 }] : [])
  }

  /// The interval of any statistic of one sample.
  ///
  /// - Parameters:
  ///   - sample: Two finite samples or more.
  ///   - statistic: Computes the statistic; called once for each resample and, for BCa, once for each sample left out.
  /// - Returns: The estimate and its interval.
  /// - Throws: ``StatisticsError`` for too few samples, NaN, infinities, and a statistic that gives no number.
  public func interval(
    in sample: [Double], of statistic: ([Double]) -> Double
  ) throws(StatisticsError) -> BootstrapInterval {
    try Resampler.check(sample)
    var generator = SeededGenerator(seed: seed)
    var resample = sample
    var distribution: [Double] = []
    distribution.reserveCapacity(resamples)
    for _ in 0..<resamples {
      for place in resample.indices { resample[place] = sample[generator.integer(in: 0...sample.count - 1)] }
      distribution.append(statistic(resample))
    }
    var left: [Double] = []
    if method == .bca {
      for place in sample.indices {
        var rest = sample
        rest.remove(at: place)
        left.append(statistic(rest))
      }
    }
    return try interval(estimate: statistic(sample), distribution: distribution, jackknife: left.isEmpty ? [] : [left])
  }

  func interval(
    estimate: Double, distribution: [Double], jackknife: [[Double]]
  ) throws(StatisticsError) -> BootstrapInterval {
    try StatisticsError.check(finite: [estimate])
    try StatisticsError.check(finite: distribution)
    var levels = (low: (1 - confidence) / 2, high: 1 - (1 - confidence) / 2)
    if method == .bca {
      for values in jackknife { try StatisticsError.check(finite: values) }
      levels = BiasCorrection(
        bias: BiasCorrection.bias(of: distribution, around: estimate),
        acceleration: BiasCorrection.acceleration(jackknife: jackknife)
      ).levels(confidence: confidence)
    }
    let ends = try distribution.percentiles([levels.low * 100, levels.high * 100])
    let isBasic = method == .basic
    return BootstrapInterval(
      estimate: estimate, low: isBasic ? 2 * estimate - ends[1] : ends[0],
      high: isBasic ? 2 * estimate - ends[0] : ends[1], standardError: Self.deviation(of: distribution),
      method: method, confidence: confidence, resamples: resamples)
  }

  private static func deviation(of values: [Double]) -> Double {
    // Around a value of the sample: the spread is small beside the distance from 0, and one pass keeps its digits.
    let origin = values.first ?? 0
    var sum = 0.0
    var squares = 0.0
    for value in values {
      let distance = value - origin
      sum += distance
      squares += distance * distance
    }
    let count = Double(values.count)
    return (Swift.max(squares - sum * sum / count, 0) / (count - 1)).squareRoot()
  }
}
