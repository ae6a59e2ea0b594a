package import HTTPTypes
package import NPUBase

/// How far one exchange has come, what its observer knows of it, and what it wants, whoever carries its bytes.
///
/// Created, used and ended on the network thread alone.
package final class TransferState {
  /// How far the exchange has come; each phase has its own timeout.
  package enum Phase {
    case connecting, waiting, receiving
  }

  /// What is to be done after a piece of the body.
  package enum Reception {
    case goOn
    /// The observer rests: nothing more may be delivered.
    case rest
    /// The exchange is broken off, by the observer or by a failure.
    case breakOff
  }

  let id: UInt64
  package let request: TransferRequest
  package let started: MonotonicInstant
  /// How long after its sending a request may learn that its connection had been closed.
  let newsOfClosing: Duration

  private let observer: any TransferObserver
  /// Told when the observer has all that it wants, and until when the end is waited for.
  private let onFinishing: (UInt64, MonotonicInstant) -> Void
  package private(set) var phase = Phase.connecting
  /// The instant from which the timeout of the phase counts.
  private(set) var phaseBegan: MonotonicInstant
  /// When the request was last about to be written.
  private var requestBegan: MonotonicInstant
  /// When content last came, or was last waited for from now on.
  private(set) var contentBegan: MonotonicInstant
  /// Whether any content has come.
  private(set) var hasContent = false
  package private(set) var isPaused = false
  package private(set) var stoppedByObserver = false
  /// When the exchange is cut off because its observer has all that it wants.
  package private(set) var cutOff: MonotonicInstant?
  /// Why the exchange was broken off from here.
  package private(set) var failure: (kind: TransportError.Kind, message: String)?

  /// Whether the request was sent again, because the kept-alive connection that it went out on was closed.
  private(set) var wasResent = false
  /// When the present attempt began: the exchange, or sending the request again.
  private(set) var attemptBegan: MonotonicInstant
  /// Whether the request last went out on a connection that was kept alive.
  private(set) var usesKeptConnection = false
  /// Whether a byte of any response has come since the request last went out.
  private(set) var hasResponseBytes = false
  /// When the status line came, of the last response where there were several.
  package private(set) var responseBegan: MonotonicInstant?
  package private(set) var headDelivered = false
  /// Whether the observer knows that the request was written.
  private var sentDelivered = false
  private var bodyBytes = 0

  package init(
    id: UInt64, request: TransferRequest, observer: any TransferObserver, started: MonotonicInstant,
    newsOfClosing: Duration, onFinishing: @escaping (UInt64, MonotonicInstant) -> Void
  ) {
    self.id = id
    self.request = request
    self.observer = observer
    self.started = started
    self.newsOfClosing = newsOfClosing
    self.onFinishing = onFinishing
    phaseBegan = started
    requestBegan = started
    contentBegan = started
    attemptBegan = started
  }

  package func begin() { observer.transferStarted(at: started) }

  package func end(_ end: TransferEnd) { observer.transferEnded(end) }

  /// Notes why the exchange is broken off.
  package func fail(_ kind: TransportError.Kind, _ message: String) { failure = (kind, message) }

  // MARK: - The request

  /// Whether the body follows the head in writes of its own: one of less than 64 KiB is put into the write of the head.
  var sendsBodyApart: Bool {
    switch request.body {
    case .empty: false
    case .bytes(let bytes): bytes.count >= 64 << 10
    case .file, .form: true  // What is read piece by piece libcurl never puts there.
    }
  }

  /// Notes that the request is about to be written, on a connection that was kept alive or on a new one.
  package func requestReady(at now: MonotonicInstant, onKeptConnection: Bool) {
    if hasResponseBytes { sentDelivered = false }  // the request that follows a redirect is another one
    usesKeptConnection = onKeptConnection
    hasResponseBytes = false
    phase = .waiting
    phaseBegan = now
    requestBegan = now
    contentBegan = now
  }

  /// Notes that a part of the body was written.
  func bodyWritten(at now: MonotonicInstant) {
    phaseBegan = now
    contentBegan = now
  }

  package func deliverSent(at now: MonotonicInstant) {
    // Of a request that is sent again the first sending counts: the caller waits since then.
    guard !sentDelivered else { return }
    sentDelivered = true
    observer.transferSent(at: now)
  }

  // MARK: - A second attempt

  static let staleMessage = "the peer closed the connection before it answered"

  /// Whether the exchange died because the peer had closed a kept-alive connection, and the request was not sent again.
  ///
  /// A peer may close an idle connection at any time, also while the request is on its way to it. That is no fault of
  /// the service, and the client's to mend (RFC 9112, section 9.3.1). The news of it is a round trip away: a connection
  /// that dies later was in use, and a service that fails while it works must be seen to fail.
  func diedOnStaleConnection(_ error: TransportError?, at now: MonotonicInstant) -> Bool {
    error?.kind == .connectionLost && phase == .waiting && usesKeptConnection && !hasResponseBytes && !wasResent
      && requestBegan.duration(to: now) < newsOfClosing
  }

  /// Notes that the request goes out once more without a new attempt.
  func noteResending() { wasResent = true }

  /// Begins anew, to send the request once more.
  func beginAgain(at now: MonotonicInstant) {
    wasResent = true
    attemptBegan = now
    phase = .connecting
    phaseBegan = now
    contentBegan = now
    hasContent = false
    failure = nil
    responseBegan = nil
  }

  // MARK: - The response

  /// Notes that a status line has come.
  package func responseBegins(at now: MonotonicInstant) {
    hasResponseBytes = true
    responseBegan = now
  }

  /// Notes that some bytes of a response have come.
  func noteResponseBytes() { hasResponseBytes = true }

  package func deliverHead(_ head: HTTPResponse, at now: MonotonicInstant) {
    headDelivered = true
    observer.transferReceived(head: head, at: now)
  }

  /// Delivers one piece of the body.
  package func take(_ bytes: Span<UInt8>, at now: MonotonicInstant) -> Reception {
    hasResponseBytes = true
    if phase != .receiving, request.timeouts.content != nil { contentBegan = now }
    phase = .receiving
    phaseBegan = now
    bodyBytes += bytes.count
    guard bodyBytes <= request.limits.bodyBytes else {
      fail(
        .bodyTooLarge, "the response body exceeds \(request.limits.bodyBytes) bytes; raise the limit if that is right")
      return .breakOff
    }
    let demand = observer.transferReceived(body: bytes, at: now)
    if demand != .moreOfSilence {
      contentBegan = now
      hasContent = true
    }
    switch demand {
    case .more, .moreOfSilence: return .goOn
    case .pause:
      isPaused = true
      return .rest
    case .stop:
      stoppedByObserver = true
      return .breakOff
    case .finish:
      guard cutOff == nil else { return .goOn }
      let instant = now.advanced(by: TransferDemand.finishTime)
      cutOff = instant
      onFinishing(id, instant)
      return .goOn
    }
  }

  /// Notes that the observer goes on after a pause; false if it did not rest.
  package func resume(at now: MonotonicInstant) -> Bool {
    guard isPaused else { return false }
    isPaused = false
    phaseBegan = now
    contentBegan = now
    return true
  }
}
