/// How long a drill takes, and how much it does.
public struct DrillLimits: Sendable, Hashable {
  /// How long one probe may take; a service that needs longer when all is well cannot be drilled.
  public var probe: Duration = .seconds(10)
  /// The pause between the starts of two probes; longer for a service that is slow, since probes that pile up would be
  /// a load of their own.
  public var interval: Duration = .milliseconds(250)
  /// Right probes that must come before a fault, and after it until the service counts as recovered.
  public var settled = 5
  /// How long to wait for them before the fault.
  public var baseline: Duration = .seconds(60)
  /// How long a fault lasts at least once it has been noticed.
  public var hold: Duration = .seconds(3)
  /// How long to wait until a fault is noticed.
  public var detection: Duration = .seconds(60)
  /// How long to wait for the recovery; a large model takes minutes to load.
  public var recovery: Duration = .seconds(300)
  /// How long what was abandoned may stay in the server, from when the last client has left.
  public var drain: Duration = .seconds(60)
  /// How long one request of a scenario may take.
  public var request: Duration = .seconds(120)
  /// The bound of a canary, see ``StateProbe``.
  public var canary: Duration = .seconds(5)
  /// Streams that are abandoned at once.
  public var disconnects = 500
  /// The token after which they are abandoned.
  public var disconnectToken = 3
  /// Clients that connect anew at once.
  public var reconnects = 200
  /// Clients that read slowly.
  public var slowReaders = 4
  /// Tokens that each of them asks for: more than fit into what lies between it and the server.
  public var slowTokens = 1024
  /// Bytes of an oversized body.
  public var oversizedBody = 16 << 20
  /// Seconds of an oversized sound.
  public var oversizedAudio = 3600
  /// Both sides of an oversized image in pixels.
  public var oversizedImage = 8192
  /// Tokens that a request asks for which no memory holds.
  public var oversizedTokens = 10_000_000
  /// Bytes per second of a trickled upload.
  public var trickle = 2048

  /// Creates the usual limits.
  public init() {}
}

extension DrillLimits {
  /// The limits for a service whose slowest probe takes a time when all is well.
  ///
  /// A language model works for several clients at once; whoever makes images, speech or text of speech may do so for
  /// one after the other, and is to have a fifth of its time for itself.
  func paced(by slowest: Duration, _ kind: ProbedService) -> DrillLimits {
    var limits = self
    limits.interval = max(interval, kind == .llm ? slowest / 4 : slowest * 5 / 4)
    return limits
  }

  /// How long clients hold on to a server at most, until enough probes had their time beside them.
  var longestHold: Duration { max(hold, min(probe * 3, request / 2)) }
}
