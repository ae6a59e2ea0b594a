/// A coefficient of rank correlation: how far one quantity rises whenever another does, on whatever curve.
public struct RankCorrelation: Sendable, Hashable {
  /// The coefficient, -1 to 1; nil if x or y does not vary.
  public let coefficient: Double?
  /// The two-sided p-value under independence, nil where it is undefined.
  public let pValue: Double?

  /// The rank correlation of Spearman: Pearson's coefficient of the ranks.
  ///
  /// Equal values share the mean of their ranks. p comes from t = r sqrt((n - 2) / (1 - r^2)) with n - 2 degrees of
  /// freedom and is nil for two pairs. Time n log n. Equal to `scipy.stats.spearmanr` of scipy 1.17.
  ///
  /// - Parameter series: Two pairs or more.
  /// - Returns: The coefficient rho and its p-value.
  /// - Throws: ``StatisticsError`` for too few pairs.
  public static func spearman(of series: PairedSeries) throws(StatisticsError) -> RankCorrelation {
    guard series.count >= 2 else { throw .tooFewSamples("A correlation", series.count, needed: 2) }
    let ranks = PairedSeries(trustedX: Ranks(of: series.x).values, y: Ranks(of: series.y).values)
    let r = PairMoments(ranks).correlation
    return RankCorrelation(
      coefficient: r, pValue: r.flatMap { PairMoments.pValue(ofCorrelation: $0, count: series.count) })
  }

  /// The rank correlation of Kendall, tau-b: concordant less discordant pairs, corrected for ties.
  ///
  /// tau = (C - D) / sqrt((P - T_x)(P - T_y)) with P pairs in all and T tied ones. Without ties p is exact up to 33
  /// pairs and where at most one pair stands out of order, otherwise normal with the variance of Kendall (1970). Time n
  /// log n. Equal to `scipy.stats.kendalltau` of scipy 1.17.
  ///
  /// - Parameter series: Two pairs or more.
  /// - Returns: The coefficient tau-b and its p-value.
  /// - Throws: ``StatisticsError`` for too few pairs.
  public static func kendall(of series: PairedSeries) throws(StatisticsError) -> RankCorrelation {
    guard series.count >= 2 else { throw .tooFewSamples("A correlation", series.count, needed: 2) }
    let ordered = series.sorted
    let tiesX = Ranks.ties(ofSorted: ordered.x)
    let tiesY = Ranks.ties(ofSorted: ordered.y.sorted())
    let total = PairOrder.pairs(of: series.count)
    let untiedX = total - PairOrder.pairs(in: tiesX)
    let untiedY = total - PairOrder.pairs(in: tiesY)
    guard untiedX > 0, untiedY > 0 else { return RankCorrelation(coefficient: nil, pValue: nil) }
    let discordant = PairOrder.inversions(of: ordered.y)
    let score = untiedX + untiedY - total + jointTies(in: ordered) - 2 * discordant
    let tau = Double(score) / Double(untiedX).squareRoot() / Double(untiedY).squareRoot()
    let isUntied = tiesX.isEmpty && tiesY.isEmpty
    let p: Double? =
      if isUntied && (series.count <= 33 || Swift.min(discordant, total - discordant) <= 1) {
        exactP(count: series.count, discordant: Swift.min(discordant, total - discordant))
      } else {
        normalP(score: score, count: series.count, tiesX: tiesX, tiesY: tiesY)
      }
    return RankCorrelation(coefficient: Swift.min(Swift.max(tau, -1), 1), pValue: p)
  }

  /// The number of pairs equal in both x and y.
  private static func jointTies(in ordered: PairedSeries) -> Int {
    var pairs = 0
    var run = 1
    for index in ordered.x.indices.dropFirst() {
      let isTied = ordered.x[index] == ordered.x[index - 1] && ordered.y[index] == ordered.y[index - 1]
      pairs += isTied ? run : 0
      run = isTied ? run + 1 : 1
    }
    return pairs
  }

  /// Twice the share of orders of n values with at most so many inversions.
  ///
  /// The value inserted n-th adds 0 to n - 1 inversions with equal chance.
  private static func exactP(count: Int, discordant: Int) -> Double {
    var chances = [1.0] + [Double](repeating: 0, count: discordant)
    for size in stride(from: 2, through: count, by: 1) {
      var next = chances
      for inversions in chances.indices {
        let lowest = Swift.max(inversions - size + 1, 0)
        next[inversions] = chances[lowest...inversions].reduce(0, +) / Double(size)
      }
      chances = next
    }
    return Swift.min(2 * chances.reduce(0, +), 1)
  }

  private static func normalP(score: Int, count: Int, tiesX: [Int], tiesY: [Int]) -> Double? {
    func triples(_ ties: [Int]) -> Double {
      ties.reduce(0) { $0 + Double($1) * Double($1 - 1) * Double($1 - 2) }
    }
    let n = Double(count)
    let pairs = n * (n - 1)
    var variance =
      (PairOrder.varianceTerm(count: count) - PairOrder.varianceTerm(of: tiesX) - PairOrder.varianceTerm(of: tiesY))
      / 18
    variance += 2 * Double(PairOrder.pairs(in: tiesX)) * Double(PairOrder.pairs(in: tiesY)) / pairs
    if count > 2 { variance += triples(tiesX) * triples(tiesY) / (9 * pairs * (n - 2)) }
    guard variance > 0 else { return nil }
    return NormalDistribution.twoSided(Double(score) / variance.squareRoot())
  }
}
