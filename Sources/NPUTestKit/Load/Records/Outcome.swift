public import NPUTransport

/// How one request ended, in a class from a bounded set so that failures can be counted.
public struct Outcome: Sendable, Hashable {
  /// A class of outcome; ``success`` is the only good one.
  ///
  /// Transport failures use the names of ``TransportError/Kind``; the classes below are those that an exchange can
  /// have although its bytes arrived.
  public struct Class: RawRepresentable, Sendable, Hashable, Codable {
    /// The name, in snake case.
    public var rawValue: String

    /// Creates a class from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The answer is whole: every choice finished and the end mark or a clean end came.
    public static let success = Class(rawValue: "success")
    /// The status is not 2xx; the class of the status is in the name, such as `http_503`.
    public static func httpStatus(_ code: Int) -> Class { Class(rawValue: "http_\(code)") }
    /// The server reported an error inside the stream.
    public static let errorEvent = Class(rawValue: "error_event")
    /// The stream ended without finish reason or end mark.
    public static let truncatedStream = Class(rawValue: "truncated_stream")
    /// The stream ended with text outside any event, as MindIE writes its errors.
    public static let rawTextError = Class(rawValue: "raw_text_error")
    /// The response is not an event stream.
    public static let wrongContentType = Class(rawValue: "wrong_content_type")
    /// A payload is not the JSON that the protocol asks for.
    public static let malformedPayload = Class(rawValue: "malformed_payload")
    /// The answer is whole but holds nothing.
    public static let emptyAnswer = Class(rawValue: "empty_answer")
    /// A line or an event of the stream exceeds its limit.
    public static let eventTooLarge = Class(rawValue: "event_too_large")

    /// The class of a transport failure.
    public init(_ kind: TransportError.Kind) { rawValue = kind.rawValue }
  }

  /// The class.
  public var `class`: Class
  /// The HTTP status, if a response head arrived.
  public var status: Int?
  /// What happened, in words with the values that explain it; `nil` on success.
  public var message: String?

  /// Creates an outcome.
  public init(_ class: Class, status: Int? = nil, message: String? = nil) {
    self.class = `class`
    self.status = status
    self.message = message
  }

  /// Whether the request counts as completed.
  public var isSuccess: Bool { `class` == .success }

  /// Whether this side broke the request off, which says nothing about the service.
  public var isCancellation: Bool { `class` == Class(.cancelled) || `class` == Class(.shutDown) }
}
