public import NPUBase

/// What a transport measured of one exchange.
///
/// Durations count from the start of the exchange, as libcurl's `CURLINFO_*_TIME` do, so each includes the ones before
/// it. A phase that did not happen (TLS on plain HTTP, a lookup on a reused connection) is `nil`.
public struct TransferMetrics: Sendable, Hashable {
  /// Until the host name was resolved.
  public var nameLookup: Duration?
  /// Until the connection to the host or proxy was established.
  public var connect: Duration?
  /// Until the TLS handshake was done.
  public var tls: Duration?
  /// Until the request was about to be sent.
  public var requestSent: Duration?
  /// Until the first byte of the response, its status line.
  public var firstByte: Duration?
  /// Until the end of the exchange.
  public var total: Duration?
  /// Bytes of request head and body.
  public var bytesSent: Int
  /// Bytes of response head and body as they came over the wire.
  public var bytesReceived: Int
  /// Whether an open connection was used.
  public var connectionReused: Bool
  /// Whether the request was sent a second time: on a fresh connection, because the kept-alive one that it first went
  /// out on turned out to be closed, or with another token, because the first was refused.
  ///
  /// Stamps count from the first sending; durations too, but those of a request with another token count from the
  /// second.
  public var wasResent: Bool
  /// The protocol version of the response, such as `HTTP/1.1`.
  public var httpVersion: String?
  /// The local end, as `address:port`.
  public var localAddress: String?
  /// The far end, as `address:port`.
  public var remoteAddress: String?

  /// Creates a set of measurements.
  public init(
    nameLookup: Duration? = nil, connect: Duration? = nil, tls: Duration? = nil, requestSent: Duration? = nil,
    firstByte: Duration? = nil, total: Duration? = nil, bytesSent: Int = 0, bytesReceived: Int = 0,
    connectionReused: Bool = false, wasResent: Bool = false, httpVersion: String? = nil,
    localAddress: String? = nil, remoteAddress: String? = nil
  ) {
    self.nameLookup = nameLookup
    self.connect = connect
    self.tls = tls
    self.requestSent = requestSent
    self.firstByte = firstByte
    self.total = total
    self.bytesSent = bytesSent
    self.bytesReceived = bytesReceived
    self.connectionReused = connectionReused
    self.wasResent = wasResent
    self.httpVersion = httpVersion
    self.localAddress = localAddress
    self.remoteAddress = remoteAddress
  }
}

/// When the steps of one exchange happened, on the transport's clock; a step that never came is `nil`.
public struct TransferInstants: Sendable, Hashable {
  /// When the exchange left the queue.
  public var started: MonotonicInstant?
  /// When the request had been written.
  public var sent: MonotonicInstant?
  /// When the response head arrived.
  public var head: MonotonicInstant?
  /// When the first byte of the response body arrived.
  public var firstByte: MonotonicInstant?
  /// When the exchange ended.
  public var ended: MonotonicInstant?

  /// Creates a set of instants.
  public init(
    started: MonotonicInstant? = nil, sent: MonotonicInstant? = nil, head: MonotonicInstant? = nil,
    firstByte: MonotonicInstant? = nil, ended: MonotonicInstant? = nil
  ) {
    self.started = started
    self.sent = sent
    self.head = head
    self.firstByte = firstByte
    self.ended = ended
  }
}

extension TransferInstants {
  /// From the request being written to the head of the response.
  package var untilHead: Duration? {
    guard let sent, let head else { return nil }
    return sent.duration(to: head)
  }
}
