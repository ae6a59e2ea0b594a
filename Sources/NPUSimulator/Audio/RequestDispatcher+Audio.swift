internal import NIOCore
internal import NIOHTTP1

extension RequestDispatcher {
  /// The answer to a request of an audio service.
  mutating func audio(_ route: AudioRoute) throws(ErrorAnswer) -> Decision {
    switch route {
    case .transcribe, .transcriptions: return try hear(route)
    case .synthesize, .speech: return try speak(route)
    case .voices:
      return fixed(format.response(200, body: voices))
    }
  }

  private var voices: ByteBuffer {
    var body = ByteBuffer(string: #"{"voices":["#)
    for (index, voice) in behaviour.audio.voices.enumerated() {
      if index > 0 { body.writeStaticString(",") }
      body.writeJSON(voice)
    }
    body.writeStaticString(#"],"uploaded_voices":[]}"#)
    return body
  }

  // MARK: - Hearing

  private mutating func hear(_ route: AudioRoute) throws(ErrorAnswer) -> Decision {
    let isPlain = route == .transcribe
    try override(with: .null)
    guard let form = request.form else {
      if isPlain { return fixed(response(.page(status: 500))) }
      throw .shape(
        "1 validation error:\n  {'type': 'missing', 'loc': 'body.file', 'msg': 'Field required'}", at: "file")
    }
    if let reason = form.malformed { throw .shape("There was an error parsing the body: \(reason)") }
    guard let file = form.file, file.field == (isPlain ? "audio" : "file") else {
      if isPlain { return fixed(response(.page(status: 500))) }
      throw .shape(
        "1 validation error:\n  {'type': 'missing', 'loc': 'body.file', 'msg': 'Field required'}", at: "file")
    }
    if let limit = behaviour.audio.fileLimit, file.size > limit, !behaviour.has(.acceptsLargeFiles) {
      throw .value(
        "Maximum file size exceeded (parameter=audio_filesize_mb, value=\(Double(file.size) / 1_048_576))",
        "audio_filesize_mb")
    }
    let answer = try TranscriptionAnswer(
      form, isPlain: isPlain, number: number, created: SimulatorState.wallSeconds, behaviour)
    guard let heard = HeardAudio(file, behaviour) else {
      if isPlain { return fixed(response(.page(status: 500))) }
      throw .value("Invalid or corrupted audio data. Ensure the input is a valid audio or video file.")
    }
    let index = nextGeneration()
    let fault = behaviour.fault(forRequest: index)
    let first = varied(behaviour.timeToFirstToken.pauseNanoseconds, index)
    let work = varied(Int64(min(behaviour.audio.hearingFactor * heard.seconds * 1e9, 3e17)), index)
    return decision(fault, streams: answer.streams, type: answer.contentType) { format in
      guard answer.streams else {
        return DocumentScript(due: first + work, fault: fault, format: format) {
          .init(contentType: answer.contentType, body: answer.document(heard))
        }
      }
      return PieceScript(
        answer.pieces(heard, from: first, over: work),
        shape: .init(contentType: answer.contentType, isEvents: true, end: answer.end(heard)), fault: fault,
        format: format)
    }
  }

  // MARK: - Speaking

  private mutating func speak(_ route: AudioRoute) throws(ErrorAnswer) -> Decision {
    let isPlain = route == .synthesize
    if isPlain, !request.isJSON { return fixed(response(.page(status: 415))) }
    let document = try generationDocument()
    try override(with: document)
    let answer: SpeechAnswer
    do throws(ErrorAnswer) {
      answer = try SpeechAnswer(document, isPlain: isPlain, behaviour, number: number)
    } catch {
      // A server without checks fails where the member is used.
      if isPlain { return fixed(response(.page(status: 500))) }
      throw error
    }
    let index = nextGeneration()
    let fault = behaviour.fault(forRequest: index)
    let first = varied(behaviour.timeToFirstToken.pauseNanoseconds, index)
    return decision(fault, streams: answer.streams, type: answer.contentType) { [behaviour] format in
      guard answer.streams else {
        let work = Int64(min(behaviour.audio.speakingFactor * answer.seconds * 1e9, 3e17))
        return DocumentScript(due: first + work, fault: fault, format: format) {
          .init(contentType: answer.contentType, body: answer.whole)
        }
      }
      return PieceScript(
        answer.pieces(from: first),
        shape: .init(contentType: answer.contentType, isEvents: answer.isEvents, end: answer.end), fault: fault,
        format: format)
    }
  }

  // MARK: - Both

  private func decision(
    _ fault: Fault?, streams: Bool, type: String, _ script: (WireFormat) -> any AnswerScript
  ) -> Decision {
    let broken = fault.flatMap { fault -> (any AnswerScript)? in
      // The bodies of these two stand for a text answer; here they are faults of the stream itself.
      if streams, fault.kind == .hugeBody || fault.kind == .endlessLine { return nil }
      return GenerationAnswer.broken(fault, streams: streams, format: format, contentType: type)
    }
    return Decision(
      script: broken ?? script(format), fault: fault, isGeneration: true, concurrencyLimit: behaviour.maxConcurrency)
  }

  private func nextGeneration() -> Int {
    state.withValues { values in
      defer { values.counters.generations += 1 }
      return values.counters.generations
    }
  }

  /// A time varied by the jitter.
  private func varied(_ nanoseconds: Int64, _ index: Int) -> Int64 {
    let chance = SplitMix64.unit(SplitMix64.mix(behaviour.seed, 0x61_7564_696F, UInt64(truncatingIfNeeded: index)))
    return Int64(Double(nanoseconds) * (1 + min(max(0, behaviour.jitter), 1) * (2 * chance - 1)))
  }
}
