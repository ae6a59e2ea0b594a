/// The test of Mann and Kendall: whether later values tend to be greater, or less, than earlier ones.
///
/// - Definition: S = number of pairs that rise - number of pairs that fall; variance (n (n - 1)(2 n + 5) - sum over
///   ties of t (t - 1)(2 t + 5)) / 18; z = (S -+ 1) / sqrt(variance), 0 for S = 0; p = 2 (1 - Phi(|z|)).
/// - Range: tau = S / (n (n - 1) / 2) is -1 to 1; p is 0 to 1.
/// - Edge cases: a constant series has S = 0 and p = 1. The normal approximation is meant for 10 values or more.
/// - Serial correlation makes p too small: see ``Correction/hamedRao(significance:lags:)``.
/// - Cost: n log n; with the correction n times the number of lags.
/// - Reference: Mann, "Nonparametric Tests Against Trend", Econometrica 13 (1945); Kendall, Rank Correlation Methods
///   (1975). Equal to pymannkendall 1.4.3, `original_test` and `hamed_rao_modification_test`.
public struct MannKendallTest: Sendable, Hashable {
  /// How the variance allows for values that depend on their predecessors.
  @nonexhaustive
  public enum Correction: Sendable, Hashable {
    /// The values are taken as independent.
    case none
    /// The variance is scaled by the autocorrelation of the ranks of the series without its trend.
    ///
    /// Hamed and Rao, "A modified Mann-Kendall trend test for autocorrelated data", Journal of Hydrology 204 (1998).
    /// Lags whose autocorrelation is not significant at the level are left out; without a number of lags all of them
    /// are looked at, in quadratic time. Negative correlation makes the variance less, even negative: then there is no
    /// z and no p.
    case hamedRao(significance: Double = 0.05, lags: Int? = nil)
  }

  /// The direction of a trend.
  public enum Direction: String, Sendable, Hashable, CaseIterable {
    /// Later values are greater.
    case increasing
    /// Later values are less.
    case decreasing
    /// No trend was shown.
    case none = "no trend"
  }

  /// The number of values.
  public let count: Int
  /// Rising pairs less falling pairs.
  public let score: Int
  /// The variance of the score under no trend, corrected if asked for.
  public let variance: Double
  /// The score over all pairs, -1 to 1; ties count as neither.
  public let tau: Double

  /// The standard normal score, nil if a correction left no variance.
  public var z: Double? {
    guard score != 0 else { return 0 }
    guard variance > 0 else { return nil }
    return Double(score - score.signum()) / variance.squareRoot()
  }

  /// The two-sided p-value, nil if a correction left no variance.
  public var pValue: Double? { z.map(NormalDistribution.twoSided) }

  /// The direction of the trend, none unless p is below a level.
  ///
  /// - Parameter significance: The level, such as 0.05.
  /// - Returns: The direction of the score, or none.
  public func direction(significance: Double = 0.05) -> Direction {
    guard let pValue, pValue < significance else { return .none }
    return score > 0 ? .increasing : .decreasing
  }

  /// Tests values in the order of time.
  ///
  /// - Parameters:
  ///   - values: Two finite values or more.
  ///   - correction: How to allow for serial correlation.
  /// - Throws: ``StatisticsError`` for too few values, for NaN and infinities, and for a bad level or number of lags.
  public init(of values: [Double], correction: Correction = .none) throws(StatisticsError) {
    try StatisticsError.check(finite: values)
    guard values.count >= 2 else { throw .tooFewSamples("A trend test", values.count, needed: 2) }
    let ties = Ranks.ties(ofSorted: values.sorted())
    let pairs = PairOrder.pairs(of: values.count)
    count = values.count
    score = pairs - PairOrder.pairs(in: ties) - 2 * PairOrder.inversions(of: values)
    tau = Double(score) / Double(pairs)
    let plain = (PairOrder.varianceTerm(count: values.count) - PairOrder.varianceTerm(of: ties)) / 18
    switch correction {
    case .none: variance = plain
    case .hamedRao(let significance, let lags):
      variance = try plain * SerialCorrelation.varianceFactor(of: values, significance: significance, lags: lags)
    }
  }
}
