internal import NPUBase
internal import NPUMetrics

/// What a run of a scenario measured.
///
/// As JSON, times are milliseconds. A figure that was not seen is missing, which is not zero.
public struct DrillFigures: Sendable, Hashable, Codable {
  /// From the fault to the first sign of it that a client could see: the end of a probe that failed, or of a reading
  /// that found the service hung or dead.
  public var timeToDetect: Duration? { detect.map { .recorded(milliseconds: $0) } }
  /// From the beginning of the repair to the end of the first right probe after it from which on none failed, if there
  /// were as many as are asked for.
  public var timeToRecover: Duration? { recover.map { .recorded(milliseconds: $0) } }
  private var detect: Double?
  private var recover: Double?
  /// Probes that were sent.
  public var probes = 0
  /// Probes that failed from the beginning of the fault to the recovery.
  public var requestsLost = 0
  /// The failures of all probes, by kind.
  public var errors: [String: Int] = [:]
  /// Probes that ran while the fault did.
  public var neighbours = 0
  /// Of these, how many failed or were answered wrongly.
  public var neighboursHarmed = 0
  /// Probes that waited for clients which held on to the server; `nil` where none did.
  public var heldUp: Int?
  /// Probes that were answered with something else than the known answer.
  public var corruptedResponses = 0
  /// The median latency of good probes before, during and after the fault, in milliseconds.
  public var latencyBefore: Double?
  /// The same during the fault.
  public var latencyDuring: Double?
  /// The same after it.
  public var latencyAfter: Double?
  /// From when the last client had left until the server said that all that was abandoned is gone, in milliseconds.
  public var drained: Double?
  /// The attempts by their end.
  public var attempts: [String: Int] = [:]
  /// What the known answers say of the tokens.
  public var tokens: StreamFindings

  private enum CodingKeys: String, CodingKey {
    case probes, errors, neighbours, attempts, tokens
    case detect = "time_to_detect_ms"
    case recover = "time_to_recover_ms"
    case requestsLost = "requests_lost"
    case neighboursHarmed = "neighbours_harmed"
    case heldUp = "neighbours_held_up"
    case corruptedResponses = "corrupted_responses"
    case latencyBefore = "latency_before_ms"
    case latencyDuring = "latency_during_ms"
    case latencyAfter = "latency_after_ms"
    case drained = "drained_ms"
  }

  /// Computes the figures.
  public init(_ evidence: DrillEvidence) {
    tokens = evidence.history
    probes = evidence.probes.count
    for probe in evidence.probes {
      if let failure = probe.failure { errors[failure, default: 0] += 1 }
      if probe.isRight == false { corruptedResponses += 1 }
    }
    for attempt in evidence.attempts { attempts[attempt.end.rawValue, default: 0] += 1 }
    guard let began = evidence.faultBegan else {
      latencyBefore = Self.median(evidence.probes)
      return
    }
    latencyBefore = Self.median(evidence.probes.filter { $0.ended <= began })
    detect = evidence.firstSign(after: began).map { began.duration(to: $0).milliseconds }
    let ended = evidence.faultEnded
    let beside = evidence.probes.filter { $0.ended > began && $0.started < ended ?? .init(nanoseconds: .max) }
    neighbours = beside.count
    neighboursHarmed = beside.count { !$0.isGood }
    latencyDuring = Self.median(beside)
    heldUp = evidence.hold.map { hold in evidence.timelyProbes(beside: hold).count { $0.time > hold.allowance } }
    drained = evidence.drain.flatMap { drain in
      drain.provedAt.map { max(0, drain.left.duration(to: $0).milliseconds) }
    }
    let recovery = evidence.recovery
    requestsLost = evidence.probes.count {
      $0.failure != nil && $0.ended > began && $0.started < recovery ?? .init(nanoseconds: .max)
    }
    guard let ended else { return }
    latencyAfter = Self.median(evidence.probes.filter { $0.started >= ended })
    recover = recovery.map { ended.duration(to: $0).milliseconds }
  }

  private static func median(_ probes: [ProbeResult]) -> Double? {
    let latencies = probes.filter(\.isGood).compactMap { $0.latency?.milliseconds }.sorted()
    guard let upper = latencies.dropFirst(latencies.count / 2).first else { return nil }
    guard latencies.count.isMultiple(of: 2), let lower = latencies.dropFirst(latencies.count / 2 - 1).first else {
      return upper
    }
    return (lower + upper) / 2
  }
}

extension DrillEvidence {
  /// When a client could first see that something is wrong.
  func firstSign(after began: MonotonicInstant) -> MonotonicInstant? {
    let failed = probes.filter { $0.ended > began && !$0.isGood }.map(\.ended).min()
    let seen = states.first { $0.instant > began && $0.reading.state.isDown }?.instant
    return [failed, seen].compactMap(\.self).min()
  }

  /// The end of the first probe from which on all that were sent after the fault were right; `nil` for fewer than are
  /// asked for.
  var recovery: MonotonicInstant? {
    guard let faultEnded else { return nil }
    let after = probes.filter { $0.started >= faultEnded }
    let relapse = after.lastIndex { !$0.isGood }.map { $0 + 1 } ?? 0
    let good = after[relapse...]
    guard good.count >= max(1, settled) else { return nil }
    return good.map(\.ended).min()
  }
}
