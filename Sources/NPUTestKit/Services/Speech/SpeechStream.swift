public import HTTPTypes
internal import NPUBase
public import NPUTransport

/// The pieces of audio of one response in the order of arrival, each with the instant at which it left the socket.
///
/// The exchange begins when the first piece is asked for, once for each iteration. Pieces are the bytes as the service
/// sent them: of a WAV file the first holds the header; of events, what was in Base64. A piece need not hold whole
/// samples.
///
/// Errors are ``ServiceError`` values: a bad status, an error event, a page or JSON in place of audio, events that stop
/// before their end, or a broken exchange.
public struct SpeechStream: AsyncSequence, Sendable {
  /// A piece of audio with its time of arrival.
  public typealias Element = BodyChunk

  private let transport: any Transport
  private let prepare: @Sendable () throws -> TransferRequest

  /// Creates a stream from what makes its request.
  init(transport: any Transport, prepare: @escaping @Sendable () throws -> TransferRequest) {
    self.transport = transport
    self.prepare = prepare
  }

  /// Begins a new exchange.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(transport: transport, prepare: prepare) }

  /// Reads one exchange.
  public struct AsyncIterator: AsyncIteratorProtocol {
    private let transport: any Transport
    private let prepare: @Sendable () throws -> TransferRequest
    private var response: StreamingResponse?
    private var request = ""
    /// Takes the secrets of the request out of errors.
    private(set) var redactor = Redactor([])
    private var pieces: BodyChunks.Iterator?
    /// What tells events that came under the media type of audio.
    private var sniffer = StreamSniffer(expectsSamples: true)
    /// The first pieces, while it is open what they are, and how many of them have been handed out.
    private var beginning: [BodyChunk] = []
    private var handedOut = 0
    private var events: ServerSentEvents<BodyChunks>.Iterator?
    private var audioBytes = 0
    private var hasEnded = false
    /// The token counts, where the end of a stream of events brought them.
    public private(set) var usage: Usage?

    init(transport: any Transport, prepare: @escaping @Sendable () throws -> TransferRequest) {
      self.transport = transport
      self.prepare = prepare
    }

    /// The head of the response, once it has come.
    public var head: HTTPResponse? { response?.head }
    /// Whether the audio came in server-sent events.
    public var isEventStream: Bool { events != nil }
    /// When the steps of the exchange happened that have happened.
    public var instants: TransferInstants { response?.body.instants ?? TransferInstants() }
    /// What the transport measured; nothing before the exchange has ended.
    public var metrics: TransferMetrics { response?.body.end?.metrics ?? TransferMetrics() }
    /// The request as it stands in messages.
    var requestName: String { request }

    /// The next piece, or `nil` after the end of the audio.
    ///
    /// - Throws: ``ServiceError``, once; afterwards the iteration has ended.
    public mutating func next() async throws -> BodyChunk? {
      guard !hasEnded else { return nil }
      do {
        if response == nil { try await begin() }
        let piece = events == nil ? try await nextPiece() : try await nextOfEvents()
        if piece == nil { hasEnded = true }
        audioBytes += piece?.bytes.count ?? 0
        return piece
      } catch {
        hasEnded = true
        if error is CancellationError { throw error }
        throw ServiceError(wrapping: error, status: head?.status.code, request: request).redacted(by: redactor)
      }
    }

    private mutating func begin() async throws {
      let prepared = try prepare()
      request = prepared.identity
      redactor = Redactor(prepared, over: transport)
      let response = try await transport.stream(prepared)
      self.response = response
      let media = MediaType.of(response.head)
      if response.head.status.kind != .successful || media.isJSON || media.isText {
        throw try await refusal(response, media)
      }
      if media.isEventStream {
        events = ServerSentEvents(response.body).makeAsyncIterator()
      } else {
        pieces = response.body.makeAsyncIterator()
      }
    }

    private mutating func nextPiece() async throws -> BodyChunk? {
      while sniffer.verdict == .open, let piece = try await pieces?.next() {
        if !piece.bytes.isEmpty { beginning.append(piece) }
        sniffer.take(piece.bytes.span)
      }
      if sniffer.verdict == .stream, let head {
        throw ServiceError(
          kind: .wrongContentType,
          message:
            "the response is a stream of events under \(MediaType.of(head).shown); the service must send it as "
            + "text/event-stream",
          status: head.status.code, request: request, requestID: ServiceError.requestID(of: head))
      }
      if handedOut < beginning.count {
        defer { handedOut += 1 }
        return beginning[handedOut]
      }
      beginning = []
      handedOut = 0
      while let piece = try await pieces?.next() {
        if !piece.bytes.isEmpty { return piece }
      }
      return nil
    }

    private mutating func nextOfEvents() async throws -> BodyChunk? {
      do {
        while let event = try await events?.next() {
          switch SpeechEvent(data: event.data, type: event.type) {
          case .audio(let bytes) where bytes.isEmpty: continue
          case .audio(let bytes): return BodyChunk(bytes: bytes, receivedAt: event.receivedAt)
          case .done(let counts):
            usage = counts ?? usage
            // The response is whole; how its connection ends changes nothing, and nobody waits long for it.
            response?.body.finish()
            while (try? await events?.next()) != nil {}
            return nil
          case .error(let body): throw failure(.errorEvent, body)
          case .other: continue
          case nil:
            throw failure(
              .malformedPayload, "an event is neither JSON nor holds audio in Base64: \"\(Excerpt.of(event.data))\"")
          }
        }
        throw failure(.truncatedStream, "the events ended after \(audioBytes) bytes of audio without an end mark")
      } catch let error as StreamError {
        throw failure(error.kind == .truncated ? .truncatedStream : .eventTooLarge, error.message)
      }
    }

    /// The error of a response that is no audio.
    private func refusal(_ response: StreamingResponse, _ media: MediaType) async throws -> ServiceError {
      var bytes: [UInt8] = []
      var pieces = response.body.makeAsyncIterator()
      do {
        while bytes.count < 1 << 20, let piece = try await pieces.next() { bytes += piece.bytes }
      } catch {
        // A broken body of an error response is no reason to forget its status.
        if response.head.status.kind == .successful || error is CancellationError { throw error }
      }
      if response.head.status.kind != .successful {
        return ServiceError(response: response.head, body: bytes, request: request)
      }
      return SpeechAudio.refusal(bytes, head: response.head, request: request)
    }

    private func failure(_ kind: ServiceError.Kind, _ body: ErrorBody) -> ServiceError {
      guard let head else { return ServiceError(kind: kind, message: body.message, request: request) }
      return ServiceError(kind: kind, head: head, error: body, request: request)
    }

    private func failure(_ kind: ServiceError.Kind, _ message: String) -> ServiceError {
      ServiceError(
        kind: kind, message: message, status: head?.status.code, request: request,
        requestID: head.flatMap(ServiceError.requestID))
    }
  }
}

@available(*, unavailable)
extension SpeechStream.AsyncIterator: Sendable {}
