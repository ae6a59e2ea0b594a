internal import NIOCore

/// The speech services: OpenAI's with its list of voices, and a plain one without checks.
enum SpeechService {
  static let routes: [Route] = [
    .post("/v1/audio/speech") { context throws(ErrorResponse) in try respond(&context, isPlain: false) },
    .post("/synthesize") { context throws(ErrorResponse) in try respond(&context, isPlain: true) },
    .get("/v1/audio/voices") { .fixed(voices($0)) },
  ]

  private static func respond(
    _ context: inout RequestContext, isPlain: Bool
  ) throws(ErrorResponse) -> Response {
    if isPlain, !context.request.isJSON { return .fixed(context.format.response(.page(status: 415))) }
    let document = try context.documentOrGreeting()
    try context.override(with: document)
    let (behaviour, format) = (context.behaviour, context.format)
    let speech: SpeechResponse
    do throws(ErrorResponse) {
      speech = try SpeechResponse(document, isPlain: isPlain, behaviour, number: context.number)
    } catch {
      // A server without checks fails where the member is used.
      if isPlain { return .fixed(format.response(.page(status: 500))) }
      throw error
    }
    let generation = AudioGeneration(context)
    let first = generation.varied(behaviour.timeToFirstToken.pauseNanoseconds)
    return generation.response(streams: speech.streams, type: speech.contentType) { fault in
      guard speech.streams else {
        let work = Int64(min(behaviour.audio.speechFactor * speech.seconds * 1e9, 3e17))
        return DocumentScript(due: first + work, fault: fault, format: format) {
          .init(contentType: speech.contentType, body: speech.whole)
        }
      }
      return TimedScript(
        speech.parts(from: first),
        shape: .init(contentType: speech.contentType, isEvents: speech.isEvents, end: speech.end), fault: fault,
        format: format)
    }
  }

  private static func voices(_ context: RequestContext) -> ByteBuffer {
    var body = ByteBuffer(string: #"{"voices":["#)
    for (index, voice) in context.behaviour.audio.voices.enumerated() {
      if index > 0 { body.writeStaticString(",") }
      body.writeJSON(voice)
    }
    body.writeStaticString(#"],"uploaded_voices":[]}"#)
    return context.format.response(200, body: body)
  }
}
