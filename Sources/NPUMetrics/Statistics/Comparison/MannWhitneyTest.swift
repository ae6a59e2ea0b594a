/// The test of Mann and Whitney: whether values of one sample tend to be greater than those of another.
///
/// - Definition: U = number of pairs in which the first sample's value is the greater, ties counting half. Exact: the
///   share of orders that give such a U or a more extreme one. Normal: z = (|U - n m / 2| - 1 / 2) / s with s^2 = n m /
///   12 (n + m + 1 - sum over ties of (t^3 - t) / ((n + m)(n + m - 1))).
/// - Range: U is 0 to n m; p is 0 to 1. All values equal give p = 1.
/// - Assumes independent samples; it looks at order only, so that outliers weigh no more than others.
/// - Cost: (n + m) log(n + m), exact p-values (n m)^2.
/// - Reference: Mann and Whitney, Annals of Mathematical Statistics 18 (1947); equal to `scipy.stats.mannwhitneyu` of
///   scipy 1.17. That function also gives an "exact" p-value for ties, which is not valid; here it is refused.
public struct MannWhitneyTest: Sendable, Hashable {
  /// What the test looks for.
  public enum Alternative: String, Sendable, Hashable, CaseIterable {
    /// The first sample tends to be greater or less.
    case twoSided = "two-sided"
    /// The first sample tends to be less.
    case less
    /// The first sample tends to be greater.
    case greater
  }

  /// How the p-value is found.
  public enum Method: String, Sendable, Hashable, CaseIterable {
    /// Exact if a sample has 8 values or fewer, nothing is tied and the other has 240 or fewer, else normal.
    ///
    /// scipy's `auto` does not look at the other sample. The exact distribution of 8 against 2,500 values takes a
    /// minute in a debug build and differs from the normal one far out in its tails alone.
    case automatic = "auto"
    /// From the distribution of U.
    case exact
    /// From the normal approximation, corrected for ties.
    case normal = "asymptotic"
  }

  /// The number of values of the first sample.
  public let firstCount: Int
  /// The number of values of the second sample.
  public let secondCount: Int
  /// The U statistic of the first sample.
  public let u: Double
  /// The p-value.
  public let pValue: Double
  /// How the p-value was found: exact or normal.
  public let method: Method

  /// The probability that a value of the first sample is the greater of a pair, ties counting half: U / (n m).
  public var probabilityOfSuperiority: Double { u / (Double(firstCount) * Double(secondCount)) }

  /// Compares two samples.
  ///
  /// - Parameters:
  ///   - first: One value or more, infinities allowed; failures may stand as positive infinity.
  ///   - second: One value or more.
  ///   - alternative: What to look for.
  ///   - method: How to find the p-value.
  ///   - continuity: Whether the normal approximation moves U by a half toward the middle.
  /// - Throws: ``StatisticsError`` for an empty sample and for NaN; for the exact method also for ties and for more
  ///   than 20,000 pairs.
  public init(
    first: [Double], second: [Double], alternative: Alternative = .twoSided, method: Method = .automatic,
    continuity: Bool = true
  ) throws(StatisticsError) {
    try first.checkOrdered()
    try second.checkOrdered()
    guard !first.isEmpty else { throw .tooFewSamples("A rank test", first.count, needed: 1) }
    guard !second.isEmpty else { throw .tooFewSamples("A rank test", second.count, needed: 1) }
    let ranks = Ranks(of: first + second)
    let n = Double(first.count)
    let m = Double(second.count)
    firstCount = first.count
    secondCount = second.count
    u = ranks.values[..<first.count].reduce(0, +) - n * (n + 1) / 2
    switch method {
    case .automatic:
      let isExact =
        Swift.min(first.count, second.count) <= 8 && ranks.ties.isEmpty
        && RankSumDistribution.isAffordable(first: first.count, second: second.count)
      self.method = isExact ? .exact : .normal
    case .exact:
      guard ranks.ties.isEmpty else { throw .tied }
      guard n * m <= Double(RankSumDistribution.pairLimit) else { throw .tooManyPairs(first.count, second.count) }
      self.method = .exact
    case .normal: self.method = .normal
    }
    let extreme: Double =
      switch alternative {
      case .twoSided: Swift.max(u, n * m - u)
      case .greater: u
      case .less: n * m - u
      }
    let tail: Double
    if self.method == .exact {
      tail = RankSumDistribution(first: first.count, second: second.count).upperTail(from: Int(extreme))
    } else {
      let deviation = Self.variance(first: n, second: m, ties: ranks.ties).squareRoot()
      let distance = extreme - n * m / 2 - (continuity ? 0.5 : 0)
      // Nothing but ties: no order speaks for either sample.
      tail = deviation > 0 ? NormalDistribution.upperTail(distance / deviation) : 1
    }
    pValue = Swift.min(alternative == .twoSided ? 2 * tail : tail, 1)
  }

  /// The variance of U under no difference.
  static func variance(first n: Double, second m: Double, ties: [Int]) -> Double {
    let total = n + m
    let cubes = ties.reduce(0.0) { sum, size in
      let t = Double(size)
      return sum + t * (t * t - 1)
    }
    return n * m / 12 * (total + 1 - cubes / (total * (total - 1)))
  }
}

extension StatisticsError {
  /// The error for an exact method and equal values.
  static let tied = StatisticsError(
    kind: .tiedSamples, message: "Some values are equal, for which exact p-values do not hold; use the normal method.")

  /// The error for an exact method and too many pairs.
  static func tooManyPairs(_ first: Int, _ second: Int) -> StatisticsError {
    StatisticsError(
      kind: .tooManySamples,
      message: """
        \(first) and \(second) values make more than \(RankSumDistribution.pairLimit) pairs, too many for the exact \
        method; use the normal one, which is as good there.
        """)
  }
}
