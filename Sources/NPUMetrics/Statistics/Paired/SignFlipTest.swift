/// Whether paired differences fit two sides that could be exchanged in every pair: the sign-flip permutation test,
/// two-sided.
///
/// - Definition: under exchangeable sides each difference d has either sign with probability 1/2. p is the share of the
///   2^n ways to sign them whose sum is at least as far from 0 as the sum found. It is exact, by the distribution of the
///   sums of whole numbers, up to n times the sum of |d| of ``exactCost``; beyond, of B seeded draws, (k + 1) / (B + 1)
///   with the number k of those as far away, so that the level still holds.
/// - Range: above 0, to 1; 1 where all differences are 0. Of five pairs none is below 2/32.
/// - Reference: Fisher, The Design of Experiments (1935), section 21; Phipson and Smyth, Statistical Applications in
///   Genetics and Molecular Biology 9 (2010), for the draws. The exact one equals `scipy.stats.permutation_test` of
///   scipy 1.17 with `permutation_type='samples'` and the sum as statistic.
public struct SignFlipTest: Sendable, Hashable {
  /// The most additions of the exact test: some tens of milliseconds.
  public static let exactCost = 20_000_000

  /// The probability of so uneven differences if the sides could be exchanged.
  public let pValue: Double
  /// Whether all ways were counted, rather than some drawn.
  public let isExact: Bool

  /// Tests differences.
  ///
  /// - Parameters:
  ///   - differences: The candidate less the baseline in each pair, such as a difference of errors.
  ///   - draws: How many ways are drawn where they are too many to be counted.
  ///   - seed: The seed of the draws.
  public init(_ differences: [Int], draws: Int = 10_000, seed: UInt64 = 1) {
    // Pairs without a difference add nothing, however they are signed.
    let sizes = differences.filter { $0 != 0 }.map { Double($0.magnitude) }
    let found = differences.reduce(0.0) { $0 + Double($1) }.magnitude
    let total = sizes.reduce(0, +)
    isExact = total * Double(sizes.count) <= Double(Self.exactCost)
    if found == 0 {
      pValue = 1
    } else if isExact {
      pValue = Self.exact(sizes.map { Int($0) }, total: Int(total), found: Int(found))
    } else {
      pValue = Self.drawn(sizes, found: found, draws: Swift.max(1, draws), seed: seed)
    }
  }

  /// The share of all ways, by the distribution of the sum of those that are positive.
  private static func exact(_ sizes: [Int], total: Int, found: Int) -> Double {
    var shares = [Double](repeating: 0, count: total + 1)
    shares[0] = 1
    var reach = 0
    for size in sizes {
      reach += size
      for sum in stride(from: reach, through: 0, by: -1) {
        shares[sum] = (shares[sum] + (sum >= size ? shares[sum - size] : 0)) / 2
      }
    }
    var share = 0.0
    for sum in shares.indices where (2 * sum - total).magnitude >= found.magnitude { share += shares[sum] }
    return Swift.min(share, 1)
  }

  private static func drawn(_ sizes: [Double], found: Double, draws: Int, seed: UInt64) -> Double {
    var generator = SeededGenerator(seed: seed)
    var count = 0
    for _ in 0..<draws {
      var sum = 0.0
      var bits: UInt64 = 0
      for (place, size) in sizes.enumerated() {
        if place % 64 == 0 { bits = generator.next() }
        sum += bits & 1 == 1 ? size : -size
        bits >>= 1
      }
      if sum.magnitude >= found { count += 1 }
    }
    return Double(count + 1) / Double(draws + 1)
  }
}
