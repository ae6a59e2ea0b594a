import NPUBase
import NPUReliability
import Testing

/// What is computed from the probes of a drill.
struct DrillFiguresTests {
  typealias Sample = SampleEvidence

  @Test("an outage: detected by the first failure, recovered by the first of the right ones, all failures lost")
  func outage() {
    let figures = DrillFigures(Sample.recovered)
    #expect(figures.timeToDetect == .milliseconds(10))
    #expect(figures.timeToRecover == .milliseconds(450))
    #expect(figures.requestsLost == 24)
    #expect(figures.errors == ["connection_refused": 24])
    #expect(figures.neighbours == 20)
    #expect(figures.neighboursHarmed == 20)
    #expect(figures.corruptedResponses == 0)
    #expect(figures.latencyBefore == 50)
    #expect(figures.latencyDuring == nil)
    #expect(figures.latencyAfter == 50)
  }

  @Test("a reading that finds the service down may be the first sign")
  func detectedByState() {
    let evidence = Sample.with(Sample.unharmed) { $0.states = [Sample.state(1700, .silent)] }
    #expect(DrillFigures(evidence).timeToDetect == .milliseconds(700))
  }

  @Test("a relapse is no recovery: time counts to the last good beginning")
  func relapse() {
    let evidence = Sample.with(Sample.recovered) { evidence in
      evidence.probes.append(Sample.probe(5000, failure: "http_500"))
      evidence.probes += stride(from: 5100, to: 6000, by: 100).map { Sample.probe($0) }
    }
    #expect(DrillFigures(evidence).timeToRecover == .milliseconds(2150))
  }

  @Test("a drain counts from when the last client has left, a probe that waited from its allowance")
  func drainAndHold() {
    let evidence = Sample.with(Sample.unharmed) {
      $0.drain = Sample.drain()
      $0.hold = Sample.hold
      $0.delay(from: 1000, to: 1200) { _ in 260 }
    }
    #expect(DrillFigures(evidence).drained == 500)
    #expect(DrillFigures(evidence).heldUp == 3)
    #expect(DrillFigures(Sample.unharmed).drained == nil)
    #expect(DrillFigures(Sample.unharmed).heldUp == nil)
  }

  @Test("too few right probes are no recovery, and a wrong answer is none at all")
  func notRecovered() {
    let few = Sample.with(Sample.recovered) { $0.probes.removeAll { $0.started >= Sample.at(3700) } }
    #expect(DrillFigures(few).timeToRecover == nil)
    let wrong = Sample.with(Sample.recovered) { evidence in
      evidence.probes.removeAll { $0.started >= Sample.at(3400) }
      evidence.probes += stride(from: 3400, to: 5000, by: 100).map { Sample.probe($0, isRight: false) }
    }
    #expect(DrillFigures(wrong).timeToRecover == nil)
    #expect(DrillFigures(wrong).corruptedResponses == 16)
  }

  @Test("of a fault that was never brought about nothing is computed but what was before")
  func noFault() {
    let figures = DrillFigures(Sample.with(Sample.unharmed) { ($0.faultBegan, $0.faultEnded) = (nil, nil) })
    #expect(figures.timeToDetect == nil)
    #expect(figures.timeToRecover == nil)
    #expect(figures.neighbours == 0)
    #expect(figures.latencyBefore == 50)
  }

  @Test("the median of an even number of latencies lies between the two in the middle")
  func median() {
    let evidence = Sample.with(DrillEvidence()) {
      $0.probes = [10, 20, 40, 100].enumerated().map { Sample.probe(Int64($0.offset), takes: $0.element) }
    }
    #expect(DrillFigures(evidence).latencyBefore == 30)
  }
}
