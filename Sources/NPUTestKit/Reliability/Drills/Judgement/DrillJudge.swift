internal import NPUBase

/// Judges the evidence of a scenario: a pure function of what was seen.
///
/// What was not seen decides nothing: a fault that nobody noticed, a scenario without a request, a history without a
/// known answer leave their question open.
public struct DrillJudge: Sendable {
  private let evidence: DrillEvidence
  private let figures: DrillFigures

  /// Prepares the judgement of evidence.
  public init(_ evidence: DrillEvidence) {
    self.evidence = evidence
    figures = DrillFigures(evidence)
  }

  /// What was found about each demand, and about those that always hold.
  public func findings(_ demands: [DrillDemand]) -> [DrillFinding] {
    guard evidence.faultBegan != nil else {
      return [
        DrillFinding("the fault", .undecided, evidence.failure ?? "the fault was not brought about: nothing was seen")
      ]
    }
    var demands = demands
    for implied in [DrillDemand.recovers] where !demands.contains(implied) { demands.append(implied) }
    var findings = demands.map(finding)
    if !demands.contains(.keepsData), let wrong = corruption { findings.append(wrong) }
    return findings
  }

  private func finding(_ demand: DrillDemand) -> DrillFinding {
    switch demand {
    case .shows: shows
    case .seenAs(let state): seen(as: state)
    case .recovers: recovers
    case .keepsData: keepsData
    case .sparesNeighbours: sparesNeighbours
    case .holdsUpNobody: holdsUpNobody
    case .requests(let ends): requests(ends)
    case .drains: drains
    case .reports: reports
    }
  }

  private var shows: DrillFinding {
    guard let time = figures.timeToDetect else {
      return DrillFinding(
        "the fault is noticed", .undecided,
        "no probe failed and the service was never seen hung or dead: was the fault brought about?")
    }
    return DrillFinding("the fault is noticed", .pass, "noticed after \(Self.shown(time))")
  }

  private func seen(as state: ServiceState) -> DrillFinding {
    let demand = "the service is seen as \(state.rawValue)"
    let states = evidence.states.filter { $0.instant < evidence.faultEnded ?? .init(nanoseconds: .max) }
    if let match = states.first(where: { $0.reading.state == state }) {
      return DrillFinding(demand, .pass, match.reading.reason)
    }
    guard let other = states.last(where: { $0.reading.state != .unknown }) else {
      return DrillFinding(demand, .undecided, states.last?.reading.reason ?? "its state was not read during the fault")
    }
    return DrillFinding(demand, .fail, "it was seen as \(other.reading.state.rawValue): \(other.reading.reason)")
  }

  private var recovers: DrillFinding {
    let demand = "right responses come again"
    if let failure = evidence.failure { return DrillFinding(demand, .fail, failure) }
    guard let ended = evidence.faultEnded else {
      return DrillFinding(demand, .undecided, "the fault was not taken away")
    }
    if let time = figures.timeToRecover {
      return DrillFinding(demand, .pass, "the first right response after \(Self.shown(time)), and none failed after it")
    }
    let after = evidence.probes.filter { $0.started >= ended }
    guard !after.isEmpty else { return DrillFinding(demand, .undecided, "no probe was sent after the fault") }
    let failed = after.filter { !$0.isGood }
    let good = after.count - failed.count
    // Nobody waited long enough to see more.
    guard !failed.isEmpty else {
      return DrillFinding(
        demand, .undecided, "only \(good) probes were sent after the fault, of the \(evidence.settled) asked for")
    }
    var reason = "\(failed.count) of \(after.count) probes after the fault failed (\(Self.kinds(failed)))"
    if let last = evidence.states.last(where: { $0.instant >= ended })?.reading {
      reason += "; the service is \(last.state.rawValue): \(last.reason)"
    }
    return DrillFinding(demand, .fail, reason)
  }

