internal import Testing

@testable internal import NPUMetrics

@Suite("Trends")
struct TrendTests {
  private func noisyLine(count: Int, seed: UInt64) throws -> PairedSeries {
    var generator = SeededGenerator(seed: seed)
    let x = (0..<count).map { 1.7e9 + Double($0) + generator.uniform() / 4 }
    return try PairedSeries(x: x, y: x.map { 0.02 * ($0 - 1.7e9) + generator.normal() })
  }

  @Test("Slopes found by search equal those found by listing", arguments: [1, 2, 3, 4, 5] as [UInt64])
  func search(seed: UInt64) throws {
    let series = try noisyLine(count: 40 + Int(seed) * 31, seed: seed)
    let listed = try TheilSenSlope(of: series, slopes: PairwiseSlopes(series, isListed: true), confidence: 0.9)
    let searched = try TheilSenSlope(of: series, slopes: PairwiseSlopes(series, isListed: false), confidence: 0.9)
    #expect(isClose(searched.slope, listed.slope, relative: 1e-10))
    #expect(isClose(searched.low, listed.low, relative: 1e-10))
    #expect(isClose(searched.high, listed.high, relative: 1e-10))
  }

  @Test("Slopes with many ties in both directions are found by search too")
  func tiedSearch() throws {
    var generator = SeededGenerator(seed: 9)
    let x = (0..<120).map { _ in Double(generator.integer(in: 0...20)) }
    let y = (0..<120).map { _ in Double(generator.integer(in: 0...6)) }
    let series = try PairedSeries(x: x, y: y)
    let listed = PairwiseSlopes(series, isListed: true)
    let searched = PairwiseSlopes(series, isListed: false)
    for rank in stride(from: 0, to: listed.count, by: 97) {
      #expect(abs(listed.select([rank])[0] - searched.select([rank])[0]) < 1e-12, "rank \(rank)")
    }
  }

  @Test("A long series keeps its slope in memory that grows with the count alone")
  func longSeries() throws {
    let found = try TheilSenSlope(of: noisyLine(count: 2100, seed: 3))
    #expect(found.low < 0.02 && 0.02 < found.high)
    #expect(found.high - found.low < 4e-4)
  }

  @Test("The order of the points does not matter, a shift moves nothing, a scale scales")
  func invariance() throws {
    let series = try noisyLine(count: 60, seed: 12)
    let original = try TheilSenSlope(of: series)
    let turned = try TheilSenSlope(of: PairedSeries(x: series.x.reversed(), y: series.y.reversed()))
    #expect(turned.slope == original.slope && turned.low == original.low && turned.high == original.high)
    let doubled = try TheilSenSlope(of: PairedSeries(x: series.x, y: series.y.map { 2 * $0 }))
    #expect(doubled.slope == 2 * original.slope)
    let reversed = try MannKendallTest(of: series.y.reversed())
    #expect(reversed.score == -(try MannKendallTest(of: series.y).score))
    #expect(try RepeatedMedianSlope(of: series).slope > 0)
  }

  @Test("Inversions equal those of a count by hand", arguments: 0..<12)
  func inversions(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let values = (0..<seed * 3).map { _ in Double(generator.integer(in: 0...9)) }
    var greater = 0
    var equal = 0
    for second in values.indices {
      for first in 0..<second {
        greater += values[first] > values[second] ? 1 : 0
        equal += values[first] == values[second] ? 1 : 0
      }
    }
    #expect(PairOrder.inversions(of: values) == greater)
    #expect(PairOrder.inversions(of: values, countingTies: true) == greater + equal)
    #expect(PairOrder.pairs(in: Ranks(of: values).ties) == equal)
  }

  @Test(
    "The search over doubles ends at the very number",
    arguments: [-1e300, -2.5, -Double.leastNonzeroMagnitude, 0, 0x1p-1060, 0.1, 7e19] as [Double])
  func orderedBits(target: Double) {
    #expect(OrderedBits.least { $0 >= target } == target)
  }

  @Test("Too little, and nothing that varies, is refused")
  func refused() throws {
    for count in 0...1 {
      let series = try PairedSeries(Array(repeating: 1, count: count))
      #expect(throws: StatisticsError.self) { try TheilSenSlope(of: series) }
      #expect(throws: StatisticsError.self) { try RepeatedMedianSlope(of: series) }
      #expect(throws: StatisticsError.self) { try LeastSquaresLine(of: series) }
      #expect(throws: StatisticsError.self) { try RankCorrelation.kendall(of: series) }
      #expect(throws: StatisticsError.self) { try RankCorrelation.spearman(of: series) }
      #expect(throws: StatisticsError.self) { try MannKendallTest(of: series.y) }
    }
    let upright = try PairedSeries(x: [2, 2, 2], y: [1, 2, 3])
    #expect { try TheilSenSlope(of: upright) } throws: { ($0 as? StatisticsError)?.kind == .noVariation }
    #expect { try RepeatedMedianSlope(of: upright) } throws: { ($0 as? StatisticsError)?.kind == .noVariation }
    #expect { try LeastSquaresLine(of: upright) } throws: { ($0 as? StatisticsError)?.kind == .noVariation }
    #expect(try RankCorrelation.kendall(of: upright) == RankCorrelation(coefficient: nil, pValue: nil))
  }

  @Test("Numbers without an order or a square are refused", arguments: [Double.nan, .infinity, -.infinity, 1e200])
  func notFinite(value: Double) {
    #expect(throws: StatisticsError.self) { try PairedSeries([1, value]) }
    #expect(throws: StatisticsError.self) { try PairedSeries(x: [1, value], y: [1, 2]) }
  }

  @Test("Bad arguments are refused")
  func badArguments() throws {
    let series = try PairedSeries([1, 2, 4])
    #expect { try PairedSeries(x: [1], y: []) } throws: { ($0 as? StatisticsError)?.kind == .unequalCounts }
    #expect(throws: StatisticsError.self) { try TheilSenSlope(of: series, confidence: 1) }
    #expect(throws: StatisticsError.self) { try MannKendallTest(of: series.y, correction: .hamedRao(significance: 0)) }
    #expect(throws: StatisticsError.self) { try MannKendallTest(of: series.y, correction: .hamedRao(lags: 0)) }
  }

  @Test("A constant series has no trend and no correlation")
  func constant() throws {
    let series = try PairedSeries([3, 3, 3, 3])
    #expect(try MannKendallTest(of: series.y).pValue == 1)
    #expect(try MannKendallTest(of: series.y, correction: .hamedRao()).pValue == 1)
    #expect(try LeastSquaresLine(of: series).pValue == nil)
    #expect(try RankCorrelation.spearman(of: series).coefficient == nil)
  }
}
