internal import Foundation
internal import NPUMetrics
internal import Testing

@Suite("Seeded random numbers")
struct SeededGeneratorTests {
  @Test("The bits are those of the reference algorithm")
  func reference() {
    // Published test vector of xoshiro256** for the state 1, 2, 3, 4.
    var generator = SeededGenerator(state: (1, 2, 3, 4))
    let expected: [UInt64] = [
      11520, 0, 1_509_978_240, 1_215_971_899_390_074_240, 1_216_172_134_540_287_360, 607_988_272_756_665_600,
      16_172_922_978_634_559_625, 8_476_171_486_693_032_832, 10_595_114_339_597_558_777, 2_904_607_092_377_533_576,
    ]
    #expect(expected.indices.map { _ in generator.next() } == expected)
  }

  @Test(
    "Each seed gives its own sequence, the same everywhere",
    arguments: [
      (
        0,
        [11_091_344_671_253_066_420, 13_793_997_310_169_335_082, 1_900_383_378_846_508_768, 7_684_712_102_626_143_532]
      ),
      (
        42,
        [1_546_998_764_402_558_742, 6_990_951_692_964_543_102, 12_544_586_762_248_559_009, 17_057_574_109_182_124_193]
      ),
      (
        .max,
        [10_328_197_420_357_168_392, 14_156_678_507_024_973_869, 9_357_971_779_955_476_126, 13_791_585_006_304_312_367]
      ),
    ] as [(UInt64, [UInt64])])
  func seeds(seed: UInt64, expected: [UInt64]) {
    var generator = SeededGenerator(seed: seed)
    #expect(expected.indices.map { _ in generator.next() } == expected)
  }

  @Test("Uniform draws are the upper 53 bits")
  func uniform() {
    var generator = SeededGenerator(seed: 42)
    #expect((0..<3).map { _ in generator.uniform() } == [0.08386297105988216, 0.3789802506626686, 0.6800434110281394])
  }

  @Test("Exponential draws invert the distribution")
  func exponential() {
    var generator = SeededGenerator(seed: 42)
    for expected in [0.08758933058341757, 0.4763923950787724, 1.1395699518538775] {
      #expect(abs(generator.exponential(mean: 1) - expected) < 1e-15)
    }
    #expect(generator.exponential(mean: 0) == 0)
  }

  @Test(
    "Draws have the moments of their distribution",
    arguments: [
      Distribution(name: "uniform", mean: 0.5, variance: 1.0 / 12) { $0.uniform() },
      Distribution(name: "exponential", mean: 3, variance: 9) { $0.exponential(mean: 3) },
      Distribution(name: "normal", mean: -2, variance: 25) { $0.normal(mean: -2, standardDeviation: 5) },
      Distribution(name: "gamma 0.1", mean: 0.2, variance: 0.4) { $0.gamma(shape: 0.1, scale: 2) },
      Distribution(name: "gamma 0.5", mean: 1, variance: 2) { $0.gamma(shape: 0.5, scale: 2) },
      Distribution(name: "gamma 1", mean: 2, variance: 4) { $0.gamma(shape: 1, scale: 2) },
      Distribution(name: "gamma 7.5", mean: 15, variance: 30) { $0.gamma(shape: 7.5, scale: 2) },
      Distribution(name: "integer", mean: 3.5, variance: 35.0 / 12) { Double($0.integer(in: 1...6)) },
    ])
  func moments(distribution: Distribution) throws {
    var generator = SeededGenerator(seed: 2024)
    let count = 200_000
    let summary = try Summary(of: (0..<count).map { _ in distribution.draw(&generator) })
    let mean = try #require(summary.mean)
    let deviation = try #require(summary.standardDeviationSample)
    // Five standard errors; the seed is fixed, so the outcome never changes.
    #expect(abs(mean - distribution.mean) < 5 * (distribution.variance / Double(count)).squareRoot())
    #expect(abs(deviation * deviation / distribution.variance - 1) < 0.06)
  }

  @Test("Gamma of shape 1 and the exponential have the same distribution", arguments: [0.1, 0.5, 0.9])
  func gammaIsExponential(share: Double) throws {
    var generator = SeededGenerator(seed: 5)
    let gamma = try SortedSample((0..<100_000).map { _ in generator.gamma(shape: 1, scale: 1) })
    let found = try #require(gamma.shareAtOrBelow(-log(1 - share)))
    #expect(abs(found - share) < 5 * (share * (1 - share) / 100_000).squareRoot())
  }

  @Test(
    "Whole numbers stay in their range, even the widest", arguments: [0...0, -3...3, Int.min...Int.max, 0...Int.max])
  func ranges(range: ClosedRange<Int>) {
    var generator = SeededGenerator(seed: 9)
    let draws = (0..<1000).map { _ in generator.integer(in: range) }
    #expect(draws.allSatisfy { range.contains($0) })
    #expect(Set(draws).count == min(1000, range.upperBound == 0 ? 1 : range.upperBound == 3 ? 7 : 1000))
  }

  @Test("A draw leaves the generator where the same draws leave a copy")
  func values() {
    var first = SeededGenerator(seed: 11)
    var second = first
    #expect(first.gamma(shape: 0.3, scale: 1) == second.gamma(shape: 0.3, scale: 1))
    #expect(first == second)
  }
}

/// A way to draw with the moments it must have.
struct Distribution: Sendable, CustomStringConvertible {
  var name: String
  var mean: Double
  var variance: Double
  var draw: @Sendable (inout SeededGenerator) -> Double

  var description: String { name }
}
