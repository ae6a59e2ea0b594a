/// How far two samples are apart in order: the share of pairs that rise less the share that fall.
///
/// - Definition: delta = (number of pairs with a > b - number of pairs with a < b) / (n m) = 2 U / (n m) - 1.
/// - Range: -1 to 1; 0 if neither tends to be greater, 1 if every value of the first is greater.
/// - Cost: n log n.
/// - Reference: Cliff, "Dominance statistics: Ordinal analyses to answer ordinal questions", Psychological Bulletin 114
///   (1993); the words for its size are those of Romano, Kromrey, Coraggio and Skowronek (2006).
public struct CliffsDelta: Sendable, Hashable {
  /// A word for the size of an effect.
  public enum Magnitude: String, Sendable, Hashable, CaseIterable {
    /// Below 0.147.
    case negligible
    /// From 0.147.
    case small
    /// From 0.33.
    case medium
    /// From 0.474.
    case large
  }

  /// The value, -1 to 1.
  public let value: Double

  /// The word for its size.
  public var magnitude: Magnitude {
    switch value.magnitude {
    case ..<0.147: .negligible
    case ..<0.33: .small
    case ..<0.474: .medium
    default: .large
    }
  }

  /// Compares two samples.
  ///
  /// - Parameters:
  ///   - first: One value or more, infinities allowed.
  ///   - second: One value or more, infinities allowed.
  /// - Throws: ``StatisticsError`` for an empty sample and for NaN.
  public init(first: [Double], second: [Double]) throws(StatisticsError) {
    self.init(try MannWhitneyTest(first: first, second: second, method: .normal))
  }

  /// The effect size that belongs to a rank test.
  public init(_ test: MannWhitneyTest) {
    let pairs = Double(test.firstCount) * Double(test.secondCount)
    // Twice U is a whole number, so that the difference is exact before the division.
    value = (2 * test.u - pairs) / pairs
  }
}
