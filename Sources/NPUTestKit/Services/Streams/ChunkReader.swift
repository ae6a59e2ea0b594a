internal import NPUBase
internal import NPUTransport

/// Makes chunks of the pieces of a body, and tells with the judge what the body was.
struct ChunkReader<Chunk: StreamChunk>: Sendable {
  /// What could not be read or decoded, where the fault is of that kind.
  private(set) var cause: (any Error)?

  private let form: StreamForm
  private let scanner = ChunkScanner()
  /// What reads events that are no chunks.
  private var textScanner: TextEventScanner
  private var parser: ServerSentEventParser
  /// What parts events that end with a NUL.
  private var frames: FrameSplitter
  private var judge: AnswerJudge
  private var joiner = CharacterJoiner()
  /// Chunks that have been read but not handed out; those before `position` have.
  private var ready: [Received<Chunk>] = []
  private var position = 0

  init(judge: AnswerJudge, _ form: StreamForm, limit: Int) {
    self.judge = judge
    self.form = form
    textScanner = TextEventScanner(form)
    parser = ServerSentEventParser(maximumLineBytes: limit, maximumEventBytes: limit)
    frames = FrameSplitter(delimiter: 0, maximumFrameBytes: limit)
  }

  /// Whether nothing that comes can change what is to be said of the response.
  var isSettled: Bool { judge.isDone || judge.hasFault }

  /// How many events came.
  var events: Int { judge.events }

  /// The next chunk that has been read, or `nil` where more of the body is needed.
  mutating func next() -> Received<Chunk>? {
    if position < ready.count {
      defer { position += 1 }
      return ready[position]
    }
    ready.removeAll(keepingCapacity: true)
    position = 0
    return nil
  }

  /// Takes a piece of the body.
  mutating func take(_ piece: BodyChunk) {
    do throws(StreamError) {
      if form == .chunks {
        try Self.take(piece, scanner, &parser, &judge, &joiner, &ready, &cause)
      } else if form.isNULFramed {
        try Self.take(piece, &frames, &textScanner, &judge, &ready, &cause)
      } else {
        try Self.take(piece, &parser, &textScanner, &judge, &ready, &cause)
      }
    } catch {
      guard !isSettled else { return }
      judge.breakOff(because: error.message)
      cause = error
    }
  }

  /// Takes the end of the body and says what the response was.
  ///
  /// - Parameter isBroken: Whether the exchange broke.
  /// - Returns: Whether the response is whole, and its fault if not.
  mutating func end(isBroken: Bool) -> AnswerJudge.Verdict {
    judge.take(form.isNULFramed ? StreamTail(bytes: frames.finish()) : parser.finish(), form)
    return judge.verdict(isBroken: isBroken)
  }

  /// The parts of the state come one by one, because the parser hands out views of its own.
  private static func take(
    _ piece: BodyChunk, _ scanner: ChunkScanner, _ parser: inout ServerSentEventParser, _ judge: inout AnswerJudge,
    _ joiner: inout CharacterJoiner, _ ready: inout [Received<Chunk>], _ cause: inout (any Error)?
  ) throws(StreamError) {
    try parser.feed(piece.bytes.span) { data, type, _ in
      guard !judge.isDone, !judge.hasFault else { return }
      let facts = scanner.scan(data, type: type)
      judge.take(facts, data)
      guard facts.isObject, !judge.hasFault else { return }
      var payload: [UInt8] = []
      if joiner.isWaiting || facts.oddities.contains(.characterHalf) {
        payload = joiner.join(data)
      } else {
        payload.append(copying: data)
      }
      decode(payload, of: piece, &judge, &ready, &cause)
    }
  }

  /// Takes a piece of a stream of events that are no chunks.
  private static func take(
    _ piece: BodyChunk, _ parser: inout ServerSentEventParser, _ scanner: inout TextEventScanner,
    _ judge: inout AnswerJudge, _ ready: inout [Received<Chunk>], _ cause: inout (any Error)?
  ) throws(StreamError) {
    try parser.feed(piece.bytes.span) { data, type, _ in
      guard !judge.isDone, !judge.hasFault else { return }
      take(data, scanner.scan(data, type: type), of: piece, &judge, &ready, &cause)
    }
  }

  /// Takes a piece of a stream whose events end with a NUL.
  private static func take(
    _ piece: BodyChunk, _ frames: inout FrameSplitter, _ scanner: inout TextEventScanner,
    _ judge: inout AnswerJudge, _ ready: inout [Received<Chunk>], _ cause: inout (any Error)?
  ) throws(StreamError) {
    try frames.feed(piece.bytes.span) { data in
      guard !judge.isDone, !judge.hasFault else { return }
      take(data, scanner.scan(data), of: piece, &judge, &ready, &cause)
    }
  }

  private static func take(
    _ data: Span<UInt8>, _ facts: ChunkFacts, of piece: BodyChunk, _ judge: inout AnswerJudge,
    _ ready: inout [Received<Chunk>], _ cause: inout (any Error)?
  ) {
    judge.take(facts, data)
    guard facts.isObject, !judge.hasFault else { return }
    var payload: [UInt8] = []
    payload.append(copying: data)
    decode(payload, of: piece, &judge, &ready, &cause)
  }

  private static func decode(
    _ payload: [UInt8], of piece: BodyChunk, _ judge: inout AnswerJudge, _ ready: inout [Received<Chunk>],
    _ cause: inout (any Error)?
  ) {
    do {
      let chunk = try JSONCoding.decode(Chunk.self, from: payload)
      ready.append(Received(chunk, receivedAt: piece.receivedAt))
    } catch {
      judge.refuse(payload, because: JSONCoding.describe(error))
      cause = error
    }
  }
}
