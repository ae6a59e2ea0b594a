/// The distribution of the U statistic of two samples without ties under no difference.
struct RankSumDistribution: Sendable, Hashable {
  /// Above this number of pairs the distribution is not worked out even where it is asked for.
  static let pairLimit = 20_000
  /// The additions after which the normal approximation is taken where a choice is left.
  ///
  /// A third of a second in a debug build. Two samples of 45 values stay below it, and so do 8 against 240.
  private static let workLimit = 1_100_000

  /// The probability of each value of U from 0 to the number of pairs.
  let probabilities: [Double]

  /// Works the distribution out.
  ///
  /// The greatest of i + j values belongs to the first sample with probability i / (i + j), and then adds j to U: a
  /// recursion over sums of probabilities alone, so that small ones keep their digits. Mann and Whitney, Annals of
  /// Mathematical Statistics 18 (1947).
  init(first: Int, second: Int) {
    // The distribution is the same for both orders; with the smaller count inside, the table is small.
    let inner = Swift.min(first, second)
    let outer = Swift.max(first, second)
    var rows = [[Double]](repeating: [1], count: inner + 1)
    for i in stride(from: 1, through: outer, by: 1) {
      for j in stride(from: 1, through: inner, by: 1) {
        let outerShare = Double(i) / Double(i + j)
        let innerShare = Double(j) / Double(i + j)
        var row = [Double](repeating: 0, count: i * j + 1)
        for (u, chance) in rows[j - 1].enumerated() { row[u] = innerShare * chance }
        for (u, chance) in rows[j].enumerated() { row[u + j] += outerShare * chance }
        rows[j] = row
      }
    }
    probabilities = rows[inner]
  }

  /// Whether the distribution is worked out where the caller leaves the choice: time grows with the square of the
  /// number of pairs.
  static func isAffordable(first: Int, second: Int) -> Bool {
    let (pairs, overflow) = first.multipliedReportingOverflow(by: second)
    guard !overflow, pairs <= pairLimit else { return false }
    // Row (i, j) takes i j additions; the sum over all rows.
    return (first * (first + 1) / 2) * (second * (second + 1) / 2) <= workLimit
  }

  /// The probability of U at or above a value.
  func upperTail(from u: Int) -> Double {
    guard u > 0 else { return 1 }
    guard u < probabilities.count else { return 0 }
    // From the far end, so that the least probabilities are added first.
    return probabilities[u...].reversed().reduce(0, +)
  }

  /// The least U of which the probability at or below reaches a level.
  func quantile(_ level: Double) -> Int {
    var sum = 0.0
    for (u, chance) in probabilities.enumerated() {
      sum += chance
      if sum >= level { return u }
    }
    return probabilities.count - 1
  }
}
