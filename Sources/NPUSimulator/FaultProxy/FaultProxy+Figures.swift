extension FaultProxy {
  /// What a proxy has carried, and what its faults did.
  public struct Figures: Sendable, Hashable {
    /// Connections accepted.
    public var connections = 0
    /// Connections of which a side is open.
    public var openConnections = 0
    /// Connections for which the service could not be reached.
    public var unreachable = 0
    /// Bytes passed on to the service.
    public var requestBytes = 0
    /// Bytes passed on to clients.
    public var responseBytes = 0
    /// Bytes that vanished.
    public var lostBytes = 0
    /// Bytes that were changed on their way.
    public var corruptedBytes = 0
    /// On how many connections each kind of fault has done something.
    public var affectedConnections: [Fault.Kind: Int] = [:]

    /// Creates figures of nothing.
    public init() {}

    /// On how many connections a kind of fault has done something.
    public func affected(by kind: Fault.Kind) -> Int { affectedConnections[kind] ?? 0 }
  }
}

/// What faults have done to a connection since it was last asked.
struct FaultEffects: Sendable, Hashable {
  var kinds: Set<FaultProxy.Fault.Kind> = []
  var lostBytes = 0
  var corruptedBytes = 0

  var isEmpty: Bool { kinds.isEmpty && lostBytes == 0 && corruptedBytes == 0 }

  mutating func add(_ other: FaultEffects) {
    kinds.formUnion(other.kinds)
    lostBytes += other.lostBytes
    corruptedBytes += other.corruptedBytes
  }
}
