/// Numbers that are nearly normally distributed, from a seed: sums of four uniform ones, which reach to 3.46 deviations.
struct NearlyNormalNoise {
  private var generator: SplitMix64
  private let factor: Double

  /// - Parameters:
  ///   - seed: What decides the numbers.
  ///   - deviation: Their standard deviation; the mean is 0.
  init(seed: UInt64, deviation: Double) {
    generator = SplitMix64(seed: seed)
    // A sum of four uniform numbers from 0 to 1 has a variance of 4 / 12.
    factor = deviation * 3.0.squareRoot() / 65_536
  }

  mutating func next() -> Double {
    let bits = generator.next()
    let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + bits >> 48
    return (Double(sum) - 131_070) * factor
  }
}
