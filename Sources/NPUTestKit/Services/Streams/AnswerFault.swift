internal import HTTPTypes

/// A fault of a response's own, as ``AnswerJudge`` found it: what both readers of a stream report.
///
/// A client throws it as a ``ServiceError``, a load counts it under the same name.
package struct AnswerFault: Sendable, Hashable {
  /// The class.
  package var kind: ServiceError.Kind
  /// What happened, with the values that explain it.
  package var message: String
  /// What the server said of it, where it said something.
  package var body: ErrorBody?

  init(_ kind: ServiceError.Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// A fault that the server described.
  ///
  /// - Parameters:
  ///   - kind: The class.
  ///   - body: What the server said.
  ///   - place: What it said it at, where that explains something.
  init(_ kind: ServiceError.Kind, _ body: ErrorBody, at place: String? = nil) {
    self.kind = kind
    self.body = body
    let said = body.message.isEmpty ? "the server reported an error without a message" : body.message
    let text = GatewayCode.explaining(said, body, status: 200)
    message = place.map { "\($0): \"\(text)\"" } ?? text
  }
}

extension ServiceError {
  /// The error of a response whose status is good and that has a fault.
  init(_ fault: AnswerFault, head: HTTPResponse, request: String, underlying: (any Error)? = nil) {
    if let body = fault.body {
      self.init(kind: fault.kind, head: head, error: body, request: request)
      message = fault.message
    } else {
      self.init(
        kind: fault.kind, message: fault.message, status: head.status.code, request: request,
        requestID: Self.requestID(of: head), underlying: underlying)
    }
  }
}
