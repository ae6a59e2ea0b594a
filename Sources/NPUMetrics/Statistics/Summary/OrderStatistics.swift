/// Finds samples by rank without sorting all of them.
///
/// A small random subset brackets the wanted ranks, one pass counts what lies below the bracket and keeps what lies
/// inside, and the search goes on there: the idea of Floyd and Rivest, "Expected time bounds for selection",
/// Communications of the ACM 18 (1975). The expected cost is one reading pass for each group of neighbouring ranks
/// and the memory of a few percent of the sample; the worst case is a sort. The answer is exact either way.
struct OrderStatistics {
  /// At and below this size a sort is quicker than a bracket.
  private static let sortingSize = 1024
  /// With more groups of ranks than this, one sort is quicker than a pass for each.
  private static let groupLimit = 24

  private let values: [Double]

  /// Takes samples that hold no NaN.
  init(_ values: [Double]) {
    self.values = values
  }

  /// The samples of the given ranks.
  ///
  /// - Parameter ranks: Zero-based ranks below the count, ascending, each once.
  /// - Returns: One sample for each rank.
  func select(_ ranks: [Int]) -> [Double] {
    let groups = Self.neighbours(ranks)
    guard values.count > Self.sortingSize, groups.count <= Self.groupLimit else {
      let sorted = values.sorted()
      return ranks.map { sorted[$0] }
    }
    let subset = Self.subset(of: values)
    return groups.flatMap { Self.select($0, in: values, guidedBy: subset) }
  }

  /// Joins consecutive ranks into ranges.
  private static func neighbours(_ ranks: [Int]) -> [ClosedRange<Int>] {
    var groups: [ClosedRange<Int>] = []
    for rank in ranks {
      if let last = groups.last, last.upperBound + 1 == rank {
        groups[groups.count - 1] = last.lowerBound...rank
      } else {
        groups.append(rank...rank)
      }
    }
    return groups
  }

  /// The samples of neighbouring ranks, by a sorted random subset of all samples.
  private static func select(
    _ ranks: ClosedRange<Int>, in values: [Double], guidedBy subset: [Double]
  ) -> [Double] {
    let bracket = bracket(of: ranks, count: values.count, in: subset)
    let below = values.count - count(in: values, from: bracket.low, to: .infinity)
    // Samples equal to a bound are counted, not kept: many ties then cost nothing.
    let lowest = count(in: values, from: bracket.low, to: bracket.low)
    let highest = bracket.low == bracket.high ? 0 : count(in: values, from: bracket.high, to: bracket.high)
    let inside = samples(of: values, between: bracket)
    let first = below + lowest
    let last = first + inside.count
    guard ranks.lowerBound >= below, ranks.upperBound < last + highest else {
      // The random subset misled us, which is rare (about one in ten thousand) and never wrong, only slow.
      return Array(values.sorted()[ranks])
    }
    let inner = ranks.clamped(to: first...Swift.max(first, last - 1))
    var found: [Double] = []
    if !inside.isEmpty, inner.lowerBound <= ranks.upperBound, inner.upperBound >= ranks.lowerBound {
      let shifted = (inner.lowerBound - first)...(inner.upperBound - first)
      // Without a real reduction another round would not end.
      let isSmall = inside.count <= sortingSize || inside.count > values.count / 2
      found =
        isSmall ? Array(inside.sorted()[shifted]) : select(shifted, in: inside, guidedBy: self.subset(of: inside))
    }
    return ranks.map { rank in
      if rank < first { return bracket.low }
      if rank >= last { return bracket.high }
      return found[rank - inner.lowerBound]
    }
  }

  /// The number of samples in a closed range.
  private static func count(in values: [Double], from low: Double, to high: Double) -> Int {
    var count = 0
    for value in values {
      // Both comparisons as numbers, without `&&`: the compiler then compares several samples at once. With a branch
      // the processor would guess wrong at every other sample around the median, which takes thirty times as long.
      count &+= (value >= low ? 1 : 0) & (value <= high ? 1 : 0)
    }
    return count
  }

  /// The samples strictly inside a bracket, in their order.
  private static func samples(of values: [Double], between bracket: (low: Double, high: Double)) -> [Double] {
    let size = 1024
    var block = [Double](repeating: 0, count: size)
    var inside: [Double] = []
    for start in stride(from: 0, to: values.count, by: size) {
      var kept = 0
      for index in start..<Swift.min(start + size, values.count) {
        // Every sample is written, and the place moves on after those inside: no branch here either.
        let value = values[index]
        block[kept] = value
        kept &+= (value > bracket.low ? 1 : 0) & (value < bracket.high ? 1 : 0)
      }
      inside.append(contentsOf: block[..<kept])
    }
    return inside
  }

  /// A random subset in ascending order, drawn with replacement.
  private static func subset(of values: [Double]) -> [Double] {
    let size = Swift.min(Swift.max(values.count / 32, 64), 8192)
    // A fixed seed: the time of a run does not depend on luck, and the result never does.
    var generator = SplitMix64(seed: UInt64(values.count))
    var subset: [Double] = []
    subset.reserveCapacity(size)
    for _ in 0..<size {
      subset.append(values[Int(generator.next().multipliedFullWidth(by: UInt64(values.count)).high)])
    }
    subset.sort()
    return subset
  }

  /// Two values that very probably enclose the samples of the given ranks.
  private static func bracket(
    of ranks: ClosedRange<Int>, count: Int, in subset: [Double]
  ) -> (low: Double, high: Double) {
    let size = subset.count
    func place(_ rank: Int, _ side: Double) -> Double {
      let share = (Double(rank) + 0.5) / Double(count)
      // Four standard deviations of the binomial count.
      let spread = 4 * (Double(size) * share * (1 - share)).squareRoot() + 2
      return share * Double(size) + side * spread
    }
    let low = Int(place(ranks.lowerBound, -1).rounded(.down))
    let high = Int(place(ranks.upperBound, 1).rounded(.up))
    return (low < 0 ? -.infinity : subset[Swift.min(low, size - 1)], high >= size ? .infinity : subset[high])
  }
}
