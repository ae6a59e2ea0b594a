public import NPUBase

/// A piece of a response body with the instant at which it left the socket.
public struct BodyChunk: Sendable, Hashable {
  /// The bytes, transfer and content coding removed.
  public var bytes: [UInt8]
  /// When the piece was read from the socket.
  public var receivedAt: MonotonicInstant

  /// Creates a piece of a body.
  public init(bytes: [UInt8], receivedAt: MonotonicInstant) {
    self.bytes = bytes
    self.receivedAt = receivedAt
  }
}
