/// Counts of pairs that stand in or out of order.
enum PairOrder {
  /// The number of pairs of which the first value is the greater, in n log n time by merging.
  ///
  /// Source: Knight, "A Computer Method for Calculating Kendall's Tau with Ungrouped Data", Journal of the American
  /// Statistical Association 61 (1966).
  ///
  /// - Parameters:
  ///   - values: Numbers without NaN.
  ///   - countingTies: Whether pairs of equal values count as well.
  /// - Returns: The number of such pairs.
  static func inversions(of values: [Double], countingTies: Bool = false) -> Int {
    var source = values
    var target = values
    var total = 0
    var width = 1
    while width < source.count {
      for start in stride(from: 0, to: source.count, by: 2 * width) {
        let middle = Swift.min(start + width, source.count)
        let end = Swift.min(start + 2 * width, source.count)
        var left = start
        var right = middle
        for place in start..<end {
          let takesRight =
            right < end
            && (left >= middle || (countingTies ? source[right] <= source[left] : source[right] < source[left]))
          if takesRight {
            target[place] = source[right]
            total += middle - left
            right += 1
          } else {
            target[place] = source[left]
            left += 1
          }
        }
      }
      swap(&source, &target)
      width *= 2
    }
    return total
  }

  /// The number of pairs among groups of equal values.
  static func pairs(in ties: [Int]) -> Int {
    ties.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
  }

  /// The number of pairs of n values.
  static func pairs(of count: Int) -> Int {
    count * (count - 1) / 2
  }

  /// The sum of t (t - 1)(2 t + 5) over groups of equal values: what ties take from the variance of Kendall's score.
  static func varianceTerm(of ties: [Int]) -> Double {
    ties.reduce(0) { sum, size in
      let t = Double(size)
      return sum + t * (t - 1) * (2 * t + 5)
    }
  }

  /// The variance of Kendall's score of n values times 18, without ties: n (n - 1)(2 n + 5).
  static func varianceTerm(count: Int) -> Double {
    varianceTerm(of: [count])
  }
}
