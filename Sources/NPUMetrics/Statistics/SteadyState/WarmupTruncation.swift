/// How many values at the beginning belong to the warm-up, by the rule of the marginal standard error.
///
/// - Definition: the series is joined to means Z of 5 consecutive values (MSER-5). For each number d of them left out,
///   MSER(d) = sum over the rest of (Z - mean of the rest)^2 / (rest)^2; the cut is the d with the least MSER. It
///   balances bias by the warm-up against the loss of values, and needs no parameter to be tuned.
/// - Range: up to half of the series. A least value at that border means that the series did not settle:
///   ``isSettled`` is false, and a longer run is needed.
/// - Edge cases: fewer than 10 batches are refused. A constant series has no warm-up. A drift over the whole series
///   shows as not settled; a rare outlier near the border can do the same.
/// - Cost: linear.
/// - Reference: White, "An Effective Truncation Heuristic for Bias Reduction in Simulation Output", Simulation 69
///   (1997); White, Cobb and Spratt, Winter Simulation Conference 2000, for the batches of 5.
public struct WarmupTruncation: Sendable, Hashable {
  /// The number of values to leave out at the beginning, a multiple of the batch size.
  public let discarded: Int
  /// The least marginal standard error squared.
  public let leastError: Double
  /// Whether the least value lies before the border, so that the rest may be called steady.
  public let isSettled: Bool
  /// The number of values joined to one.
  public let batchSize: Int

  /// Finds the cut.
  ///
  /// - Parameters:
  ///   - values: Finite values in the order of time; at least ten batches.
  ///   - batchSize: How many values are joined to one, 1 or more; 5 gives MSER-5, 1 the plain rule.
  /// - Throws: ``StatisticsError`` for too few values, NaN, infinities and a batch size below 1.
  public init(of values: [Double], batchSize: Int = 5) throws(StatisticsError) {
    try StatisticsError.check(finite: values)
    guard batchSize >= 1 else {
      throw .outOfRange("The batch size of a warm-up rule", Double(batchSize), "1 or more, such as 5")
    }
    let count = values.count / batchSize
    guard count >= 10 else {
      let (needed, overflow) = batchSize.multipliedReportingOverflow(by: 10)
      throw .tooFewSamples("A warm-up rule", values.count, needed: overflow ? .max : needed)
    }
    let batches = (0..<count).map { index in
      CompensatedSum.mean(of: Array(values[index * batchSize..<(index + 1) * batchSize]))
    }
    // From the end: mean and squares of the rest grow by one value at a time (Welford), which never subtracts squares.
    var mean = 0.0
    var squares = 0.0
    var best = (cut: 0, error: Double.infinity)
    for index in batches.indices.reversed() {
      let rest = Double(count - index)
      let distance = batches[index] - mean
      mean += distance / rest
      squares += distance * (batches[index] - mean)
      guard index <= count / 2 else { continue }
      let error = squares / (rest * rest)
      // Of equal errors the earliest cut, which keeps the most.
      if error <= best.error { best = (index, error) }
    }
    discarded = best.cut * batchSize
    leastError = best.error
    isSettled = best.cut < count / 2
    self.batchSize = batchSize
  }
}
