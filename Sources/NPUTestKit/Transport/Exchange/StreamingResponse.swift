public import HTTPTypes
public import NPUBase
internal import Synchronization

/// A response whose body is still arriving.
public struct StreamingResponse: Sendable {
  /// Status and header fields.
  public var head: HTTPResponse
  /// The body, piece by piece as it arrives.
  public var body: BodyChunks
}

extension Transport {
  /// Sends a request and returns as soon as the response head has arrived.
  ///
  /// - Parameter request: What to send.
  /// - Returns: The head, whatever its status, and the body as a sequence.
  /// - Throws: ``TransportError`` if the exchange broke before the head, `CancellationError` if the task was cancelled.
  public func stream(_ request: TransferRequest) async throws -> StreamingResponse {
    let feed = BodyFeed(identity: request.identity)
    let head = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        feed.awaitHead(continuation)
        feed.hold(start(request, observer: feed), of: self)
      }
    } onCancel: {
      feed.cancel()
    }
    return StreamingResponse(head: head, body: BodyChunks(lease: BodyChunks.Lease(feed: feed)))
  }
}

/// The pieces of a response body in the order of arrival.
///
/// The sequence is single-pass. When its reader is slow the transport stops reading the socket, so that at most some
/// 256 KiB wait here. When the sequence and its iterators are let go, or the reading task is cancelled, the exchange is
/// cancelled.
///
/// - Throws: ``TransportError`` where the body breaks off; `CancellationError` if the task is cancelled.
public struct BodyChunks: AsyncSequence, Sendable {
  /// Cancels the exchange when the last reader lets go; the transport itself keeps only the feed.
  final class Lease: Sendable {
    let feed: BodyFeed

    init(feed: BodyFeed) { self.feed = feed }

    deinit { feed.cancel() }
  }

  private let lease: Lease

  init(lease: Lease) { self.lease = lease }

  /// How the exchange ended, once it has.
  public var end: TransferEnd? { lease.feed.end }

  /// When the steps of the exchange happened that have happened.
  public var instants: TransferInstants { lease.feed.instants }

  /// Starts reading.
  public func makeAsyncIterator() -> Iterator { Iterator(lease: lease) }

  /// Takes note that all that matters has come: a body that does not end within a second is cut off.
  package func finish() { lease.feed.finish() }

  /// Reads the pieces one after another.
  public struct Iterator: AsyncIteratorProtocol {
    let lease: Lease

    /// The next piece, or `nil` after the last one.
    public mutating func next() async throws -> BodyChunk? {
      let feed = lease.feed
      return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { feed.awaitChunk($0) }
      } onCancel: {
        feed.cancel()
      }
    }
  }
}

@available(*, unavailable)
extension BodyChunks.Iterator: Sendable {}

/// What stands between the network thread and the reader of a body.
final class BodyFeed: TransferObserver {
  private static let highWater = 256 << 10
  private static let lowWater = 64 << 10

  fileprivate struct State {
    var handle: TransferHandle?
    var transport: (any Transport)?
    var isCancelled = false
    var head: CheckedContinuation<HTTPResponse, any Error>?
    var reader: CheckedContinuation<BodyChunk?, any Error>?
    var chunks: [BodyChunk] = []
    var next = 0
    var waitingBytes = 0
    var isPaused = false
    /// Tells keep-alive comments from events, where the head says that the body is a stream of events.
    var filter: SilenceFilter?
    var end: TransferEnd?
    var instants = TransferInstants()
  }

  private let identity: String
  private let state = Mutex(State())

  init(identity: String) { self.identity = identity }

  var end: TransferEnd? { state.withLock(\.end) }
  var instants: TransferInstants { state.withLock(\.instants) }

  func awaitHead(_ continuation: CheckedContinuation<HTTPResponse, any Error>) {
    state.withLock { $0.head = continuation }
  }

