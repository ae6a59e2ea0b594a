/// Sums over resamples: the innermost loop of the bootstrap.
///
/// Each 64 random bits give two places, by the multiplication of Lemire, "Fast Random Integer Generation in an
/// Interval" (2019); a pair of which one would be biased is drawn again. Two partial sums keep the additions from
/// waiting for each other.
enum ResampleSums {
  /// The sum of each resample.
  static func sums(of values: [Double], count: Int, using generator: inout SeededGenerator) -> [Double] {
    var source = generator
    defer { generator = source }
    let size = UInt64(values.count)
    let threshold = (UInt64(1) << 32) % size
    let span = values.span
    var results: [Double] = []
    results.reserveCapacity(count)
    for _ in 0..<count {
      var first = 0.0
      var second = 0.0
      var left = span.count
      while left >= 2 {
        let pair = Self.pair(size, threshold, &source)
        first += span[pair.first]
        second += span[pair.second]
        left &-= 2
      }
      if left == 1 { first += span[Self.pair(size, threshold, &source).first] }
      results.append(first + second)
    }
    return results
  }

  /// The sums of two lists over the same places of each resample.
  static func pairedSums(
    of values: [Double], _ others: [Double], count: Int, using generator: inout SeededGenerator
  ) -> [(first: Double, second: Double)] {
    var source = generator
    defer { generator = source }
    let size = UInt64(Swift.min(values.count, others.count))
    let threshold = (UInt64(1) << 32) % size
    var results: [(first: Double, second: Double)] = []
    results.reserveCapacity(count)
    for _ in 0..<count {
      var sums = SIMD2<Double>.zero
      var left = values.count
      while left >= 2 {
        let pair = Self.pair(size, threshold, &source)
        sums += SIMD2(values[pair.first], others[pair.first])
        sums += SIMD2(values[pair.second], others[pair.second])
        left &-= 2
      }
      if left == 1 {
        let place = Self.pair(size, threshold, &source).first
        sums += SIMD2(values[place], others[place])
      }
      results.append((sums.x, sums.y))
    }
    return results
  }

  @inline(__always)
  private static func pair(
    _ size: UInt64, _ threshold: UInt64, _ source: inout SeededGenerator
  ) -> (first: Int, second: Int) {
    while true {
      let bits = source.next()
      let first = (bits & 0xFFFF_FFFF) &* size
      let second = (bits >> 32) &* size
      let isFair = (first & 0xFFFF_FFFF) >= threshold && (second & 0xFFFF_FFFF) >= threshold
      guard isFair else { continue }
      return (Int(truncatingIfNeeded: first >> 32), Int(truncatingIfNeeded: second >> 32))
    }
  }
}
