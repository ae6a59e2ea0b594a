internal import NPUMetrics
internal import Testing

@Suite("Throughput windows")
struct ThroughputWindowsTests {
  @Test("Events fall into half-open windows from the start")
  func binning() {
    var windows = ThroughputWindows(start: 1000, width: 100)
    for (instant, weight) in [(1000, 1.0), (1099, 2), (1100, 4), (1350, 8), (999, 16)] as [(Int64, Double)] {
      windows.record(at: instant, weight: weight)
    }
    #expect(windows.sums == [3, 4, 0, 8])
    #expect(windows.count == 4)
    #expect(windows.total == 15)
    #expect(windows.earlyCount == 1)
    #expect(windows.lastEvent == 1350)
  }

  @Test("Rates are per second")
  func rates() {
    var windows = ThroughputWindows(start: 0, width: 500_000_000)
    for instant in [0, 100_000_000, 1_200_000_000, 2_000_000_000] as [Int64] {
      windows.record(at: instant, weight: 10)
    }
    #expect(windows.rates == [40, 0, 20, 0, 20])
    #expect(windows.peakRate == 40)
    #expect(windows.meanRate() == 20)
    #expect(windows.meanRate(until: 4_000_000_000) == 10)
    #expect(windows.meanRate(until: 0) == nil)
  }

  @Test("Without events there is no rate")
  func empty() {
    let windows = ThroughputWindows(start: 5)
    #expect(windows.peakRate == 0)
    #expect(windows.meanRate() == nil)
    #expect(windows.meanRate(until: 1_000_000_005) == 0)
    #expect(windows.sums.isEmpty)
  }

  @Test("Windows join at the limit and lose no event", arguments: [4, 5, 7, 64])
  func joining(limit: Int) {
    var windows = ThroughputWindows(start: 0, width: 10, limit: limit)
    var instants: [Int64] = []
    var generator = SeededGenerator(seed: 4)
    for step in 0..<2000 {
      let instant = Int64(step * 10 + generator.integer(in: 0...9))
      instants.append(instant)
      windows.record(at: instant, weight: 2)
      #expect(windows.sums.count <= limit)
    }
    #expect(windows.width % 10 == 0)
    #expect(windows.total == 4000)
    var expected = [Double](repeating: 0, count: windows.sums.count)
    for instant in instants { expected[Int(instant / windows.width)] += 2 }
    #expect(windows.sums == expected)
  }

  @Test("A day of soak takes no more windows than the limit")
  func soak() {
    var windows = ThroughputWindows(start: 0)
    for minute in 0..<1440 { windows.record(at: Int64(minute) * 60_000_000_000) }
    #expect(windows.sums.count <= ThroughputWindows.defaultLimit)
    #expect(windows.width == 32_000_000_000)
    #expect(windows.total == 1440)
  }

  @Test("The farthest instants do not trap")
  func extremes() {
    var windows = ThroughputWindows(start: .min, width: 0, limit: 0)
    windows.record(at: .min)
    windows.record(at: .max)
    #expect(windows.sums.count <= 4)
    #expect(windows.total == 2)
    #expect(windows.meanRate().map { $0 > 0 } == true)
  }

  @Test("Merged windows equal windows that saw everything", arguments: 1...4)
  func merge(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var whole = ThroughputWindows(start: 0, width: 10, limit: 16)
    var parts = [whole, whole, whole]
    for step in 0..<500 {
      let part = generator.integer(in: 0...2)
      let instant = Int64(step * generator.integer(in: 0...20)) - 3
      whole.record(at: instant)
      parts[part].record(at: instant)
    }
    var forward = parts[0]
    try forward.merge(parts[1])
    try forward.merge(parts[2])
    var backward = parts[2]
    try backward.merge(parts[1])
    try backward.merge(parts[0])
    #expect(forward == whole)
    #expect(backward == whole)
  }

  @Test("Windows of another start or width are refused", arguments: [(1, 10), (0, 20)] as [(Int64, Int64)])
  func layout(start: Int64, width: Int64) {
    var windows = ThroughputWindows(start: 0, width: 10)
    let error = #expect(throws: StatisticsError.self) {
      try windows.merge(ThroughputWindows(start: start, width: width))
    }
    #expect(error?.kind == .incompatibleLayout)
  }
}
