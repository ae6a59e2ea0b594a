/// What a service is doing, as far as its clients are concerned.
///
/// A health route that answers with 200 decides nothing: see ``StateReading`` for the evidence.
public enum ServiceState: String, Sendable, Hashable, Codable, CaseIterable {
  /// It generates when it is asked to, and has nothing else to do.
  case idle
  /// It generates, for others too.
  case serving
  /// It works, and keeps new requests waiting or refuses them.
  case saturated
  /// It accepts connections, perhaps even says that it is healthy, and makes no progress.
  case hung
  /// Nobody listens, or the engine behind the listener is gone.
  case dead
  /// The evidence decides nothing; the reading says what is missing.
  case unknown

  /// Whether the service is of no use to its clients.
  public var isDown: Bool { self == .hung || self == .dead }
}

/// A judgement of a service's state with the evidence behind it.
public struct StateReading: Sendable, Hashable, Codable {
  /// The state.
  public var state: ServiceState
  /// Why, with the values that decided.
  public var reason: String
  /// What was seen.
  public var evidence: StateEvidence

  /// Judges evidence.
  ///
  /// Pure: equal evidence gives an equal reading.
  public init(_ evidence: StateEvidence) {
    self.evidence = evidence
    (state, reason) = evidence.judgement
  }
}
