/// Why the bytes of a stream could not be read as events.
public struct StreamError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A line is longer than allowed.
    case lineTooLong = "line_too_long"
    /// An event, or a frame of a stream that is not made of events, is larger than allowed.
    case eventTooLarge = "event_too_large"
    /// The stream ended inside an event.
    case truncated
  }

  /// The cause.
  public var kind: Kind
  /// What happened, with the values that explain it.
  public var message: String
  /// What stood after the last complete event, if the stream ended there; a server's error text may be in it.
  public var tail: StreamTail?

  /// Creates an error.
  public init(kind: Kind, message: String, tail: StreamTail? = nil) {
    self.kind = kind
    self.message = message
    self.tail = tail
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }

  static func lineTooLong(size: Int, limit: Int) -> StreamError {
    StreamError(
      kind: .lineTooLong,
      message: "a line of the stream has \(size) bytes or more, the limit is \(limit): raise maximumLineBytes "
        + "or check that the server sends lines")
  }

  static func eventTooLarge(size: Int, limit: Int) -> StreamError {
    StreamError(
      kind: .eventTooLarge,
      message: "an event of the stream has \(size) bytes or more, the limit is \(limit): raise maximumEventBytes "
        + "or check that the server ends its events with an empty line")
  }

  static func frameTooLarge(size: Int, limit: Int, delimiter: UInt8) -> StreamError {
    StreamError(
      kind: .eventTooLarge,
      message: "a frame of the stream has \(size) bytes or more, the limit is \(limit): raise maximumFrameBytes "
        + "or check that the server ends its frames with byte \(delimiter)")
  }

  static func truncated(_ tail: StreamTail) -> StreamError {
    StreamError(
      kind: .truncated,
      message: "the stream ended inside an event, after \(tail.bytes.count) bytes of it: "
        + String(reflecting: String(tail.text.prefix(200))),
      tail: tail)
  }
}

extension StreamError: CustomStringConvertible {
  /// The message and its kind.
  public var description: String { "\(message) [\(shortDescription)]" }
}
