import NPUBase
import NPUReliability
import Testing

/// The verdict on each demand: over evidence of services that do what is demanded, that do not, and of neither.
struct DrillJudgeTests {
  typealias Sample = SampleEvidence

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let demand: DrillDemand
    let evidence: DrillEvidence
    let verdict: DrillVerdict

    init(
      _ name: String, _ demand: DrillDemand, _ verdict: DrillVerdict, _ base: DrillEvidence = Sample.recovered,
      _ change: (inout DrillEvidence) -> Void = { _ in }
    ) {
      testDescription = "\(demand): \(name)"
      self.demand = demand
      self.verdict = verdict
      evidence = Sample.with(base, change)
    }
  }

  static let attempt = DrillAttempt(name: "one", end: .refused, detail: "status 400")

  static let cases: [Case] = [
    Case("probes failed", .shows, .pass),
    Case("nobody noticed", .shows, .undecided, Sample.unharmed),
    Case("as it was", .seenAs(.dead), .pass),
    Case("as something else", .seenAs(.hung), .fail),
    Case("it was not looked at", .seenAs(.hung), .undecided) { $0.states = [] },
    Case("only after the fault", .seenAs(.dead), .undecided) { $0.states = [Sample.state(4000, .unreachable)] },
    Case("nothing could be told", .seenAs(.hung), .undecided) { $0.states = [Sample.state(1500, .silent, .healthy)] },
    Case("it did", .recovers, .pass),
    Case("no right probe", .recovers, .fail) { evidence in
      evidence.probes = evidence.probes.map { probe in
        var probe = probe
        if probe.started >= Sample.ended { probe.failure = "http_500" }
        return probe
      }
    },
    Case("it lies", .recovers, .fail) { evidence in
      evidence.probes.removeAll { $0.started >= Sample.at(3000) }
      evidence.probes += [3000, 3100, 3200].map { Sample.probe($0, failure: "first_byte_timeout", takes: 1000) }
      evidence.states.append(Sample.state(4500, .silent, .silent))
    },
    Case("no probe after it", .recovers, .undecided) { $0.probes.removeAll { $0.started >= Sample.ended } },
    Case("too few probes after it", .recovers, .undecided, Sample.unharmed) {
      $0.probes.removeAll { $0.started >= Sample.at(3200) }
    },
    Case("the restart failed", .recovers, .fail) { $0.failure = "the service does not start: no free HBM" },
    Case("the fault goes on", .recovers, .undecided) { $0.faultEnded = nil },
    Case("all answers are right", .keepsData, .pass),
    Case("no answer is known", .keepsData, .undecided) { $0.history = StreamFindings() },
    Case("a token is lost", .keepsData, .fail) { ($0.history.wrong, $0.history.lost) = (1, 1) },
    Case("a token is foreign", .keepsData, .fail) { ($0.history.wrong, $0.history.foreign) = (1, 1) },
    Case("no neighbour was harmed", .sparesNeighbours, .pass, Sample.unharmed),
    Case("some were", .sparesNeighbours, .fail),
    Case("there was none", .sparesNeighbours, .undecided, Sample.unharmed) { evidence in
      evidence.probes.removeAll { $0.ended > Sample.began && $0.started < Sample.ended }
    },
    Case("nothing was tried", .refuses, .undecided, Sample.unharmed),
    Case("refused", .refuses, .pass, Sample.unharmed) { $0.attempts = [attempt] },
    Case("one accepted", .refuses, .fail, Sample.unharmed) {
      $0.attempts = [attempt, DrillAttempt(name: "two", end: .completed)]
    },
    Case("the connection broke", .handles, .fail, Sample.unharmed) {
      $0.attempts = [DrillAttempt(name: "one", end: .broken, detail: "connection_lost")]
    },
    Case("given up in time", .handles, .pass, Sample.unharmed) {
      $0.attempts = [DrillAttempt(name: "one", end: .timedOut)]
    },
    Case("it could not be sent", .refuses, .undecided, Sample.unharmed) {
      $0.attempts = [DrillAttempt(name: "one", end: .notMade, detail: "no file descriptor")]
    },
    Case("all left", .requests([.left, .completed]), .pass, Sample.unharmed) {
      $0.attempts = [DrillAttempt(name: "one", end: .left)]
    },
    Case("none lasted long enough", .requests([.left, .completed]), .undecided, Sample.unharmed) {
      $0.attempts = [DrillAttempt(name: "one", end: .completed)]
    },
    Case("back to what it was, in time", .drains, .pass, Sample.unharmed) { $0.drain = Sample.drain() },
    Case("back after the limit", .drains, .fail, Sample.unharmed) { $0.drain = Sample.drain(after: 2500) },
    Case("before its last client had left", .drains, .pass, Sample.unharmed) { $0.drain = Sample.drain(after: -10) },
    Case("requests stay", .drains, .fail, Sample.unharmed) {
      $0.drain = Sample.drain(after: nil)
      $0.drain?.after = .init(running: 7, waiting: 0, cache: 0.2)
    },
    Case("the metrics never showed them", .drains, .undecided, Sample.unharmed) {
      $0.drain = Sample.drain()
      $0.drain?.hasRisen = false
    },
    Case("nobody waited", .holdsUpNobody, .pass, Sample.unharmed) { $0.hold = Sample.hold },
    Case("all waited", .holdsUpNobody, .fail, Sample.unharmed) {
      $0.hold = Sample.hold
      $0.delay(from: 1000, to: 2600) { 2700 - $0 }
    },
    Case("a quarter waited", .holdsUpNobody, .fail, Sample.unharmed) {
      $0.hold = Sample.hold
      $0.delay(from: 1000, to: 2600) { $0 % 400 == 0 ? 2000 : 50 }
    },
    Case("one was slow by chance", .holdsUpNobody, .pass, Sample.unharmed) {
      $0.hold = Sample.hold
      $0.delay(from: 1500, to: 1500) { _ in 2000 }
    },
    Case("all are slower, and none waited", .holdsUpNobody, .pass, Sample.unharmed) {
      $0.hold = Sample.hold
      $0.delay(from: 1000, to: 2600) { _ in 240 }
    },
    Case("the server may not have felt it", .holdsUpNobody, .undecided, Sample.unharmed) {
      $0.hold = Sample.hold
      $0.hold?.shortcoming = "the responses were too short"
    },
    Case("all waited, however short it was", .holdsUpNobody, .fail, Sample.unharmed) {
      $0.hold = Sample.hold
      $0.hold?.shortcoming = "the responses were too short"
      $0.delay(from: 1000, to: 2600) { 2700 - $0 }
    },
    Case("too few were beside it", .holdsUpNobody, .undecided, Sample.unharmed) { evidence in
      evidence.hold = Sample.hold
      evidence.probes.removeAll { $0.started > Sample.at(1000) && $0.started < Sample.at(2400) }
    },
    Case("nobody held on to the server", .holdsUpNobody, .undecided, Sample.unharmed),
    Case("no metrics, as fast as before", .drains, .pass, Sample.unharmed),
    Case("no metrics, slow since", .drains, .fail, Sample.unharmed) { evidence in
      evidence.probes.removeAll { $0.started >= Sample.ended }
      evidence.probes += stride(from: 3000, to: 5000, by: 100).map { Sample.probe($0, takes: 900) }
    },
    Case("no metrics, nothing to compare", .drains, .undecided, Sample.unharmed) { evidence in
      evidence.probes.removeAll { $0.started < Sample.began }
    },
    Case("in the log", .reports, .pass, Sample.unharmed) { $0.complaints = ["ERROR: device 0 is lost"] },
    Case("to its clients", .reports, .pass),
    Case("perhaps in the log", .reports, .undecided, Sample.unharmed) { evidence in
      (evidence.hasLog, evidence.warnings) = (true, ["WARNING: a slow tokenizer"])
    },
    Case("to its clients, whatever the log says", .reports, .pass) { $0.warnings = ["WARNING: a slow tokenizer"] },
    Case("not a word", .reports, .fail, Sample.unharmed) { $0.hasLog = true },
    Case("the log is not known", .reports, .undecided, Sample.unharmed),
  ]

  @Test("a demand holds, does not, or cannot be told", arguments: cases)
  func demand(_ given: Case) throws {
    let finding = try #require(DrillJudge(given.evidence).findings([given.demand]).first)
    #expect(finding.verdict == given.verdict, "\(finding.reason)")
    #expect(!finding.reason.isEmpty)
  }

  @Test("recovery and right answers are demanded everywhere")
  func implied() {
    let wrong = Sample.with(Sample.unharmed) { evidence in
      evidence.attempts = [Self.attempt]
      evidence.history.wrong = 1
      evidence.history.corrupted = 1
    }
    #expect(DrillJudge(wrong).findings([.refuses]).verdict == .fail)
    let dead = Sample.with(Sample.unharmed) { evidence in
      evidence.attempts = [Self.attempt]
      evidence.probes = evidence.probes.map { probe in
        var probe = probe
        if probe.started >= Sample.ended { probe.failure = "connection_refused" }
        return probe
      }
    }
    #expect(DrillJudge(dead).findings([.refuses]).verdict == .fail)
  }

  @Test("without a fault nothing is decided, whatever is demanded", arguments: FaultScenario.all)
  func vacuous(_ scenario: FaultScenario) {
    #expect(DrillResult(scenario, DrillEvidence()).verdict == .undecided)
    let failed = Sample.with(DrillEvidence()) { $0.failure = "permission denied" }
    #expect(DrillResult(scenario, failed).reason.contains("permission denied"))
  }

  @Test("one failure fails, one open question leaves all open, nothing found passes nothing")
  func together() {
    func findings(_ verdicts: DrillVerdict...) -> [DrillFinding] { verdicts.map { DrillFinding("", $0, "") } }
    #expect(findings(.pass, .pass).verdict == .pass)
    #expect(findings(.pass, .undecided).verdict == .undecided)
    #expect(findings(.undecided, .fail, .pass).verdict == .fail)
    #expect(findings().verdict == .undecided)
  }
}
