public import HTTPTypes
public import NPUBase

/// Carries HTTP exchanges: one request out, one response in, every step stamped as it happens.
///
/// A transport is driven by callbacks on a thread of its own, because the time of a byte is the time it left the socket
/// and not the time a task came round to look at it. People rarely call ``start(_:observer:)``; ``response(to:)`` and
/// ``stream(_:)`` stand on it for every transport alike.
///
/// A double for tests takes a dozen lines, and ``ScriptedTransport`` is one that is ready to use.
public protocol Transport: Sendable {
  /// Hands one exchange over and returns at once.
  ///
  /// May be called from any thread, the observer's callbacks included: a load generator starts the next request from
  /// the end of the last one, without a thread change between them.
  ///
  /// A request with a ``TransferRequest/authenticator`` is completed by it first. The transports of the kit do so; one of
  /// your own does it by handing on to one of them, or by itself.
  ///
  /// - Parameters:
  ///   - request: What to send.
  ///   - observer: What to tell. It is kept until ``TransferObserver/transferEnded(_:)`` has returned, which is
  ///     called exactly once, whatever happens.
  /// - Returns: A handle by which to cancel or resume the exchange.
  @discardableResult
  func start(_ request: TransferRequest, observer: any TransferObserver) -> TransferHandle

  /// Calls a function at an instant, on the thread of the callbacks.
  ///
  /// An open-loop load starts its requests from here, so that no thread change stands between the schedule and the
  /// socket.
  ///
  /// - Parameters:
  ///   - instant: When; at once if it has passed.
  ///   - action: What to do. It must be short, and is dropped uncalled when the transport shuts down.
  func schedule(at instant: MonotonicInstant, _ action: @escaping @Sendable () -> Void)

  /// The clock that this transport stamps by.
  var now: MonotonicInstant { get }
}

/// What a transport tells of one exchange, in order, one call at a time, on the transport's own thread.
///
/// The calls hold up every other exchange of the transport: they must be short and must not wait.
public protocol TransferObserver: AnyObject, Sendable {
  /// The exchange left the queue and begins: name lookup, connection or reuse of one comes next.
  func transferStarted(at instant: MonotonicInstant)

  /// The request has been written: a small one (up to 64 KiB of body) is about to leave in one write, a larger one has
  /// just left.
  func transferSent(at instant: MonotonicInstant)

  /// The final response head arrived; interim 1xx heads and followed redirects are not told.
  func transferReceived(head: HTTPResponse, at instant: MonotonicInstant)

  /// A piece of the response body arrived, stamped as it left the socket.
  ///
  /// - Parameters:
  ///   - bytes: The piece, valid during the call only, transfer and content coding removed.
  ///   - instant: When it was read; pieces of one socket read may share their stamp.
  /// - Returns: Whether to go on. After `.pause` the same transfer delivers nothing more until
  ///   ``TransferHandle/resume()``, and the peer feels the back-pressure.
  func transferReceived(body bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand

  /// The exchange ended, well or badly. Nothing is called after this.
  func transferEnded(_ end: TransferEnd)
}

/// What an observer wants after a piece of the body.
@frozen
public enum TransferDemand: Sendable, Hashable {
  /// Go on reading.
  case more
  /// Go on reading; the piece says nothing, such as a keep-alive comment: for ``TransferTimeouts/content`` the silence
  /// goes on.
  case moreOfSilence
  /// The piece is accepted; stop reading the socket until resumed.
  case pause
  /// The rest is not wanted: close the connection. The exchange ends without an error.
  case stop
  /// All that matters has come: the end of the body is waited for a second, so that the connection can be used again.
  ///
  /// A body that does not end by then is cut off. The exchange ends without an error.
  case finish

  /// How long the end of a body may take whose reader has all that it wants.
  static var finishTime: Duration { .seconds(1) }
}

/// How one exchange ended.
public struct TransferEnd: Sendable, Hashable {
  /// What went wrong, or `nil` if the response arrived whole or the observer stopped it.
  public var error: TransportError?
  /// What the transport measured.
  public var metrics: TransferMetrics
  /// When the transport saw the end.
  public var instant: MonotonicInstant

  /// Creates the end of an exchange.
  public init(error: TransportError? = nil, metrics: TransferMetrics = TransferMetrics(), instant: MonotonicInstant) {
    self.error = error
    self.metrics = metrics
    self.instant = instant
  }
}

/// A handle to an exchange that was started.
public struct TransferHandle: Sendable {
  private let onCancel: @Sendable () -> Void
  private let onResume: @Sendable () -> Void

  /// Creates a handle from what to do; for implementations of ``Transport``.
  public init(cancel: @escaping @Sendable () -> Void, resume: @escaping @Sendable () -> Void) {
    onCancel = cancel
    onResume = resume
  }

  /// Ends the exchange at once with an error of kind `cancelled`; without effect when it has ended.
  public func cancel() { onCancel() }

  /// Goes on reading after ``TransferDemand/pause``; without effect otherwise.
  public func resume() { onResume() }
}

extension Transport {
  /// Suspends the task until an instant of the transport's own clock.
  ///
  /// With a scripted transport no time passes in the world: a test of an hour of waiting takes none.
  ///
  /// - Throws: `CancellationError` if the task is cancelled first; ``TransportError`` of kind `shutDown` if the
  ///   transport is gone.
  package func wait(until instant: MonotonicInstant) async throws {
    let signal = OneShot<Result<Void, any Error>>()
    try await withTaskCancellationHandler {
      begin(signal, until: instant)
      try await signal.wait().get()
    } onCancel: {
      signal.give(.failure(CancellationError()))
    }
  }

  /// Apart from the waiting, so that nothing but the transport keeps the commitment alive.
  private func begin(_ signal: OneShot<Result<Void, any Error>>, until instant: MonotonicInstant) {
    let commitment = Commitment {
      signal.give(
        .failure(TransportError(kind: .shutDown, message: "the transport was shut down during a wait", request: "")))
    }
    schedule(at: instant) {
      commitment.keep()
      signal.give(.success(()))
    }
  }
}
