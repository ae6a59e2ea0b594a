import HTTPTypes
internal import NPUBase
public import NPUTransport

/// The chunks of a streamed response, in the order of arrival, each with the instant at which it left the socket.
///
/// The exchange begins when the first chunk is asked for, once for each iteration. Iteration ends without an error only
/// if the response is whole: it has text, each choice that was asked for or seen has its finish reason, of which none
/// says that the server gave up, and the stream ended with its mark or cleanly. After the mark the rest of the body is
/// read and dropped for a second at most, so that the connection can be used again.
///
/// A stream is known by its first bytes, whatever media type its head names.
///
/// Errors are ``ServiceError`` values: a bad status, an error event inside the stream, a stream that is cut or is none,
/// or a broken exchange. They come after every chunk before them, and are the same that a load counts. A server that
/// answers with one JSON document gives one chunk, marked ``Received/isWholeResponse``.
public struct ChunkStream<Chunk: StreamChunk>: AsyncSequence, Sendable {
  /// A chunk with its time of arrival.
  public typealias Element = Received<Chunk>

  private let transport: any Transport
  private let judge: AnswerJudge
  private let form: StreamForm
  private let prepare: @Sendable () throws -> TransferRequest

  /// Creates a stream from what makes its request.
  ///
  /// - Parameters:
  ///   - transport: What carries the request.
  ///   - judge: What is to judge the response.
  ///   - form: In what form its events are written.
  ///   - prepare: Makes the request.
  init(
    transport: any Transport, judge: AnswerJudge = AnswerJudge(), form: StreamForm = .chunks,
    prepare: @escaping @Sendable () throws -> TransferRequest
  ) {
    self.transport = transport
    self.judge = judge
    self.form = form
    self.prepare = prepare
  }

  /// Begins a new exchange.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(transport: transport, judge: judge, form: form, prepare: prepare)
  }

  /// Reads one exchange.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private let transport: any Transport
    private let judge: AnswerJudge
    private let form: StreamForm
    private let prepare: @Sendable () throws -> TransferRequest
    private var phase = Phase.idle
    private var body: BodyChunks?

    private enum Phase {
      case idle
      case open(Reading)
      case ended
    }

    init(
      transport: any Transport, judge: AnswerJudge, form: StreamForm,
      prepare: @escaping @Sendable () throws -> TransferRequest
    ) {
      self.transport = transport
      self.judge = judge
      self.form = form
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
        reading = try await Reading(transport: transport, request: try prepare(), judge: judge, form: form)
        body = reading.body
      }
      // Set again below: an error of any kind leaves the iteration ended.
      phase = .ended
      let chunk: Received<Chunk>?
      do { chunk = try await reading.next() } catch let error as ServiceError {
        throw error.redacted(by: reading.redactor)
      }
      if chunk != nil { phase = .open(reading) }
      return chunk
    }
  }

  /// An exchange whose head has arrived.
  struct Reading {
    private let head: HTTPResponse
    private let request: String
    /// Takes the secrets of the request out of errors.
    let redactor: Redactor
    let body: BodyChunks
    private var pieces: BodyChunks.Iterator
    private let judge: AnswerJudge
    private let form: StreamForm
    private let lineLimit: Int
    /// What reads the events; `nil` for a response that is no stream, or not yet known to be one.
    private var reader: ChunkReader<Chunk>?
    private var isOver = false

    init(transport: any Transport, request: TransferRequest, judge: AnswerJudge, form: StreamForm) async throws {
      redactor = Redactor(request, over: transport)
      let response: StreamingResponse
      do {
        response = try await transport.stream(request)
      } catch let error as CancellationError {
        throw error
      } catch {
        throw ServiceError(wrapping: error, request: request.identity).redacted(by: redactor)
      }
      head = response.head
      body = response.body
      pieces = body.makeAsyncIterator()
      self.request = request.identity
      self.judge = judge
      self.form = form
      lineLimit = request.limits.lineBytes
      if head.status.kind == .successful, form.isStream(MediaType.of(head)) { beginReading() }
    }

    private mutating func beginReading() {
      var judge = judge
      judge.foreignCharset = TextEncoding.foreignCharset(head)
      reader = ChunkReader(judge: judge, form, limit: lineLimit)
    }

    mutating func next() async throws -> Received<Chunk>? {
      if reader == nil {
        guard !isOver else { return nil }
        var beginning: [BodyChunk] = []
        // No first bytes tell a stream whose events end with a NUL from a document.
        guard head.status.kind == .successful, !form.isNULFramed, try await isStream(&beginning) else {
          return try await whole(beginning)
        }
        beginReading()
        for piece in beginning { reader?.take(piece) }
      }
      while true {
        if let chunk = reader?.next() { return chunk }
        guard !isOver else { return nil }
        if reader?.isSettled == true {
          try end()
          // The response is whole; how its connection ends changes nothing, and nobody waits long for it.
          body.finish()
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

    /// Whether the body is a stream, by its first bytes, which the head does not say.
    private mutating func isStream(_ beginning: inout [BodyChunk]) async throws -> Bool {
      var sniffer = StreamSniffer()
      do {
        while sniffer.verdict == .open, let piece = try await pieces.next() {
          beginning.append(piece)
          sniffer.take(piece.bytes.span)
        }
      } catch let error as CancellationError {
        throw error
      } catch {
        isOver = true
        throw broken(error)
      }
      return sniffer.verdict == .stream
    }

    /// A response that is no stream: an error, a page, or the whole document of a server that does not stream.
    private mutating func whole(_ beginning: [BodyChunk]) async throws -> Received<Chunk>? {
      isOver = true
      let isGood = head.status.kind == .successful
      // Of an error its beginning is enough; how large a good response may be, the transport decides.
      let limit = isGood ? Int.max : 1 << 20
      var bytes = beginning.flatMap(\.bytes)
      var last = beginning.last?.receivedAt
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
      let whole = try ServiceExchange.answer(Chunk.Whole.self, head: head, body: bytes, request: request, judge, form)
      guard let last else { return nil }
      return Received(Chunk(whole), receivedAt: last, isWholeResponse: true)
    }
  }
}

@available(*, unavailable)
extension ChunkStream.AsyncIterator: Sendable {}
