internal import NPUBase
internal import NPUTransport

/// Makes chunks of the pieces of a body, and tells with the judge what the body was.
struct ChunkReader<Chunk: StreamChunk>: Sendable {
  /// What could not be read or decoded, where the fault is of that kind.
  private(set) var cause: (any Error)?

  private let scanner = ChunkScanner()
  private var parser: ServerSentEventParser
  private var judge: AnswerJudge
  private var joiner = CharacterJoiner()
  /// Chunks that have been read but not handed out; those before `position` have.
  private var ready: [Received<Chunk>] = []
  private var position = 0

  init(judge: AnswerJudge, parser: ServerSentEventParser) {
    self.judge = judge
    self.parser = parser
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
      try Self.take(piece, scanner, &parser, &judge, &joiner, &ready, &cause)
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
    judge.take(parser.finish())
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
      do {
        let chunk = try JSONCoding.decode(Chunk.self, from: payload)
        ready.append(Received(chunk, receivedAt: piece.receivedAt))
      } catch {
        judge.refuse(payload, because: JSONCoding.describe(error))
        cause = error
      }
    }
  }
}
