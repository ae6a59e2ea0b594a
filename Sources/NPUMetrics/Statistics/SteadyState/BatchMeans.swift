/// The mean of a series in time with an interval that allows for values that depend on their predecessors.
///
/// - Definition: the series is cut into k batches of m consecutive values; the batch means Y_j have the variance S^2,
///   and the interval is mean -+ t(k - 1) S / sqrt(k). Values that do not fill a batch are left out at the beginning,
///   where a rest of the warm-up would be.
/// - Batches: 20 unless asked for otherwise. They must be long enough to be nearly independent: the correlation of
///   neighbours is given, and ``isTrustworthy`` says whether it is below what chance explains.
/// - Use: latencies of one run, throughput by second. An interval that takes such values as independent is several
///   times too narrow.
/// - Cost: linear.
/// - Reference: Law, Simulation Modeling and Analysis, 5th edition, 9.5.3; Schmeiser, "Batch Size Effects in the
///   Analysis of Simulation Output", Operations Research 30 (1982), on 10 to 30 batches.
public struct BatchMeans: Sendable, Hashable {
  /// The number of values, those left out included.
  public let count: Int
  /// The number of values in a batch.
  public let batchSize: Int
  /// The mean of each batch in the order of time.
  public let means: [Double]
  /// The mean of the batches.
  public let mean: Double
  /// The lower end of the interval.
  public let low: Double
  /// The upper end of the interval.
  public let high: Double
  /// The confidence level of the interval, such as 0.95.
  public let confidence: Double
  /// The correlation of batch means with their predecessors, -1 to 1; 0 if they do not vary.
  public let neighbourCorrelation: Double

  /// Whether the batches look independent: their correlation is at most 1.64 / sqrt(k), its 95 % limit under chance.
  public var isTrustworthy: Bool {
    neighbourCorrelation <= 1.64 / Double(means.count).squareRoot()
  }

  /// Cuts a series into batches.
  ///
  /// - Parameters:
  ///   - values: Finite values in the order of time, at least two for each batch.
  ///   - batches: The number of batches, 2 or more.
  ///   - confidence: The confidence level of the interval, above 0 and below 1.
  /// - Throws: ``StatisticsError`` for too few values, NaN, infinities and parameters outside their range.
  public init(of values: [Double], batches: Int = 20, confidence: Double = 0.95) throws(StatisticsError) {
    try StatisticsError.check(confidence: confidence)
    try StatisticsError.check(finite: values)
    guard batches >= 2 else { throw .outOfRange("The number of batches", Double(batches), "2 or more, such as 20") }
    let size = values.count / batches
    guard size >= 2 else {
      let (needed, overflow) = batches.multipliedReportingOverflow(by: 2)
      throw .tooFewSamples("An interval by \(batches) batches", values.count, needed: overflow ? .max : needed)
    }
    let start = values.count - size * batches
    let means = stride(from: start, to: values.count, by: size).map { place in
      CompensatedSum.mean(of: Array(values[place..<place + size]))
    }
    let summary = try Summary(of: means, percentiles: [])
    guard let mean = summary.mean, let deviation = summary.standardDeviationSample else {
      throw .tooFewSamples("An interval by batches", values.count, needed: 4)
    }
    let reach =
      StudentDistribution(trusted: Double(batches - 1)).quantile(1 - (1 - confidence) / 2) * deviation
      / Double(batches).squareRoot()
    count = values.count
    batchSize = size
    self.means = means
    self.mean = mean
    low = mean - reach
    high = mean + reach
    self.confidence = confidence
    neighbourCorrelation = SerialCorrelation.autocorrelations(of: means, lags: 1)?.first ?? 0
  }
}
