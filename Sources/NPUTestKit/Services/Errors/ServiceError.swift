internal import NPUTransport

/// Why a call to a service did not give a response.
public struct ServiceError: Error, Sendable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The base address cannot be used.
    case invalidEndpoint = "invalid_endpoint"
    /// The request cannot be encoded or sent as it stands.
    case invalidRequest = "invalid_request"
    /// The exchange broke; the underlying error says how.
    case transport
    /// The status is not 2xx.
    case httpStatus = "http_status"
    /// The server reported an error inside a stream whose status was good.
    case errorEvent = "error_event"
    /// The response ended with a finish reason by which the server gave it up, such as `error` or `abort`.
    case failedFinish = "failed_finish"
    /// The stream ended without finish reason or end mark.
    case truncatedStream = "truncated_stream"
    /// The stream ended with text outside any event, as MindIE writes its errors.
    case rawTextError = "raw_text_error"
    /// The response is of another media type than asked for.
    case wrongContentType = "wrong_content_type"
    /// A payload is not the JSON that the protocol asks for.
    case malformedPayload = "malformed_payload"
    /// A line or an event of the stream exceeds its limit.
    case eventTooLarge = "event_too_large"
    /// The response is whole and holds nothing: no bytes, no text, or no image.
    case emptyResponse = "empty_response"
    /// An image, a sound or an archive in the response is cut or damaged.
    case damagedMedia = "damaged_media"
    /// The response is good, but not what was asked for: another number or another size of images.
    case unexpectedContent = "unexpected_content"
    /// Unpacking the response would take more than its limits allow.
    case responseTooLarge = "response_too_large"
  }

  /// The cause.
  public var kind: Kind
  /// What happened, with the values that explain it.
  public var message: String
  /// The HTTP status, where a response head arrived.
  public var status: Int?
  /// Which request, as method and address without query; empty for errors before there was one.
  public var request: String
  /// The identity of the request at the server, from the response's header or body.
  public var requestID: String?
  /// The type of the error in the server's own word, as sent.
  public var type: String?
  /// The code of the error as sent; some servers send a number, some a text.
  public var code: String?
  /// The request field that the server complains of, as sent.
  public var parameter: String?
  /// How long to wait before trying again, where the server says so.
  public var retryAfter: Duration?
  /// The error below this one, where there is one.
  public var underlying: (any Error)?
  /// How the body of the error was written, where a server sent one.
  var bodyForm: ErrorBody.Form?

  /// Creates an error.
  public init(
    kind: Kind, message: String, status: Int? = nil, request: String = "", requestID: String? = nil,
    type: String? = nil, code: String? = nil, parameter: String? = nil, retryAfter: Duration? = nil,
    underlying: (any Error)? = nil
  ) {
    self.kind = kind
    self.message = message
    self.status = status
    self.request = request
    self.requestID = requestID
    self.type = type
    self.code = code
    self.parameter = parameter
    self.retryAfter = retryAfter
    self.underlying = underlying
  }

  /// The cause from a bounded set: the key by which reports group failures.
  ///
  /// A bad status is named with its number, such as `http_503`; a broken exchange has the name of its
  /// ``TransportError/Kind``.
  public var shortDescription: String {
    switch kind {
    case .httpStatus: (status.map { (100...599).contains($0) } ?? false) ? "http_\(status ?? 0)" : kind.rawValue
    case .transport: (underlying as? TransportError)?.shortDescription ?? kind.rawValue
    default: kind.rawValue
    }
  }

  /// Whether the same request may succeed later: too many requests, overload, starting, or a broken connection.
  public var isTransient: Bool {
    switch kind {
    case .httpStatus: [408, 425, 429, 500, 502, 503, 504].contains(status ?? 0)
    case .transport: true
    case .truncatedStream, .rawTextError, .errorEvent, .failedFinish: true
    default: false
    }
  }
}

extension ServiceError: CustomStringConvertible {
  /// The message, its group and the request it belongs to.
  public var description: String {
    var facts = [shortDescription]
    if kind != .httpStatus, let status { facts.append("status \(status)") }
    if let type { facts.append("type \(type)") }
    if let code { facts.append("code \(code)") }
    if let parameter { facts.append("param \(parameter)") }
    if let retryAfter { facts.append("retry after \(retryAfter)") }
    if let requestID { facts.append("request \(requestID)") }
    if !request.isEmpty { facts.append(request) }
    return "\(message) [\(facts.joined(separator: ", "))]"
  }
}
