internal import NPUMetrics
internal import Testing

@Suite("A share of bad cases against a tolerance")
struct ToleratedShareTests {
  /// Numbers of cases and tolerances, with the counts at which the verdict turns: computed with scipy 1.17.
  struct Turn: Sendable {
    var cases: Int
    var tolerance: Double
    /// The most bad cases that are still `same`; nil where none are.
    var mostSame: Int?
    /// The fewest that are `worse`.
    var leastWorse: Int
    /// The least share that is found four times in five.
    var detectable: Double
  }

  private static let turns = [
    Turn(cases: 3, tolerance: 0.05, mostSame: nil, leastWorse: 2, detectable: 0.7128592745832596),
    Turn(cases: 30, tolerance: 0.05, mostSame: nil, leastWorse: 5, detectable: 0.2139123457753988),
    Turn(cases: 72, tolerance: 0.05, mostSame: 0, leastWorse: 9, detectable: 0.15431489613930433),
    Turn(cases: 78, tolerance: 0.05, mostSame: 0, leastWorse: 9, detectable: 0.14271194417808059),
    Turn(cases: 200, tolerance: 0.05, mostSame: 3, leastWorse: 17, detectable: 0.10057508224739638),
    Turn(cases: 35, tolerance: 0.1, mostSame: nil, leastWorse: 8, detectable: 0.2786976117107673),
    Turn(cases: 36, tolerance: 0.1, mostSame: 0, leastWorse: 8, detectable: 0.2713302912920605),
    Turn(cases: 500, tolerance: 0.01, mostSame: 0, leastWorse: 11, detectable: 0.02720161631800838),
  ]

  @Test("The verdict turns where the interval leaves the tolerance", arguments: turns)
  func verdicts(turn: Turn) throws {
    for bad in 0...min(turn.cases, turn.leastWorse + 3) {
      let expected: AccuracyVerdict =
        bad >= turn.leastWorse ? .worse : bad <= turn.mostSame ?? -1 ? .same : .undecided
      let share = try ToleratedShare(bad: bad, cases: turn.cases, tolerance: turn.tolerance)
      #expect(share.verdict == expected, "\(bad) of \(turn.cases)")
      #expect(abs(try #require(share.minimumDetectableShare) - turn.detectable) < 2e-6)
    }
  }

  @Test("Some cases are needed to show anything", arguments: [(0.05, 72), (0.1, 36), (0.01, 368), (0.2, 17)])
  func needed(tolerance: Double, cases: Int) throws {
    #expect(try ToleratedShare.casesNeeded(tolerance: tolerance) == cases)
    #expect(try ToleratedShare(bad: 0, cases: cases, tolerance: tolerance).verdict == .same)
    #expect(try ToleratedShare(bad: 0, cases: cases - 1, tolerance: tolerance).verdict == .undecided)
  }

  @Test("One case finds nothing, and numbers out of range are refused")
  func edges() throws {
    #expect(try ToleratedShare(bad: 1, cases: 1).verdict == .undecided)
    #expect(try ToleratedShare(bad: 1, cases: 1).minimumDetectableShare == nil)
    #expect(throws: StatisticsError.self) { try ToleratedShare(bad: 0, cases: 0) }
    #expect(throws: StatisticsError.self) { try ToleratedShare(bad: 2, cases: 1) }
    for tolerance in [0, 1, -1, .nan] {
      #expect(throws: StatisticsError.self) { try ToleratedShare(bad: 0, cases: 9, tolerance: tolerance) }
      #expect(throws: StatisticsError.self) { try ToleratedShare.casesNeeded(tolerance: tolerance) }
    }
  }
}
