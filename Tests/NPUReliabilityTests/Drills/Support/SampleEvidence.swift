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

  static func with(_ base: DrillEvidence, _ change: (inout DrillEvidence) -> Void) -> DrillEvidence {
    var evidence = base
    change(&evidence)
    return evidence
  }
}
