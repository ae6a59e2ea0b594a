public import NPUBase

/// Something that arrived, with the instant at which its last byte left the socket.
@dynamicMemberLookup
public struct Received<Value: Sendable>: Sendable {
  /// What arrived.
  public var value: Value
  /// When the bytes that completed it were read from the socket.
  public var receivedAt: MonotonicInstant
  /// Whether the server answered a request for a stream with one whole document, of which this was made.
  public var isWholeResponse: Bool

  /// Creates a stamped value.
  public init(_ value: Value, receivedAt: MonotonicInstant, isWholeResponse: Bool = false) {
    self.value = value
    self.receivedAt = receivedAt
    self.isWholeResponse = isWholeResponse
  }

  /// A property of the value.
  public subscript<Member>(dynamicMember path: KeyPath<Value, Member>) -> Member { value[keyPath: path] }
}

extension Received: Equatable where Value: Equatable {}
extension Received: Hashable where Value: Hashable {}
