package import HTTPTypes
package import NPUBase
internal import Synchronization

/// One exchange whose request is completed as it begins, and once more if the service wants another token.
///
/// Stands between a transport and the observer of the exchange. Where a token is at hand, or a signature is made, the
/// exchange begins at once on the calling thread. A response of status 401 is held back until it is known whether it
/// refuses the token; every other passes as it comes.
package final class AuthenticatedExchange: TransferObserver {
  private struct State {
    var handle: TransferHandle?
    var isCancelled = false
    var isOver = false
    /// Which sending is the present one, and whether its handle is still to come.
    var attempt = 0
    var isSending = false
    /// Whether the request was completed with something that was fetched for it.
    var hasRenewed = false
    /// Whether it is on its way for the second time.
    var isAgain = false
    var hasBegun = false
    var hasSent = false
    var complete: TransferRequest?
    /// A response that may refuse the token.
    var held: Held?
    /// The response that did, for the case that there is no other token.
    var refusal: Held?
  }

  private struct Held {
    var head: HTTPResponse
    var instant: MonotonicInstant
    var pieces: [(bytes: [UInt8], instant: MonotonicInstant)] = []
    var count = 0
    var end: TransferEnd?
  }

  /// No gateway explains a refusal at greater length.
  private static let heldBytes = 64 << 10

  private let request: TransferRequest
  private let authenticator: any RequestAuthenticator
  private let observer: any TransferObserver
  /// Not kept alive: the last reference to a transport ends its exchanges.
  private weak let transport: (any Transport & AnyObject)?
  private let send: @Sendable (TransferRequest, any TransferObserver) -> TransferHandle?
  private let state = Mutex(State())

  /// - Parameters:
  ///   - request: The request.
  ///   - authenticator: What completes it.
  ///   - observer: What is told of the exchange.
  ///   - transport: What carries the exchange by which a token is fetched.
  ///   - send: Begins an exchange without looking at its authenticator; `nil` if the transport is gone.
  package init(
    _ request: TransferRequest, _ authenticator: any RequestAuthenticator, _ observer: any TransferObserver,
    over transport: any Transport & AnyObject,
    send: @escaping @Sendable (TransferRequest, any TransferObserver) -> TransferHandle?
  ) {
    self.request = request
    self.authenticator = authenticator
    self.observer = observer
    self.transport = transport
    self.send = send
  }

  /// Begins the exchange, now or when what it lacks has been fetched.
  package func begin() -> TransferHandle {
    attempt()
    return TransferHandle(cancel: { self.cancel() }, resume: { self.state.withLock(\.handle)?.resume() })
  }

  private func attempt() {
    guard let now = transport?.now else { return fail(gone) }
    let complete: TransferRequest?
    do throws(TransportError) { complete = try authenticator.complete(request, at: now) } catch {
      return fail(error)
    }
    guard var complete else {
      guard !state.withLock(\.hasRenewed) else {
        return fail(error("the \(authenticator.name) that was fetched is not valid any more"))
      }
      return fetch(replacing: nil)
    }
    complete.authenticator = nil
    let ready = complete
    let attempt = state.withLock { state -> Int? in
      guard !state.isOver, !state.isCancelled else { return nil }
      state.complete = ready
      state.attempt += 1
      state.isSending = true
      return state.attempt
    }
    guard let attempt else { return fail(cancellation) }
    if authenticator.isDue(at: now) {
      // While the old one is still good; whether it works shows when it is not.
      Task.detached { [authenticator, transport] in
        if let transport { try? await authenticator.renew(replacing: nil, over: transport) }
      }
    }
    guard let handle = send(ready, self) else {
      state.withLock { $0.isSending = false }
      return fail(gone)
    }
    hold(handle, of: attempt)
  }

  /// Fetches a token and sends the request with it.
  private func fetch(replacing refused: TransferRequest?) {
    Task.detached { [self] in
      do throws(TransportError) {
        guard let transport else { throw gone }
        try await authenticator.renew(replacing: refused, over: transport)
        state.withLock { $0.hasRenewed = true }
      } catch {
        return onTransport { [self] in if refused == nil { fail(error) } else { giveUp() } }
      }
      if state.withLock(\.isCancelled) { return onTransport { [self] in fail(cancellation) } }
      attempt()
    }
  }

  /// Tells the observer on the thread on which it is told everything, or here if that is gone.
  private func onTransport(_ action: @escaping @Sendable () -> Void) {
    let commitment = Commitment(onBreak: action)
    guard let transport else { return }
    transport.schedule(at: transport.now) {
      commitment.keep()
      action()
    }
  }

  /// Keeps the handle of a sending, unless it has ended and another one has begun meanwhile.
  private func hold(_ handle: TransferHandle, of attempt: Int) {
    let isCancelled = state.withLock { state in
      guard state.attempt == attempt else { return false }
      state.isSending = false
      state.handle = handle
      return state.isCancelled
    }
    if isCancelled { handle.cancel() }
  }

  private func cancel() {
    let (handle, isWaiting) = state.withLock { state in
      state.isCancelled = true
      return (state.handle, state.handle == nil && !state.isSending && !state.isOver)
    }
    handle?.cancel()
    if isWaiting { onTransport { [self] in fail(cancellation) } }
  }

  private var cancellation: TransportError {
    TransportError(kind: .cancelled, message: "the request was cancelled", request: request.identity)
  }

  private var gone: TransportError {
    TransportError(
      kind: .shutDown, message: "the transport was shut down before this request", request: request.identity)
  }

  private func error(_ message: String) -> TransportError {
    TransportError(kind: .authentication, message: message, request: request.identity)
  }

  /// Ends an exchange that was never begun, or not for the second time.
  private func fail(_ error: TransportError) {
    let (isMine, hasBegun) = state.withLock { state in
      defer { state.isOver = true }
      return (!state.isOver, state.hasBegun)
    }
    guard isMine else { return }
    let now = transport?.now ?? .now
    if !hasBegun { observer.transferStarted(at: now) }
    observer.transferEnded(TransferEnd(error: error.redacted(by: Redactor(authenticator.secrets)), instant: now))
  }

  /// Tells of the response that was held back: there is no better one.
  private func giveUp() {
    let refusal = state.withLock { state in
      defer { (state.refusal, state.isOver) = (nil, true) }
      return state.isOver ? nil : state.refusal
    }
    guard let refusal else { return }
    tell(refusal)
    if let end = refusal.end { observer.transferEnded(end) }
  }

  private func tell(_ held: Held) {
    observer.transferReceived(head: held.head, at: held.instant)
    for piece in held.pieces { _ = observer.transferReceived(body: piece.bytes.span, at: piece.instant) }
  }

  // MARK: - What the transport tells

  package func transferStarted(at instant: MonotonicInstant) {
    let isFirst = state.withLock { state in
      defer { state.hasBegun = true }
      return !state.hasBegun
    }
    if isFirst { observer.transferStarted(at: instant) }
  }

  package func transferSent(at instant: MonotonicInstant) {
    let isFirst = state.withLock { state in
      defer { state.hasSent = true }
      return !state.hasSent
    }
    if isFirst { observer.transferSent(at: instant) }
  }

  package func transferReceived(head: HTTPResponse, at instant: MonotonicInstant) {
    let isHeld = state.withLock { state in
      guard head.status.code == 401, !state.isAgain else { return false }
      state.held = Held(head: head, instant: instant)
      return true
    }
    if !isHeld { observer.transferReceived(head: head, at: instant) }
  }

  package func transferReceived(body bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand {
    let tooLong = state.withLock { state -> Held?? in
      guard state.held != nil else { return .none }
      let piece = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
      state.held?.pieces.append((piece, instant))
      state.held?.count += piece.count
      guard let held = state.held, held.count > Self.heldBytes else { return .some(nil) }
      state.held = nil
      return .some(held)
    }
    guard let tooLong else { return observer.transferReceived(body: bytes, at: instant) }
    if let tooLong { tell(tooLong) }
    return .more
  }

  package func transferEnded(_ end: TransferEnd) {
    let (held, complete, isCancelled) = state.withLock { state in
      state.held?.end = end
      return (state.held, state.complete, state.isCancelled)
    }
    if let held, end.error == nil, !isCancelled,
      authenticator.isRefused(held.head, held.pieces.flatMap(\.bytes))
    {
      state.withLock { state in
        state.isAgain = true
        state.attempt += 1  // its handle may still be to come, and is of no use
        (state.handle, state.isSending) = (nil, false)
        (state.refusal, state.held) = (state.held, nil)
      }
      return fetch(replacing: complete)
    }
    let isAgain = state.withLock { state in
      state.held = nil
      state.isOver = true
      return state.isAgain
    }
    if let held { tell(held) }
    var end = end
    if isAgain { end.metrics.wasResent = true }
    observer.transferEnded(end)
  }
}
