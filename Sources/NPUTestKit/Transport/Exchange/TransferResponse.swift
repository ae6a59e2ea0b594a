public import HTTPTypes
internal import NPUBase
internal import Synchronization

/// A whole response.
public struct TransferResponse: Sendable, Hashable {
  /// Status and header fields.
  public var head: HTTPResponse
  /// The body, transfer and content coding removed.
  public var body: [UInt8]
  /// What the transport measured.
  public var metrics: TransferMetrics
  /// When each step happened.
  public var instants: TransferInstants

  /// Creates a response.
  public init(
    head: HTTPResponse, body: [UInt8] = [], metrics: TransferMetrics = TransferMetrics(),
    instants: TransferInstants = TransferInstants()
  ) {
    self.head = head
    self.body = body
    self.metrics = metrics
    self.instants = instants
  }
}

extension Transport {
  /// Sends a request and collects the response, up to the limit of the request.
  ///
  /// - Parameter request: What to send.
  /// - Returns: The response, whatever its status.
  /// - Throws: ``TransportError`` if the exchange broke, `CancellationError` if the task was cancelled; the exchange is
  ///   then removed at once.
  public func response(to request: TransferRequest) async throws -> TransferResponse {
    try await response(to: request, budget: .process)
  }

  /// The same within a budget for the bodies of all responses that are being collected.
  package func response(to request: TransferRequest, budget: BodyBudget) async throws -> TransferResponse {
    let collector = ResponseCollector(identity: request.identity, budget: budget)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        collector.wait(continuation)
        collector.hold(start(request, observer: collector))
      }
    } onCancel: {
      collector.cancel()
    }
  }
}

/// Puts the pieces of one response together.
private final class ResponseCollector: TransferObserver {
  private struct State {
    var continuation: CheckedContinuation<TransferResponse, any Error>?
    var handle: TransferHandle?
    var isCancelled = false
    var head: HTTPResponse?
    var body: [UInt8] = []
    var instants = TransferInstants()
    /// Whether the budget had no room for the next piece.
    var isOverBudget = false
  }

  private let identity: String
  private let budget: BodyBudget
  private let state = Mutex(State())

  init(identity: String, budget: BodyBudget) {
    self.identity = identity
    self.budget = budget
  }

  func wait(_ continuation: CheckedContinuation<TransferResponse, any Error>) {
    state.withLock { $0.continuation = continuation }
  }

  func hold(_ handle: TransferHandle) {
    let isCancelled = state.withLock { state in
      state.handle = handle
      return state.isCancelled
    }
    if isCancelled { handle.cancel() }
  }

  func cancel() {
    state.withLock { state in
      state.isCancelled = true
      return state.handle
    }?.cancel()
  }

  func transferStarted(at instant: MonotonicInstant) { state.withLock { $0.instants.started = instant } }
  func transferSent(at instant: MonotonicInstant) { state.withLock { $0.instants.sent = instant } }

  func transferReceived(head: HTTPResponse, at instant: MonotonicInstant) {
    state.withLock { state in
      state.head = head
      state.instants.head = instant
    }
  }

  func transferReceived(body bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand {
    state.withLock { state in
      if state.instants.firstByte == nil { state.instants.firstByte = instant }
      guard budget.take(bytes.count) else {
        state.isOverBudget = true
        return .stop
      }
      unsafe bytes.withUnsafeBufferPointer { unsafe state.body.append(contentsOf: $0) }
      return .more
    }
  }

  func transferEnded(_ end: TransferEnd) {
    let ended = state.withLock { state in
      defer { state.continuation = nil }
      state.instants.ended = end.instant
      return state
    }
    // From here on the bytes are the caller's.
    budget.give(back: ended.body.count)
    ended.continuation?.resume(with: result(ended, end))
  }

  private func result(_ state: State, _ end: TransferEnd) -> Result<TransferResponse, any Error> {
    guard !state.isOverBudget else {
      return .failure(
        TransportError(
          kind: .bodyTooLarge, message: budget.refusal(after: state.body.count), request: identity))
    }
    if let error = end.error {
      return .failure(error.kind == .cancelled && state.isCancelled ? CancellationError() : error)
    }
    guard let head = state.head else {
      return .failure(
        TransportError(
          kind: .protocolViolation, message: "the exchange ended without a response head", request: identity))
    }
    return .success(TransferResponse(head: head, body: state.body, metrics: end.metrics, instants: state.instants))
  }
}
