public import NPUBase

/// A whole message, in however many frames it came.
public struct WebSocketMessage: Sendable, Hashable {
  /// What a message is said to be.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Text in UTF-8.
    case text
    /// Any bytes.
    case binary
  }

  /// What it is said to be.
  public var kind: Kind
  /// Its bytes.
  public var bytes: [UInt8]
  /// When its last frame left the socket; messages of one read share their stamp.
  public var receivedAt: MonotonicInstant

  /// Creates a message.
  public init(_ kind: Kind, _ bytes: [UInt8], receivedAt: MonotonicInstant) {
    self.kind = kind
    self.bytes = bytes
    self.receivedAt = receivedAt
  }

  /// The bytes as text; those of a binary message that are no UTF-8 become U+FFFD.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
}
