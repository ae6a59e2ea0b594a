import HTTPTypes
internal import NPUBase
public import NPUTransport

/// The chunks of a streamed response, in the order of arrival, each with the instant at which it left the socket.
///
/// The exchange begins when the first chunk is asked for, once for each iteration. Iteration ends without an error only
/// if the response is whole: each choice that was asked for or seen has its finish reason, and the stream ended with
/// its mark or cleanly. After the mark the rest of the body is read and dropped, so that the connection can be used
/// again.
///
/// Errors are ``ServiceError`` values: a bad status, an error event inside the stream, a stream that is cut or is none,
/// or a broken exchange. They come after every chunk before them, and are the same that a load counts. A server that
/// answers with one JSON document gives one chunk, marked ``Received/isWholeResponse``.
public struct ChunkStream<Chunk: StreamChunk>: AsyncSequence, Sendable {
  /// A chunk with its time of arrival.
  public typealias Element = Received<Chunk>

  private let transport: any Transport
  private let choices: Int
  private let prepare: @Sendable () throws -> TransferRequest

  /// Creates a stream from what makes its request.
  ///
  /// - Parameters:
  ///   - transport: What carries the request.
  ///   - choices: How many choices the request asks for.
  ///   - prepare: Makes the request.
  init(transport: any Transport, choices: Int = 1, prepare: @escaping @Sendable () throws -> TransferRequest) {
    self.transport = transport
    self.choices = choices
    self.prepare = prepare
  }

  /// Begins a new exchange.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(transport: transport, choices: choices, prepare: prepare)
  }

  /// Reads one exchange.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private let transport: any Transport
    private let choices: Int
    private let prepare: @Sendable () throws -> TransferRequest
    private var phase = Phase.idle
    private var body: BodyChunks?

    private enum Phase {
      case idle
      case open(Reading)
      case ended
    }

    init(transport: any Transport, choices: Int, prepare: @escaping @Sendable () throws -> TransferRequest) {
      self.transport = transport
      self.choices = choices
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
        reading = try await Reading(transport: transport, request: try prepare(), choices: choices)
        body = reading.body
      }
      // Set again below: an error of any kind leaves the iteration ended.
      phase = .ended
      let chunk = try await reading.next()
      if chunk != nil { phase = .open(reading) }
      return chunk
    }
  }

  /// An exchange whose head has arrived.
  struct Reading {
    private let head: HTTPResponse
    private let request: String
    let body: BodyChunks
    private var pieces: BodyChunks.Iterator
    /// What reads the events; `nil` for a response that is no stream.
    private var reader: ChunkReader<Chunk>?
    private var isOver = false

    init(transport: any Transport, request: TransferRequest, choices: Int) async throws {
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
      pieces = body.makeAsyncIterator()
      self.request = request.identity
      if head.status.kind == .successful, MediaType.of(head).isEventStream {
        let limit = request.limits.lineBytes
        let parser = ServerSentEventParser(maximumLineBytes: limit, maximumEventBytes: limit)
        reader = ChunkReader(choices: choices, parser: parser)
      }
    }

    mutating func next() async throws -> Received<Chunk>? {
      guard reader != nil else { return isOver ? nil : try await whole() }
      while true {
        if let chunk = reader?.next() { return chunk }
        guard !isOver else { return nil }
        if reader?.isSettled == true {
          try end()
          // The response is whole; how its connection ends changes nothing.
          while (try? await pieces.next()) != nil {}
          return nil
        }
        do {
          if let piece = try await pieces.next() { reader?.take(piece) } else { try end() }
        } catch let error as CancellationError {
          throw error
        } catch let error as ServiceError {
          throw error
        } catch {
          try end(brokenBy: error)
        }
      }
    }

    /// Ends the stream well, or throws what was wrong with it.
    private mutating func end(brokenBy cause: (any Error)? = nil) throws {
      isOver = true
      switch reader?.end(isBroken: cause != nil) {
      case .whole, nil: return
      case .brokenOff: if let cause { throw broken(cause) }
      case .faulty(let fault): throw ServiceError(fault, head: head, request: request, underlying: reader?.cause)
      }
    }

    /// The error of an exchange that broke while the body came.
    private func broken(_ cause: any Error) -> ServiceError {
      var error = ServiceError(wrapping: cause, status: head.status.code, request: request)
      if let reader { error.message += ", after \(reader.events) events of the stream" }
      error.requestID = ServiceError.requestID(of: head)
      return error
    }

    /// A response that is no stream: an error, a page, or the whole document of a server that does not stream.
    private mutating func whole() async throws -> Received<Chunk>? {
      isOver = true
      let isGood = head.status.kind == .successful
      // Of an error its beginning is enough.
      let limit = isGood ? 64 << 20 : 1 << 20
      var bytes: [UInt8] = []
      var last: MonotonicInstant?
      do {
        while bytes.count < limit, let piece = try await pieces.next() {
          bytes += piece.bytes.prefix(limit - bytes.count)
          last = piece.receivedAt
        }
      } catch let error as CancellationError {
        throw error
      } catch {
        // A broken body of an error response is no reason to forget its status.
        if isGood { throw broken(error) }
      }
      let whole = try ServiceExchange.document(Chunk.Whole.self, head: head, body: bytes, request: request)
      guard let last else { return nil }
      return Received(Chunk(whole), receivedAt: last, isWholeResponse: true)
    }
  }
}

@available(*, unavailable)
extension ChunkStream.AsyncIterator: Sendable {}
