/// How often two services were right on the same cases, and where they parted.
///
/// A flip is a case that one of both got right and the other wrong. Only flips say which service is better; cases that
/// both got right, or both wrong, say how many cases there were.
public struct PairedFlips: Sendable, Hashable, Codable {
  /// Cases that both were judged on.
  public let cases: Int
  /// Cases that the baseline got right and the candidate wrong.
  public let worse: Int
  /// Cases that the candidate got right and the baseline wrong.
  public let better: Int

  /// Creates the counts.
  ///
  /// - Throws: ``StatisticsError`` if a count is negative, or there are more flips than cases.
  public init(worse: Int, better: Int, cases: Int) throws(StatisticsError) {
    for (name, count) in [("flips to the worse", worse), ("flips to the better", better), ("cases", cases)]
    where count < 0 {
      throw StatisticsError(kind: .negativeCount, message: "The number of \(name) is \(count); it must be 0 or more.")
    }
    guard worse <= cases, better <= cases - worse else {
      throw StatisticsError(
        kind: .outOfRange,
        message: "\(worse) flips to the worse and \(better) to the better are more than the \(cases) cases; count each "
          + "case once.")
    }
    self.cases = cases
    self.worse = worse
    self.better = better
  }

  /// Counts flips.
  ///
  /// - Parameters:
  ///   - baseline: Whether the baseline got each case right.
  ///   - candidate: The same of the candidate, in the same order.
  /// - Throws: ``StatisticsError`` if the numbers of cases differ.
  public init(baseline: [Bool], candidate: [Bool]) throws(StatisticsError) {
    guard baseline.count == candidate.count else {
      throw StatisticsError(
        kind: .unequalCounts,
        message: "The baseline has \(baseline.count) cases and the candidate \(candidate.count); flips are counted on "
          + "the same cases.")
    }
    let pairs = zip(baseline, candidate)
    try self.init(
      worse: pairs.count { $0 && !$1 }, better: pairs.count { !$0 && $1 }, cases: baseline.count)
  }

  /// The flips in both directions.
  public var flips: Int { worse + better }

  /// The share of right cases that the candidate lost: (worse - better) / cases, -1 to 1; 0 without cases.
  public var loss: Double { cases == 0 ? 0 : Double(worse - better) / Double(cases) }

  /// The probability of so uneven flips if both services were equally good: the exact test of McNemar, two-sided.
  ///
  /// Each flip then goes either way with probability 1/2: the binomial test of the smaller direction. 1 without flips.
  /// Source: McNemar, Psychometrika 12 (1947); equal to `scipy.stats.binomtest(worse, worse + better)`.
  public var pValue: Double { pValue(.twoSided) }

  /// The exact test in one direction: `greater` looks for a worse candidate.
  public func pValue(_ alternative: BinomialTest.Alternative) -> Double {
    guard flips > 0 else { return 1 }
    return (try? BinomialTest(successes: worse, trials: flips, alternative: alternative))?.pValue ?? 1
  }
}
