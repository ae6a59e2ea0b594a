/// The slopes between all pairs of points with different x, by rank.
///
/// Up to ``listingCount`` points the slopes are written out. Beyond that memory would grow with the square, so a slope
/// of given rank is found by halving the range of numbers: the pairs with a slope of at most v are those that the line
/// of slope v turns around, a count of inversions in n log n time. At most 64 halvings reach the number itself; the
/// residuals are rounded, so that this result may differ from the listed one in the last digits.
struct PairwiseSlopes {
  /// Above this number of points the slopes are not written out: 2 million slopes, 16 MB.
  static let listingCount = 2048

  private let series: PairedSeries
  private let slopes: [Double]?

  /// The number of pairs with different x.
  let count: Int

  /// Prepares the slopes of a series; `isListed` overrides the choice by size.
  init(_ series: PairedSeries, isListed: Bool? = nil) {
    self.series = series.sorted
    count = PairOrder.pairs(of: series.count) - PairOrder.pairs(in: Ranks.ties(ofSorted: self.series.x))
    slopes = isListed ?? (series.count <= Self.listingCount) ? Self.list(self.series, count: count) : nil
  }

  /// The slopes of ascending ranks, each below ``count``.
  func select(_ ranks: [Int]) -> [Double] {
    var distinct: [Int] = []
    for rank in ranks.sorted() where rank != distinct.last { distinct.append(rank) }
    let found = slopes.map { OrderStatistics($0).select(distinct) } ?? distinct.map(search)
    let byRank = Dictionary(zip(distinct, found)) { first, _ in first }
    return ranks.compactMap { byRank[$0] }
  }

  /// All slopes, in no particular order.
  static func list(_ series: PairedSeries, count: Int) -> [Double] {
    let x = series.x
    let y = series.y
    var slopes: [Double] = []
    slopes.reserveCapacity(count)
    for first in x.indices {
      let x0 = x[first]
      let y0 = y[first]
      for second in first + 1..<Swift.max(x.count, first + 1) where x[second] > x0 {
        slopes.append((y[second] - y0) / (x[second] - x0))
      }
    }
    return slopes
  }

  private func search(_ rank: Int) -> Double {
    OrderedBits.least { slope in countSlopes(atMost: slope) > rank }
  }

  private func countSlopes(atMost slope: Double) -> Int {
    // From the middle of x, so that large instants do not swallow the residual.
    let origin = series.x[series.count / 2]
    let residuals = series.x.indices.map { series.y[$0] - slope * (series.x[$0] - origin) }
    // Pairs of equal x have no slope. They stand in ascending order and count only where residuals are equal.
    var withoutSlope = 0
    var run = 1
    for index in series.x.indices.dropFirst() {
      let isTied = series.x[index] == series.x[index - 1] && residuals[index] == residuals[index - 1]
      withoutSlope += isTied ? run : 0
      run = isTied ? run + 1 : 1
    }
    return PairOrder.inversions(of: residuals, countingTies: true) - withoutSlope
  }
}