  /// Keeps the handle, and the transport for as long as the exchange runs.
  func hold(_ handle: TransferHandle, of transport: any Transport) {
    let isCancelled = state.withLock { state in
      if state.end == nil {
        state.handle = handle
        state.transport = transport
      }
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

  /// Cuts the body off unless it ends soon, as ``TransferDemand/finish`` does.
  func finish() {
    let (transport, handle) = state.withLock { ($0.transport, $0.handle) }
    guard let transport, let handle else { return }
    transport.schedule(at: transport.now.advanced(by: TransferDemand.finishTime)) { handle.cancel() }
  }

  /// Gives the next piece to a reader, now or when it comes.
  func awaitChunk(_ continuation: CheckedContinuation<BodyChunk?, any Error>) {
    enum Step {
      case answer(Result<BodyChunk?, any Error>, resume: TransferHandle?)
      case wait
    }
    let step = state.withLock { state -> Step in
      if let chunk = state.takeChunk() {
        guard state.isPaused, state.waitingBytes <= BodyFeed.lowWater else {
          return .answer(.success(chunk), resume: nil)
        }
        state.isPaused = false
        return .answer(.success(chunk), resume: state.handle)
      }
      if let end = state.end { return .answer(state.result(of: end), resume: nil) }
      guard state.reader == nil else {
        let error = TransportError(
          kind: .invalidRequest, message: "two tasks read one body at once; it has one reader", request: identity)
        return .answer(.failure(error), resume: nil)
      }
      state.reader = continuation
      return .wait
    }
    if case .answer(let result, let handle) = step {
      continuation.resume(with: result)
      handle?.resume()
    }
  }

  func transferStarted(at instant: MonotonicInstant) { state.withLock { $0.instants.started = instant } }
  func transferSent(at instant: MonotonicInstant) { state.withLock { $0.instants.sent = instant } }

  func transferReceived(head: HTTPResponse, at instant: MonotonicInstant) {
    let continuation = state.withLock { state in
      state.instants.head = instant
      let isEvents = head.headerFields[.contentType]?.lowercased().hasPrefix("text/event-stream") == true
      state.filter = isEvents ? SilenceFilter() : nil
      defer { state.head = nil }
      return state.head
    }
    continuation?.resume(returning: head)
  }

  func transferReceived(body bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand {
    let chunk = unsafe bytes.withUnsafeBufferPointer { unsafe BodyChunk(bytes: Array($0), receivedAt: instant) }
    let (reader, demand) = state.withLock { state -> (CheckedContinuation<BodyChunk?, any Error>?, TransferDemand) in
      if state.instants.firstByte == nil { state.instants.firstByte = instant }
      let more = state.filter?.saysSomething(bytes) == false ? TransferDemand.moreOfSilence : .more
      if let reader = state.reader {
        state.reader = nil
        return (reader, more)
      }
      state.chunks.append(chunk)
      state.waitingBytes += chunk.bytes.count
      state.isPaused = state.waitingBytes >= BodyFeed.highWater
      return (nil, state.isPaused ? .pause : more)
    }
    reader?.resume(returning: chunk)
    return demand
  }

  func transferEnded(_ end: TransferEnd) {
    let (head, reader, result, transport) = state.withLock { state in
      state.end = end
      state.instants.ended = end.instant
      defer {
        state.head = nil
        state.reader = nil
        state.handle = nil
        state.transport = nil  // let go outside the lock, by whoever calls
      }
      return (state.head, state.reader, state.result(of: end), state.transport)
    }
    reader?.resume(with: result)
    switch result {
    case .failure(let error): head?.resume(throwing: error)
    case .success:
      head?.resume(
        throwing: TransportError(
          kind: .protocolViolation, message: "the exchange ended without a response head", request: identity))
    }
    withExtendedLifetime(transport) {}
  }
}

extension BodyFeed.State {
  fileprivate mutating func takeChunk() -> BodyChunk? {
    guard next < chunks.count else { return nil }
    let chunk = chunks[next]
    next += 1
    waitingBytes -= chunk.bytes.count
    if next == chunks.count {
      chunks.removeAll(keepingCapacity: true)
      next = 0
    } else if next * 2 >= chunks.count {
      // A reader that never catches up must not keep alive what it has read.
      chunks.removeFirst(next)
      next = 0
    }
    return chunk
  }

  fileprivate func result(of end: TransferEnd) -> Result<BodyChunk?, any Error> {
    guard let error = end.error else { return .success(nil) }
    return .failure(error.kind == .cancelled && isCancelled ? CancellationError() : error)
  }
}

/// A piece of a response body with the instant at which it left the socket.
public struct BodyChunk: Sendable, Hashable {
  /// The bytes, transfer and content coding removed.
  public var bytes: [UInt8]
  /// When the piece was read from the socket.
  public var receivedAt: MonotonicInstant

  /// Creates a piece of a body.
  public init(bytes: [UInt8], receivedAt: MonotonicInstant) {
    self.bytes = bytes
    self.receivedAt = receivedAt
  }
}
