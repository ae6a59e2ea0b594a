/// The differences between all pairs of two samples, by rank, without writing them out.
///
/// How many differences are at most v takes one pass over both sorted samples; halving the range of numbers ends at the
/// difference itself after at most 64 passes. Memory grows with the counts, not with their product.
struct PairwiseDifferences {
  private let first: [Double]
  private let second: [Double]
  /// The number of pairs.
  let count: Int

  /// Takes two samples without NaN.
  init(first: [Double], second: [Double]) {
    self.first = first.sorted()
    self.second = second.sorted()
    count = first.count * second.count
  }

  /// The difference of a rank from 0, first less second.
  func value(rank: Int) -> Double {
    OrderedBits.least { countDifferences(atMost: $0) > rank }
  }

  /// The middle difference, or the middle of the two middle ones.
  var median: Double {
    TheilSenSlope.middle(value(rank: (count - 1) / 2), value(rank: count / 2))
  }

  private func countDifferences(atMost limit: Double) -> Int {
    // With a greater minuend the pairs that qualify begin at a greater subtrahend.
    var start = 0
    var total = 0
    for value in first {
      while start < second.count, value - second[start] > limit { start += 1 }
      total += second.count - start
    }
    return total
  }
}