  private var keepsData: DrillFinding {
    if let corruption { return corruption }
    let history = evidence.history
    let demand = "nothing is corrupted"
    guard history.streams > 0 else {
      return DrillFinding(
        demand, .undecided,
        "no known answer to compare: the service gives another response each time, also at temperature 0")
    }
    return DrillFinding(
      demand, .pass,
      "\(history.streams) streams of \(history.tokens) known tokens: none lost, doubled, foreign or corrupted"
        + (history.brokenOff > 0 ? "; \(history.brokenOff) broke off, and their clients know it" : ""))
  }

  /// That something was wrong in a response; `nil` if nothing was.
  private var corruption: DrillFinding? {
    let history = evidence.history
    guard history.wrong > 0 || figures.corruptedResponses > 0 else { return nil }
    return DrillFinding(
      "nothing is corrupted", .fail,
      "\(max(history.wrong, figures.corruptedResponses)) responses say something wrong: \(history.lost) tokens lost, "
        + "\(history.doubled) doubled, \(history.foreign) foreign, \(history.corrupted) corrupted"
        + (history.examples.first.map { "; \($0)" } ?? ""))
  }

  private var sparesNeighbours: DrillFinding {
    let demand = "neighbours are spared"
    guard figures.neighbours > 0 else { return DrillFinding(demand, .undecided, "no probe ran beside the fault") }
    guard figures.neighboursHarmed == 0 else {
      let harmed = evidence.probes.filter {
        !$0.isGood && $0.ended > evidence.faultBegan ?? $0.ended
          && $0.started < evidence.faultEnded ?? .init(nanoseconds: .max)
      }
      return DrillFinding(
        demand, .fail,
        "\(figures.neighboursHarmed) of \(figures.neighbours) probes beside the fault failed (\(Self.kinds(harmed)))")
    }
    var reason = "\(figures.neighbours) probes beside the fault, all right"
    if let before = figures.latencyBefore, let during = figures.latencyDuring {
      reason +=
        "; median latency \(NumberText.fixed(before, decimals: 0)) ms before and "
        + "\(NumberText.fixed(during, decimals: 0)) ms beside it"
    }
    return DrillFinding(demand, .pass, reason)
  }

  /// A probe that was held up is slower by a part of the hold: one may be so by chance, two and more that are a quarter
  /// of all are not.
  private var holdsUpNobody: DrillFinding {
    let demand = "nobody else is held up"
    guard let hold = evidence.hold else {
      return DrillFinding(demand, .undecided, "no client came to hold on to the server")
    }
    let beside = evidence.timelyProbes(beside: hold)
    let late = beside.count { $0.time > hold.allowance }
    var values =
      "\(late) of \(beside.count) probes waited for more than \(Self.shown(hold.allowance)) while slow clients held on "
      + "for \(Self.shown(hold.began.duration(to: hold.ended)))"
    if let slowest = beside.map(\.time).max() { values += "; the slowest took \(Self.shown(slowest))" }
    if late >= 2, late * 4 >= beside.count { return DrillFinding(demand, .fail, values) }
    if let shortcoming = hold.shortcoming { return DrillFinding(demand, .undecided, shortcoming) }
    guard beside.count >= max(2, evidence.settled) else {
      return DrillFinding(demand, .undecided, "too few probes ran beside them: \(values)")
    }
    return DrillFinding(demand, .pass, values)
  }

  private func requests(_ ends: Set<DrillAttempt.End>) -> DrillFinding {
    let words = ends.map { $0.rawValue.replacing("_", with: " ") }.sorted().joined(separator: ", ")
    let demand = "each request ends: \(words)"
    let attempts = evidence.attempts
    let wrong = attempts.filter { !ends.contains($0.end) }
    if let worst = wrong.first(where: { $0.end != .notMade }) {
      let count = wrong.count { $0.end != .notMade }
      return DrillFinding(
        demand, .fail,
        "\(count) of \(attempts.count): \(worst.name): \(worst.end.rawValue.replacing("_", with: " "))"
          + (worst.detail.isEmpty ? "" : ", \(worst.detail)"))
    }
    if let first = wrong.first {
      return DrillFinding(demand, .undecided, "\(wrong.count) of \(attempts.count) could not be made: \(first.detail)")
    }
    guard let first = attempts.first else { return DrillFinding(demand, .undecided, "nothing was tried") }
    if ends.contains(.left), !attempts.contains(where: { $0.end == .left }) {
      return DrillFinding(
        demand, .undecided, "no stream lasted long enough to be left; leave at an earlier token (\(first.detail))")
    }
    let counts = Dictionary(grouping: attempts, by: \.end).sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\($1.count) \($0.rawValue.replacing("_", with: " "))" }
    return DrillFinding(
      demand, .pass, counts.joined(separator: ", ") + (first.detail.isEmpty ? "" : "; \(first.name): \(first.detail)"))
  }

