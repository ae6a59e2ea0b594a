import NPUBase
import NPUReliability

/// Evidence as a drill gathers it: a probe each 100 ms, a fault from 1 s to 3 s.
enum SampleEvidence {
  static let began = at(1000)
  static let ended = at(3000)

  static func at(_ milliseconds: Int64) -> MonotonicInstant {
    MonotonicInstant(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000)
  }

  /// A probe that takes 50 ms.
  static func probe(_ started: Int64, failure: String? = nil, isRight: Bool? = true, takes: Int64 = 50) -> ProbeResult {
    ProbeResult(
      started: at(started), ended: at(started + takes), failure: failure, isRight: failure == nil ? isRight : nil,
      latency: failure == nil ? .milliseconds(takes) : nil)
  }

  static func state(_ milliseconds: Int64, _ canary: StateEvidence.Canary, _ health: StateEvidence.Health = .silent)
    -> DrillEvidence.StateSeen
  {
    DrillEvidence.StateSeen(
      instant: at(milliseconds),
      reading: StateReading(
        StateEvidence(canary: canary, failure: "kind", boundMilliseconds: 500, health: health)))
  }

  /// An outage from which the service recovers 400 ms after its end.
  static var recovered: DrillEvidence {
    var evidence = DrillEvidence()
    evidence.faultBegan = began
    evidence.faultEnded = ended
    evidence.probes =
      stride(from: 0, to: 1000, by: 100).map { probe($0) }
      + stride(from: 1000, to: 3400, by: 100).map { probe($0, failure: "connection_refused", takes: 10) }
      + stride(from: 3400, to: 5000, by: 100).map { probe($0) }
    evidence.states = [state(1500, .unreachable, .unreachable)]
    evidence.history.streams = 26
    evidence.history.tokens = 312
    return evidence
  }

  /// Requests of a scenario beside which all goes well.
  static var unharmed: DrillEvidence {
    var evidence = recovered
    evidence.probes = stride(from: 0, to: 5000, by: 100).map { probe($0) }
    evidence.states = []
    return evidence
  }

  /// Slow clients from 1 s to 2.8 s, beside whom a probe may take 250 ms.
  static let hold = DrillEvidence.Hold(began: at(1000), ended: at(2800), allowance: .milliseconds(250))

  /// A drain that is proved a time after the last client had left, in milliseconds; it may take 2 s.
  static func drain(after milliseconds: Int64? = 500) -> DrillEvidence.Drain {
    DrillEvidence.Drain(
      before: .init(running: 0, waiting: 0, cache: 0), after: .init(running: 0, waiting: 0, cache: 0.004),
      left: at(2000), provedAt: milliseconds.map { at(2000 + $0) }, limit: .seconds(2), hasRisen: true)
  }

  static func with(_ base: DrillEvidence, _ change: (inout DrillEvidence) -> Void) -> DrillEvidence {
    var evidence = base
    change(&evidence)
    return evidence
  }
}

extension DrillEvidence {
  /// Gives probes that started within a time another latency.
  mutating func delay(from first: Int64, to last: Int64, _ latency: (Int64) -> Int64) {
    let range = SampleEvidence.at(first)...SampleEvidence.at(last)
    probes = probes.map { probe in
      guard range.contains(probe.started) else { return probe }
      let started = SampleEvidence.at(0).duration(to: probe.started).components
      let milliseconds = started.seconds * 1000 + started.attoseconds / 1_000_000_000_000_000
      return SampleEvidence.probe(milliseconds, takes: latency(milliseconds))
    }
  }
}
