/// The figures that describe one sample: count, extremes, mean, spread and percentiles.
///
/// All values are in the unit of the samples. A figure that has no meaning is nil: everything but the count for no
/// samples, the sample standard deviation for one, the spread when a sample is infinite.
public struct Summary: Sendable, Hashable {
  /// One percentile of a summary.
  public struct Percentile: Sendable, Hashable {
    /// Which percentile, 0 to 100.
    public let percent: Double
    /// The percentile of the samples, nil if there are none.
    public let value: Double?
    /// The percentile with every failure counted as positive infinity, nil if there are no observations at all.
    public let valueCountingFailures: Double?
    /// Whether there are too few samples for this percentile to say much.
    public let isWeak: Bool
  }

  /// The percentiles of a report unless others are asked for.
  public static let defaultPercentiles: [Double] = [50, 90, 95, 99]

  /// The number of samples; failures are not among them.
  public let count: Int
  /// The number of observations that failed and so have no value.
  public let failures: Int
  /// The least sample.
  public let minimum: Double?
  /// The greatest sample.
  public let maximum: Double?
  /// The arithmetic mean: the sum over the count, summed with compensation.
  public let mean: Double?
  /// The population standard deviation: the root of the mean squared distance from the mean, with divisor n.
  public let standardDeviationPopulation: Double?
  /// The sample standard deviation, with divisor n - 1; nil for fewer than two samples.
  public let standardDeviationSample: Double?
  /// The requested percentiles, in the order of the request.
  public let percentiles: [Percentile]
  /// How percentiles were read between two samples.
  public let method: PercentileMethod
  /// Whether the percentiles come from the samples or from a histogram.
  public let exactness: Exactness

  /// The coefficient of variation: sample standard deviation over mean; nil if undefined or if the mean is 0.
  public var coefficientOfVariation: Double? {
    guard let deviation = standardDeviationSample, let mean, mean != 0 else { return nil }
    return deviation / mean
  }

  /// The requested percentile of that number, or nil if it was not requested.
  public func percentile(_ percent: Double) -> Percentile? {
    percentiles.first { $0.percent == percent }
  }

  /// Whether a percentile of so few samples is weak: fewer than 1 / (1 - p), such as p99 of fewer than 100.
  ///
  /// With fewer samples the percentile depends on the greatest sample alone. The hundredth percentile is always weak:
  /// more samples only move it up.
  ///
  /// - Parameters:
  ///   - percent: The percentile, 0 to 100.
  ///   - count: The number of samples.
  /// - Returns: True if the percentile should be marked.
  public static func isWeak(percentile percent: Double, count: Int) -> Bool {
    // The tolerance absorbs that 100 - 99.9 is not 0.1 in binary: p99.9 of exactly 1000 samples is not weak.
    Double(count) * (100 - percent) < 100 * (1 - 1e-9)
  }
}

extension Summary {
  /// Describes samples.
  ///
  /// - Parameters:
  ///   - samples: The samples, in any order; none at all is allowed and gives a summary of nils.
  ///   - percents: The percentiles to compute, 0 to 100 each.
  ///   - method: How to read a percentile between two samples.
  ///   - failures: How many further observations failed and so have no value.
  /// - Throws: ``StatisticsError`` if a sample is NaN, a percentile is outside 0 to 100, or `failures` is negative.
  public init(
    of samples: [Double], percentiles percents: [Double] = Summary.defaultPercentiles,
    method: PercentileMethod = .linear, failures: Int = 0
  ) throws(StatisticsError) {
    try StatisticsError.check(percentiles: percents)
    try StatisticsError.check(failures: failures)
    try samples.checkOrdered()
    let plain =
      samples.isEmpty ? nil : try samples.percentiles(ofOrdered: percents, method: method, failures: 0)
    let censored =
      failures == 0
      ? plain : try samples.percentiles(ofOrdered: percents, method: method, failures: failures)
    let spread = Spread(of: samples)
    self.init(
      count: samples.count, failures: failures, minimum: spread.minimum, maximum: spread.maximum, mean: spread.mean,
      standardDeviationPopulation: spread.deviation(divisor: samples.count),
      standardDeviationSample: spread.deviation(divisor: samples.count - 1),
      percentiles: percents.indices.map { index in
        Percentile(
          percent: percents[index], value: plain?[index], valueCountingFailures: censored?[index],
          isWeak: Self.isWeak(percentile: percents[index], count: samples.count))
      },
      method: method, exactness: .exact)
  }

  /// The summary with every value divided, for another unit; divided because 1e-6 is not a binary number.
  func divided(by divisor: Double) -> Summary {
    Summary(
      count: count, failures: failures, minimum: minimum.map { $0 / divisor }, maximum: maximum.map { $0 / divisor },
      mean: mean.map { $0 / divisor }, standardDeviationPopulation: standardDeviationPopulation.map { $0 / divisor },
      standardDeviationSample: standardDeviationSample.map { $0 / divisor },
      percentiles: percentiles.map { entry in
        Percentile(
          percent: entry.percent, value: entry.value.map { $0 / divisor },
          valueCountingFailures: entry.valueCountingFailures.map { $0 / divisor }, isWeak: entry.isWeak)
      },
      method: method, exactness: exactness)
  }
}

/// Extremes, mean and squared distances of a sample without NaN.
private struct Spread {
  var minimum: Double?
  var maximum: Double?
  var mean: Double?
  /// The sum of squared distances from the mean in units of `scale` squared; nil if it has no meaning.
  private var squares: Double?
  private var scale = 1.0

  init(of samples: [Double]) {
    guard let first = samples.first else { return }
    var least = first
    var greatest = first
    for value in samples {
      least = value < least ? value : least
      greatest = value > greatest ? value : greatest
    }
    minimum = least
    maximum = greatest
    let magnitude = Swift.max(least.magnitude, greatest.magnitude)
    guard magnitude.isFinite else {
      // An infinite sample makes the mean infinite, two opposite ones leave no mean; there is no spread either way.
      let sum = least + greatest
      mean = sum.isNaN ? nil : sum
      return
    }
    // Squares of very large or very small samples leave the range of Double: a power of two brings them back, exactly.
    if magnitude > 0x1p+480 || (magnitude < 0x1p-480 && magnitude >= .leastNormalMagnitude) {
      scale = Double(sign: .plus, exponent: magnitude.exponent, significand: 1)
    }
    // A sum of many large samples overflows as well; divided by a power of two it cannot.
    let inverse = 1 / scale
    let count = Double(samples.count)
    var sum = CompensatedSum()
    for value in samples { sum.add(value * inverse) }
    let center = sum.value / count
    mean = Swift.min(Swift.max(center * scale, least), greatest)
    var total = CompensatedSum()
    var drift = CompensatedSum()
    for value in samples {
      let distance = value * inverse - center
      total.add(distance * distance)
      drift.add(distance)
    }
    // The second term removes what the rounding of the mean put into the squares.
    squares = Swift.max(total.value - drift.value * drift.value / count, 0)
  }

  func deviation(divisor: Int) -> Double? {
    guard let squares, divisor > 0 else { return nil }
    return (squares / Double(divisor)).squareRoot() * scale
  }
}
