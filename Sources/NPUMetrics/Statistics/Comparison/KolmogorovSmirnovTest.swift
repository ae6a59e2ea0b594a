/// The test of Kolmogorov and Smirnov: whether two samples have one distribution, in place, spread and shape.
///
/// - Definition: D = greatest distance between the two empirical distribution functions. Exact up to 1,000,000
///   pairs, as of 1,000 values each: the share of orders with such a D or a greater one, ties as if they were none, which makes p too great if
///   at all. Beyond: the limit 2 sum over k of (-1)^(k - 1) exp(-2 k^2 D^2 n m / (n + m)).
/// - Range: D is 0 to 1, p is 0 to 1.
/// - Cost: n log n, exact p-values n m in time and the smaller count in memory.
/// - Reference: Hodges, "The Significance Probability of the Smirnov Two-Sample Test", Arkiv för Matematik 3 (1958);
///   equal to `scipy.stats.ks_2samp` of scipy 1.17 where both are exact; scipy is up to 10,000 values a sample.
public struct KolmogorovSmirnovTest: Sendable, Hashable {
  /// Up to this number of pairs of values p is exact; more would take a debug build the better part of a minute.
  public static let exactPairLimit = 1_000_000

  /// The greatest distance between the distribution functions, 0 to 1.
  public let distance: Double
  /// The two-sided p-value.
  public let pValue: Double
  /// Whether the p-value is exact, or that of the limit for large samples.
  public let isExact: Bool

  /// Compares two samples.
  ///
  /// - Parameters:
  ///   - first: One value or more, infinities allowed.
  ///   - second: One value or more, infinities allowed.
  /// - Throws: ``StatisticsError`` for an empty sample and for NaN.
  public init(first: [Double], second: [Double]) throws(StatisticsError) {
    try first.checkOrdered()
    try second.checkOrdered()
    guard !first.isEmpty else { throw .tooFewSamples("A test of distributions", first.count, needed: 1) }
    guard !second.isEmpty else { throw .tooFewSamples("A test of distributions", second.count, needed: 1) }
    let n = Double(first.count)
    let m = Double(second.count)
    // In whole steps of 1 / (n m), where no rounding can move a path over the border.
    let steps = Self.distance(first.sorted(), second.sorted())
    distance = Double(steps) / (n * m)
    isExact = n * m <= Double(Self.exactPairLimit)
    pValue =
      isExact
      ? Self.exactTail(first.count, second.count, steps: steps)
      : Self.limitTail(distance * (n * m / (n + m)).squareRoot())
  }

  /// The greatest distance times the number of pairs.
  private static func distance(_ first: [Double], _ second: [Double]) -> Int {
    var i = 0
    var j = 0
    var greatest = 0
    while i < first.count, j < second.count {
      let value = Swift.min(first[i], second[j])
      while i < first.count, first[i] == value { i += 1 }
      while j < second.count, second[j] == value { j += 1 }
      greatest = Swift.max(greatest, abs(i * second.count - j * first.count))
    }
    return greatest
  }

  /// The probability that an order of n and m values reaches a distance.
  ///
  /// Over lattice paths from (0, 0) to (n, m): the last step to (i, j) came from (i - 1, j) with probability i / (i +
  /// j). Sums of probabilities only, so that small ones keep their digits.
  private static func exactTail(_ first: Int, _ second: Int, steps: Int) -> Double {
    guard steps > 0 else { return 1 }
    let inner = Swift.min(first, second)
    let outer = Swift.max(first, second)
    var row = [Double](repeating: 0, count: inner + 1)
    for i in 0...outer {
      for j in 0...inner {
        if abs(i * inner - j * outer) >= steps {
          row[j] = 1
        } else if i + j > 0 {
          let fromOuter = i > 0 ? Double(i) * row[j] : 0
          let fromInner = j > 0 ? Double(j) * row[j - 1] : 0
          row[j] = (fromOuter + fromInner) / Double(i + j)
        }
      }
    }
    return Swift.min(row[inner], 1)
  }

  private static func limitTail(_ x: Double) -> Double {
    // Below a fifth the probability differs from 1 by less than 1e-12, and the alternating series converges slowly.
    guard x > 0.2 else { return 1 }
    var sum = 0.0
    for k in 1...100 {
      let term = (-2 * Double(k * k) * x * x).reproducibleExponential
      sum += k % 2 == 1 ? term : -term
      if term < 1e-18 { break }
    }
    return Swift.min(Swift.max(2 * sum, 0), 1)
  }
}
