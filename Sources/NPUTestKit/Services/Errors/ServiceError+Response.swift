package import HTTPTypes
internal import NPUBase
internal import NPUTransport

extension ServiceError {
  /// The error of a response whose status is not 2xx, from its head and body.
  ///
  /// - Parameters:
  ///   - head: The head.
  ///   - body: The body.
  ///   - request: Which request.
  ///   - elapsed: How long after the request it came, where that is known.
  package init(response head: HTTPResponse, body: [UInt8], request: String, elapsed: Duration? = nil) {
    self.init(kind: .httpStatus, head: head, error: ErrorBody(body), request: request, elapsed: elapsed)
  }

  /// An error that a server described, in a response or inside a stream.
  package init(kind: Kind, head: HTTPResponse, error: ErrorBody, request: String, elapsed: Duration? = nil) {
    self.init(
      kind: kind, message: Self.message(of: head, error, elapsed: elapsed), status: head.status.code, request: request,
      requestID: error.requestID ?? Self.requestID(of: head),
      type: error.type, code: error.code, parameter: error.parameter,
      retryAfter: RetryAfter.duration(in: head.headerFields))
    bodyForm = error.form
  }

  /// What a response whose status is not 2xx says of its cause, for calls and loads alike.
  ///
  /// What a gateway of the Huawei Cloud means is said behind its own words.
  package static func message(of head: HTTPResponse, _ error: ErrorBody, elapsed: Duration? = nil) -> String {
    GatewayCode.explaining(words(of: head, error), error, status: head.status.code, elapsed: elapsed)
  }

  private static func words(of head: HTTPResponse, _ error: ErrorBody) -> String {
    if head.status.kind == .redirection, let target = redirectTarget(of: head) {
      return
        "the server redirects to \(target)\(error.message.isEmpty ? "" : " (\(error.message))"); redirects are not "
        + "followed, use an address that answers itself"
    }
    guard error.message.isEmpty else { return error.message }
    let phrase = Excerpt.of(head.status.reasonPhrase, limit: 100)
    return "status \(head.status.code)\(phrase.isEmpty ? "" : " " + phrase) without a message"
  }

  /// Where a redirect leads, without what may be secret: user, password and query.
  private static func redirectTarget(of head: HTTPResponse) -> String? {
    guard let location = head.headerFields[.location], !location.isEmpty else { return nil }
    var target = location.prefix { $0 != "?" && $0 != "#" }
    if let start = target.firstRange(of: "//")?.upperBound {
      let authority = target[start...].prefix { $0 != "/" }
      if let at = authority.lastIndex(of: "@") { target.removeSubrange(start...at) }
    }
    return Excerpt.of(String(target), limit: 200)
  }

  /// Wraps whatever a transport or an iterator threw; errors of this type pass unchanged.
  package init(wrapping error: any Error, status: Int? = nil, request: String) {
    if let error = error as? ServiceError {
      self = error
      if self.request.isEmpty { self.request = request }
    } else if let error = error as? TransportError {
      self.init(kind: .transport, message: error.message, status: status, request: request, underlying: error)
    } else {
      self.init(
        kind: .transport, message: Excerpt.of(String(describing: error)), status: status, request: request,
        underlying: error)
    }
  }

  /// The identity that a server gave the exchange, from the header fields in use.
  static func requestID(of head: HTTPResponse) -> String? {
    for name in ["x-request-id", "requestuuid", "x-litellm-call-id", "x-apig-request-id"] {
      if let name = HTTPField.Name(name), let value = head.headerFields[name], !value.isEmpty {
        return Excerpt.of(value, limit: 100)
      }
    }
    return nil
  }
}
