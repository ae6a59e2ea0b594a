package import NPUServices
public import NPUTransport

/// How one request ended, in a kind from a bounded set so that failures can be counted.
public struct Outcome: Sendable, Hashable {
  /// A kind of outcome; ``success`` is the only good one.
  ///
  /// Transport failures use the names of ``TransportError/Kind``; the kinds below are those that an exchange can
  /// have although its bytes arrived.
  public struct Kind: RawRepresentable, Sendable, Hashable, Codable {
    /// The name, in snake case.
    public var rawValue: String

    /// Creates a kind from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The response is whole and holds something: every choice finished and the end mark or a clean end came, or the
    /// end mark came and no choice has a finish reason, which is noted.
    public static let success = Kind(rawValue: "success")
    /// The status is not 2xx; the class of the status is in the name, such as `http_503`.
    public static func httpStatus(_ code: Int) -> Kind { Kind(rawValue: "http_\(code)") }
    /// The server reported an error inside the stream.
    public static let errorEvent = Kind(rawValue: "error_event")
    /// The response ended with a finish reason by which the server gave it up, such as `error` or `abort`.
    public static let failedFinish = Kind(rawValue: "failed_finish")
    /// The stream ended without finish reason or end mark.
    public static let truncatedStream = Kind(rawValue: "truncated_stream")
    /// The stream ended with text outside any event, as MindIE writes its errors.
    public static let rawTextError = Kind(rawValue: "raw_text_error")
    /// The response is not an event stream.
    public static let wrongContentType = Kind(rawValue: "wrong_content_type")
    /// A payload is not the JSON that the protocol asks for.
    public static let malformedPayload = Kind(rawValue: "malformed_payload")
    /// The response is whole but holds nothing.
    public static let emptyResponse = Kind(rawValue: "empty_response")
    /// A line or an event of the stream exceeds its limit.
    public static let eventTooLarge = Kind(rawValue: "event_too_large")

    /// The kind of a transport failure.
    public init(_ kind: TransportError.Kind) { rawValue = kind.rawValue }

    /// The kind of a fault that a client throws; both have the same names.
    package init(_ kind: ServiceError.Kind) { rawValue = kind.rawValue }
  }

  /// The kind.
  public var kind: Kind
  /// The HTTP status, if a response head arrived.
  public var status: Int?
  /// What happened, in words with the values that explain it; `nil` on success.
  public var message: String?

  /// Creates an outcome.
  public init(_ kind: Kind, status: Int? = nil, message: String? = nil) {
    self.kind = kind
    self.status = status
    self.message = message
  }

  /// Whether the request counts as completed.
  public var isSuccess: Bool { kind == .success }

  /// Whether this side broke the request off, which says nothing about the service.
  public var isCancellation: Bool { kind == Kind(.cancelled) || kind == Kind(.shutDown) }
}
