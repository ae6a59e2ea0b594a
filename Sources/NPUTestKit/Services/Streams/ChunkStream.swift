import HTTPTypes
internal import NPUBase
public import NPUTransport

/// The chunks of a streamed response, in the order of arrival, each with the instant at which it left the socket.
///
/// The exchange begins when the first chunk is asked for, once for each iteration. Iteration ends without an error only if the response is
/// whole: each choice has its finish reason, and the stream ended with its mark or cleanly. After the mark the rest of the
/// body is read and dropped, so that the connection can be used again.
///
/// Errors are ``ServiceError`` values: a bad status, an error event inside the stream, a stream that is cut or is none, or a broken
/// exchange. A server that answers with one JSON document gives one chunk, marked ``Received/isWholeResponse``.
public struct ChunkStream<Chunk: StreamChunk>: AsyncSequence, Sendable {
  /// A chunk with its time of arrival.
  public typealias Element = Received<Chunk>

  private let transport: any Transport
  private let prepare: @Sendable () throws -> TransferRequest

  /// Creates a stream from what makes its request.
  init(transport: any Transport, prepare: @escaping @Sendable () throws -> TransferRequest) {
    self.transport = transport
    self.prepare = prepare
  }

  /// Begins a new exchange.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(transport: transport, prepare: prepare)
  }

  /// Reads one exchange.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private let transport: any Transport
    private let prepare: @Sendable () throws -> TransferRequest
    private var phase = Phase.idle
    private var body: BodyChunks?

    private enum Phase {
      case idle
      case open(Reading)
      case ended
    }

    init(transport: any Transport, prepare: @escaping @Sendable () throws -> TransferRequest) {
      self.transport = transport
      self.prepare = prepare
    }

    /// When the steps of the exchange happened that have happened.
    public var instants: TransferInstants { body?.instants ?? TransferInstants() }

    /// What the transport measured; nothing before the exchange has ended.
    public var metrics: TransferMetrics { body?.end?.metrics ?? TransferMetrics() }

    /// The next chunk, or `nil` after the end of a whole response.
    ///
    /// - Throws: ``ServiceError``, once; afterwards the iteration has ended.
    public mutating func next() async throws -> Received<Chunk>? {
      var reading: Reading
      switch phase {
      case .ended: return nil
      case .open(let current): reading = current
      case .idle:
        phase = .ended
        reading = try await Reading(transport: transport, request: try prepare())
        body = reading.body
      }
      // Set again below: an error of any kind leaves the iteration ended.
      phase = .ended
      let chunk = try await reading.next()
      if chunk != nil { phase = .open(reading) }
      return chunk
    }
  }

  /// The state of an exchange whose head has arrived.
  struct Reading {
    private let head: HTTPResponse
    private let request: String
    let body: BodyChunks
    private var events: ServerSentEvents<BodyChunks>.Iterator?
    private var state: ChunkStreamState<Chunk>
    private var isDone = false

    init(transport: any Transport, request: TransferRequest) async throws {
      let response: StreamingResponse
      do {
        response = try await transport.stream(request)
      } catch let error as CancellationError {
        throw error
      } catch {
        throw ServiceError(wrapping: error, request: request.identity)
      }
      head = response.head
      body = response.body
      self.request = request.identity
      state = ChunkStreamState(head: response.head, request: request.identity)
      if head.status.kind == .successful, MediaType.of(head).isEventStream {
        let limit = request.limits.lineBytes
        let parser = ServerSentEventParser(maximumLineBytes: limit, maximumEventBytes: limit)
        events = ServerSentEvents(body, parser: parser).makeAsyncIterator()
      }
    }

    mutating func next() async throws -> Received<Chunk>? {
      guard !isDone else { return nil }
      guard events != nil else { return try await whole() }
      while let event = try await nextEvent() {
        switch try state.receive(data: event.data, type: event.type) {
        case .skip: continue
        case .chunk(let chunk): return Received(chunk, receivedAt: event.receivedAt)
        case .done:
          isDone = true
          // The response is whole; how its connection ends changes nothing.
          while (try? await events?.next()) != nil {}
          return nil
        }
      }
      return nil
    }

    /// The next event, or `nil` after the good end of a stream.
    private mutating func nextEvent() async throws -> ServerSentEvent? {
      do {
        if let event = try await events?.next() { return event }
        isDone = true
        try state.end(tail: "")
      } catch let error as CancellationError {
        throw error
      } catch let error as StreamError {
        isDone = true
        guard error.kind == .truncated else { throw state.unreadable(error) }
        try state.end(tail: error.tail?.text ?? "")
      } catch let error as ServiceError {
        throw error
      } catch {
        throw state.broken(error)
      }
      return nil
    }

    /// A response that is no stream: an error, a page, or the whole document of a server that does not stream.
    private mutating func whole() async throws -> Received<Chunk>? {
      isDone = true
      let isGood = head.status.kind == .successful
      // Of an error its beginning is enough.
      let limit = isGood ? 64 << 20 : 1 << 20
      var bytes: [UInt8] = []
      var last: MonotonicInstant?
      var pieces = body.makeAsyncIterator()
      do {
        while bytes.count < limit, let piece = try await pieces.next() {
          bytes += piece.bytes.prefix(limit - bytes.count)
          last = piece.receivedAt
        }
      } catch let error as CancellationError {
        throw error
      } catch {
        // A broken body of an error response is no reason to forget its status.
        if isGood { throw state.broken(error) }
      }
      let whole = try ServiceExchange.document(Chunk.Whole.self, head: head, body: bytes, request: request)
      guard let last else { return nil }
      return Received(Chunk(whole), receivedAt: last, isWholeResponse: true)
    }
  }
}

@available(*, unavailable)
extension ChunkStream.AsyncIterator: Sendable {}
