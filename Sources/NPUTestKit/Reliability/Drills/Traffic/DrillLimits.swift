/// How long a drill takes, and how much it does.
public struct DrillLimits: Sendable, Hashable {
  /// How long one probe may take; a service that needs longer when all is well cannot be drilled.
  public var probe: Duration = .seconds(10)
  /// The pause between the starts of two probes.
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
  /// How long to wait until what was abandoned has left the server.
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
