public import NPUBase

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
