extension FaultProxy {
  /// One way in which a network fails.
  public enum Fault: Sendable, Hashable {
    /// Every piece of bytes arrives later by a time, give or take a jitter; the order of the bytes stays.
    ///
    /// The jitter is even over both sides and takes no time below zero. Negative durations count as zero. What is under
    /// way is at most 1 MiB a direction, as with a TCP window of that size, so that a latency of 1 s also limits the
    /// bandwidth to 1 MiB/s.
    case latency(Duration, jitter: Duration = .zero)
    /// No more than so many bytes a second pass, at least one.
    case bandwidth(bytesPerSecond: Int)
    /// Nothing passes, neither bytes nor ends, and nothing is lost: what was sent meanwhile passes when the fault ends.
    ///
    /// It is what a client sees of a firewall that drops packets, or of a pulled cable: TCP sends again what was lost.
    /// One difference is left: a new connection is made at once, since the kernel of this machine makes it, where a
    /// dropped SYN is sent again after 1, 3 and 7 seconds.
    case cut
    /// What is sent vanishes and the connections stay; a connection that lost a byte never passes one again.
    ///
    /// It is what a client sees of a middlebox that forgot the connection, or of a host that lost its power. Once the
    /// fault has ended, new connections pass, and one that lost bytes is reset when a side of it leaves.
    case blackhole
    /// The connection is reset on both sides once so many bytes have passed in one direction; at once for 0.
    ///
    /// The bytes count from when the fault begins to hold for the connection. A client that does not read loses what
    /// the kernel still has for it, as with every reset.
    case reset(afterBytes: Int = 0)
    /// When one side closes or breaks the connection, the other is not told until the fault ends.
    ///
    /// A killed process closes its connections, a machine that loses its power does not: the client is left with a
    /// connection that is open, healthy and silent. A service that cannot be connected to is silent, too.
    case halfOpen
    /// Bytes pass in slices of at most so many bytes, with a time from one to the next.
    case slice(bytes: Int, every: Duration)
    /// A share of the bytes from 0 to 1 is changed, heads of requests and responses included.
    case corrupt(share: Double)
    /// New connections are reset as soon as they stand; with a path, as soon as a request names it.
    ///
    /// A port that listens cannot refuse: a client sees a connection that is reset before its first byte.
    case refuse

    /// What a fault is called, without its numbers.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
      /// Bytes that arrive late.
      case latency
      /// A limit on bytes a second.
      case bandwidth
      /// Nothing passes for a while.
      case cut
      /// Bytes that vanish.
      case blackhole
      /// A connection that is reset.
      case reset
      /// An end that is not told.
      case halfOpen = "half_open"
      /// Small pieces.
      case slice
      /// Changed bytes.
      case corrupt
      /// A connection that is reset as soon as it stands.
      case refuse
    }

    /// What the fault is called.
    public var kind: Kind {
      switch self {
      case .latency: .latency
      case .bandwidth: .bandwidth
      case .cut: .cut
      case .blackhole: .blackhole
      case .reset: .reset
      case .halfOpen: .halfOpen
      case .slice: .slice
      case .corrupt: .corrupt
      case .refuse: .refuse
      }
    }
  }

  /// Which way bytes go.
  public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
    /// From the client to the service.
    case requests
    /// From the service to the client.
    case responses
    /// Either way.
    case both
  }

  /// Which connections meet a fault.
  ///
  /// Of several rules with the same kind of fault the first that applies to a connection counts; faults of different
  /// kinds add up.
  public struct Rule: Sendable, Hashable {
    /// What goes wrong.
    public var fault: Fault
    /// How the path of the request begins, such as `/v1/chat`; `nil` for every connection, whatever it carries.
    ///
    /// On a connection that carries several requests the rule holds from the head of a request that it names to the
    /// head of the next. Only plain HTTP/1 is understood.
    public var path: String?
    /// Which share of the connections meets the fault, from 0 to 1.
    ///
    /// The seed of the proxy spreads them evenly: of any connections in a row the share is met to within one or two. A
    /// larger share includes the connections of a smaller one.
    public var share: Double
    /// Which way the bytes go that meet the fault.
    public var direction: Direction

    /// Creates a rule; by default it holds for every connection and both directions.
    public init(_ fault: Fault, path: String? = nil, share: Double = 1, direction: Direction = .both) {
      self.fault = fault
      self.path = path
      self.share = share
      self.direction = direction
    }

    /// Whether the rule applies to a connection.
    ///
    /// - Parameters:
    ///   - draw: The number from 0 to below 1 that belongs to the connection.
    ///   - path: The path of its latest request; `nil` while there is none.
    /// - Returns: Whether share and path are met.
    func applies(draw: Double, path: String?) -> Bool {
      guard draw < share else { return false }
      guard let prefix = self.path else { return true }
      return path?.hasPrefix(prefix) ?? false
    }
  }
}
