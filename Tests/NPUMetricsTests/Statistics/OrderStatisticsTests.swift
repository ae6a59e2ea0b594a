internal import Testing

@testable internal import NPUMetrics

@Suite("Selection by rank")
struct OrderStatisticsTests {
  /// Samples of which the search draws only ones, while most of the others are zeros and twos.
  ///
  /// The bracket then encloses the ones alone, and nearly every rank lies outside it.
  private static func misleading(count: Int) -> [Double] {
    var values = (0..<count).map { $0 < count / 2 ? 0.0 : 2 }
    var generator = SplitMix64(seed: UInt64(count))
    for _ in 0..<max(count / 32, 64) {
      values[Int(generator.next().multipliedFullWidth(by: UInt64(count)).high)] = 1
    }
    return values
  }

  @Test("A subset that misleads the search does not change the result", arguments: [1025, 2000, 5000, 100_000])
  func misled(count: Int) throws {
    let values = Self.misleading(count: count)
    let sorted = values.sorted()
    let firstTwo = try #require(sorted.firstIndex(of: 2))
    let ranks = [0, 1, count / 4, count / 2, firstTwo - 1, firstTwo, count * 3 / 4, count - 1]
    #expect(OrderStatistics(values).select(ranks) == ranks.map { sorted[$0] })
    for rank in ranks { #expect(OrderStatistics(values).select([rank]) == [sorted[rank]]) }
  }

  @Test("A long run of neighbouring ranks is found whole", arguments: [1025, 3000])
  func everyRank(count: Int) {
    var generator = SeededGenerator(seed: 1)
    let values = (0..<count).map { _ in generator.uniform() }
    #expect(OrderStatistics(values).select(Array(0..<count)) == values.sorted())
    #expect(OrderStatistics(values).select(Array(100..<900)) == Array(values.sorted()[100..<900]))
  }

  @Test("No rank gives no sample")
  func none() {
    #expect(OrderStatistics([]).select([]).isEmpty)
    #expect(OrderStatistics([Double](repeating: 1, count: 2000)).select([]).isEmpty)
  }
}