  private var drains: DrillFinding {
    let demand = "what was abandoned leaves the server"
    guard let drain = evidence.drain else { return drainsByLatency(demand) }
    let values =
      "running \(Self.shown(drain.before.running)) -> \(Self.shown(drain.after.running)), waiting "
      + "\(Self.shown(drain.before.waiting)) -> \(Self.shown(drain.after.waiting)), KV cache "
      + "\(Self.share(drain.before.cache)) -> \(Self.share(drain.after.cache)), by its metrics"
    guard let proved = drain.provedAt else {
      return DrillFinding(demand, .fail, "not within \(Self.shown(drain.limit)): \(values)")
    }
    guard drain.hasRisen else {
      return DrillFinding(
        demand, .undecided,
        "the server's metrics never showed the streams while they were open, so that they prove nothing (\(values)); "
          + "name the metrics of this engine")
    }
    let time = max(.zero, drain.left.duration(to: proved))
    return DrillFinding(
      demand, time <= drain.limit ? .pass : .fail,
      "\(Self.shown(time)) after the last client had left, of \(Self.shown(drain.limit)) allowed: \(values)")
  }

  /// Without metrics a server that still works for those who left is known by its slowness alone.
  private func drainsByLatency(_ demand: String) -> DrillFinding {
    guard let before = figures.latencyBefore, let after = figures.latencyAfter else {
      return DrillFinding(
        demand, .undecided, "the server shows no metrics, and there are no latencies before and after to compare")
    }
    let values =
      "the server shows no metrics; median latency \(NumberText.fixed(before, decimals: 0)) ms before, "
      + "\(NumberText.fixed(after, decimals: 0)) ms after"
    // Twice as slow and 50 ms more is beyond what an idle service varies by.
    return DrillFinding(demand, after <= 2 * before + 50 ? .pass : .fail, values)
  }

  private var reports: DrillFinding {
    let demand = "the service says that something is wrong"
    if let complaint = evidence.complaints.first {
      return DrillFinding(demand, .pass, "in its log: \(complaint)")
    }
    let told = evidence.probes.filter { $0.failure != nil && $0.ended > evidence.faultBegan ?? $0.ended }
    if !told.isEmpty { return DrillFinding(demand, .pass, "to its clients: \(Self.kinds(told))") }
    if let warning = evidence.warnings.first {
      return DrillFinding(
        demand, .undecided,
        "no request failed, and whether this line of its log is about the fault is yours to say: \(warning)")
    }
    return evidence.hasLog
      ? DrillFinding(demand, .fail, "its log has no new kind of error or warning, and no request failed")
      : DrillFinding(demand, .undecided, "no request failed, and its log is not known: start it with the drill")
  }

  private static func kinds(_ probes: [ProbeResult]) -> String {
    Dictionary(grouping: probes.map { $0.failure ?? "wrong_answer" }, by: \.self).sorted { $0.key < $1.key }
      .map { "\($1.count) \($0)" }.joined(separator: ", ")
  }

  private static func shown(_ time: Duration) -> String { "\(NumberText.fixed(time.seconds, decimals: 3)) s" }
  private static func shown(_ number: Double?) -> String { number.map { NumberText.plain($0) } ?? "?" }
  private static func share(_ number: Double?) -> String { number.map { NumberText.percent($0) } ?? "?" }
}
