/// Draws which samples stand at given ranks of a resample, without drawing the rest of it.
///
/// The k-th least of n uniform numbers is G / S with gamma draws: G of shape k and S the sum of G and of one of shape n
/// + 1 - k; the next one lies an exponential draw further (Devroye, Non-Uniform Random Variate Generation, 1986,
/// chapter 5). A draw with replacement from a sorted sample is the place of a uniform number among n equal cells, and
/// cells keep the order.
enum RankDraw {
  /// The places in the sorted sample of two ranks of a resample, equal or neighbours.
  static func places(
    lower: Int, upper: Int, count: Int, using generator: inout SeededGenerator
  ) -> (lower: Int, upper: Int) {
    let below = generator.gamma(shape: Double(lower + 1))
    let gap = upper > lower ? generator.exponential() : 0
    let total = below + gap + generator.gamma(shape: Double(count - upper))
    let n = Double(count)
    func place(_ part: Double) -> Int { Swift.min(Int(part / total * n), count - 1) }
    return (place(below), place(below + gap))
  }
}
