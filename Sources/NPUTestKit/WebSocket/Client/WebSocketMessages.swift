internal import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport
internal import Synchronization

/// The messages of a service in the order of arrival, each stamped as its last frame left the socket.
///
/// The exchange begins when the first is asked for, once for each iteration. Iteration ends without an error when the
/// service closes the connection with code 1000, or without a code. If the reader is slow, the socket is not read.
///
/// Errors are ``ServiceError`` values: a handshake that is refused, with the status and the words of the service; a
/// connection that is closed with another code, or breaks.
public struct WebSocketMessages: AsyncSequence, Sendable {
  /// A message with its time of arrival.
  public typealias Element = WebSocketMessage

  private let transport: WebSocketTransport
  private let prepare: @Sendable () throws -> TransferRequest

  init(transport: WebSocketTransport, prepare: @escaping @Sendable () throws -> TransferRequest) {
    self.transport = transport
    self.prepare = prepare
  }

  /// Begins a new exchange.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(transport: transport, prepare: prepare) }

  /// Reads one exchange.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private let carrier: TaggedMessages
    private let prepare: @Sendable () throws -> TransferRequest
    private var request: TransferRequest?
    private var pieces: BodyChunks.Iterator?
    private var isOver = false

    init(transport: WebSocketTransport, prepare: @escaping @Sendable () throws -> TransferRequest) {
      carrier = TaggedMessages(transport)
      self.prepare = prepare
    }

    /// What the service said as it closed the connection; `nil` while it has not.
    public var close: WebSocketClose? { carrier.close }

    /// The next message; `nil` after the last.
    ///
    /// - Throws: ``ServiceError``, once; afterwards the iteration has ended.
    public mutating func next() async throws -> WebSocketMessage? {
      guard !isOver else { return nil }
      isOver = true
      let message = try await receive()
      isOver = message == nil
      return message
    }

    private mutating func receive() async throws -> WebSocketMessage? {
      let request = try request ?? prepare()
      self.request = request
      let redactor = Redactor(request, over: carrier)
      do {
        if pieces == nil { pieces = try await begin(request) }
        while let piece = try await pieces?.next() {
          guard let tag = piece.bytes.first, tag != MessageRendering.silence else { continue }
          return WebSocketMessage(
            tag == MessageRendering.text ? .text : .binary, Array(piece.bytes.dropFirst()), receivedAt: piece.receivedAt
          )
        }
        return nil
      } catch let error as CancellationError {
        throw error
      } catch {
        throw (error as? ServiceError ?? ServiceError(wrapping: error, request: request.identity))
          .redacted(by: redactor)
      }
    }

    /// Begins the exchange.
    ///
    /// - Throws: ``ServiceError`` for a handshake that is refused.
    private func begin(_ request: TransferRequest) async throws -> BodyChunks.Iterator {
      let response = try await carrier.stream(request)
      var pieces = response.body.makeAsyncIterator()
      guard response.head.status.kind != .successful else { return pieces }
      var body: [UInt8] = []
      // Of an error its beginning is enough.
      while body.count < 1 << 20, let piece = try? await pieces.next() { body += piece.bytes }
      throw ServiceError(
        response: response.head, body: body, request: request.identity, elapsed: response.body.instants.untilHead)
    }
  }
}

@available(*, unavailable)
extension WebSocketMessages.AsyncIterator: Sendable {}

/// Has the messages of one exchange delivered each in one piece, and keeps what the service says at its end.
private final class TaggedMessages: Transport, SecretKeeper {
  private let transport: WebSocketTransport
  private let closing = Mutex<WebSocketClose?>(nil)

  init(_ transport: WebSocketTransport) { self.transport = transport }

  var close: WebSocketClose? { closing.withLock(\.self) }
  var secrets: [String] { transport.secrets }
  var now: MonotonicInstant { transport.now }

  func start(_ request: TransferRequest, observer: any TransferObserver) -> TransferHandle {
    transport.start(request, observer: observer, rendering: .tagged) { [self] close in
      closing.withLock { $0 = close }
    }
  }

  func schedule(at instant: MonotonicInstant, _ action: @escaping @Sendable () -> Void) {
    transport.schedule(at: instant, action)
  }
}
