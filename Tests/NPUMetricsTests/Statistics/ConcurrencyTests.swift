internal import NPUMetrics
internal import Testing

@Suite("Concurrency")
struct ConcurrencyTests {
  private static func profile(_ pairs: [(Int64, Int64)]) -> ConcurrencyProfile {
    ConcurrencyProfile(of: pairs.map { ConcurrencyProfile.Interval(start: $0.0, end: $0.1) })
  }

  @Test(
    "Greatest and mean number in flight",
    arguments: [
      ([], 0, nil),
      ([(0, 10)], 1, 1),
      ([(0, 10), (10, 20)], 1, 1),
      ([(10, 20), (0, 10), (5, 15)], 2, 1.5),
      ([(0, 10), (0, 10), (0, 10)], 3, 3),
      ([(0, 1), (9, 10)], 1, 0.2),
      ([(3, 3)], 0, nil),
      ([(0, 4), (2, 2)], 1, 1),
      ([(Int64.min, Int64.max)], 1, 1),
    ] as [([(Int64, Int64)], Int, Double?)])
  func known(pairs: [(Int64, Int64)], maximum: Int, mean: Double?) {
    let profile = Self.profile(pairs)
    #expect(profile.maximum == maximum)
    #expect(profile.mean == mean)
  }

  @Test("Intervals that end before they start are counted and ignored")
  func inverted() {
    let profile = Self.profile([(0, 10), (8, 7)])
    #expect(profile.count == 1)
    #expect(profile.invertedCount == 1)
    #expect(profile.mean == 1)
  }

  @Test("The profile equals counting at every instant", arguments: 1...5)
  func bruteForce(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let pairs = (0..<40).map { _ in
      let start = generator.integer(in: 0...200)
      return (Int64(start), Int64(start + generator.integer(in: 0...30)))
    }
    let inFlight = (0..<240).map { instant in pairs.count { $0.0 <= instant && instant < $0.1 } }
    let lengths = pairs.filter { $0.0 < $0.1 }
    let first = lengths.map(\.0).min() ?? 0
    let last = lengths.map(\.1).max() ?? 0
    let profile = Self.profile(pairs)
    #expect(profile.maximum == inFlight.max())
    #expect(profile.mean == Double(inFlight.reduce(0, +)) / Double(last - first))
  }

  @Test("A gauge ignores ends without beginning and holds stamps that run back")
  func gauge() {
    var gauge = ConcurrencyGauge()
    gauge.end(at: 0)
    #expect(gauge.unmatchedEnds == 1)
    #expect(gauge.mean == nil)
    gauge.begin(at: 100)
    gauge.begin(at: 90)
    #expect(gauge.current == 2)
    gauge.end(at: 150)
    gauge.end(at: 200)
    #expect(gauge.maximum == 2)
    #expect(gauge.current == 0)
    #expect(gauge.mean == 1.5)
    #expect(gauge.first == 100 && gauge.last == 200)
  }
}
