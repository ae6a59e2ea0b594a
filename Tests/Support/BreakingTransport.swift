package import HTTPTypes
package import NPUBase
package import NPUTransport

/// A transport that breaks every exchange off with a message of the test's own, as libcurl puts words of the server into
/// its messages.
package struct BreakingTransport: Transport {
  private let message: String
  private let head: HTTPResponse?
  private let body: [UInt8]

  /// - Parameters:
  ///   - message: What the error says.
  ///   - head: The response head that comes first; `nil` for none.
  ///   - body: The beginning of the body.
  package init(_ message: String, head: HTTPResponse? = nil, body: String = "") {
    self.message = message
    self.head = head
    self.body = Array(body.utf8)
  }

  package var now: MonotonicInstant { MonotonicInstant(nanoseconds: 1_000_000_000) }

  package func schedule(at instant: MonotonicInstant, _ action: @escaping @Sendable () -> Void) { action() }

  @discardableResult
  package func start(_ request: TransferRequest, observer: any TransferObserver) -> TransferHandle {
    observer.transferStarted(at: now)
    observer.transferSent(at: now)
    if let head { observer.transferReceived(head: head, at: now) }
    if !body.isEmpty { _ = observer.transferReceived(body: body.span, at: now) }
    let error = TransportError(kind: .protocolViolation, message: message, request: request.identity)
    observer.transferEnded(TransferEnd(error: error, instant: now))
    return TransferHandle(cancel: {}, resume: {})
  }
}
