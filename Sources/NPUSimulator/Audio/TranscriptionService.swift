internal import NIOCore

/// The transcription services: OpenAI's, and a plain one without checks.
enum TranscriptionService {
  static let routes: [Route] = [
    .form("/v1/audio/transcriptions") { context throws(ErrorResponse) in try respond(&context, isPlain: false) },
    .form("/transcribe") { context throws(ErrorResponse) in try respond(&context, isPlain: true) },
  ]

  private static func respond(
    _ context: inout RequestContext, isPlain: Bool
  ) throws(ErrorResponse) -> Response {
    try context.override(with: .null)
    let (behaviour, format) = (context.behaviour, context.format)
    let form = context.request.form
    if let reason = form?.malformed { throw .shape("There was an error parsing the body: \(reason)") }
    guard let form, let file = form.file, file.field == (isPlain ? "audio" : "file") else {
      if isPlain { return .fixed(format.response(.page(status: 500))) }
      throw .shape(
        "1 validation error:\n  {'type': 'missing', 'loc': 'body.file', 'msg': 'Field required'}", at: "file")
    }
    if let limit = behaviour.audio.fileLimit, file.size > limit, !behaviour.has(.acceptsLargeFiles) {
      throw .value(
        "Maximum file size exceeded (parameter=audio_filesize_mb, value=\(Double(file.size) / 1_048_576))",
        "audio_filesize_mb")
    }
    let transcription = try TranscriptionResponse(
      form, isPlain: isPlain, number: context.number, created: WallTime.seconds, behaviour)
    guard let audio = TranscribedAudio(file, behaviour) else {
      if isPlain { return .fixed(format.response(.page(status: 500))) }
      throw .value("Invalid or corrupted audio data. Ensure the input is a valid audio or video file.")
    }
    let generation = AudioGeneration(context)
    let first = generation.varied(behaviour.timeToFirstToken.pauseNanoseconds)
    let work = generation.varied(Int64(min(behaviour.audio.transcriptionFactor * audio.seconds * 1e9, 3e17)))
    return generation.response(streams: transcription.streams, type: transcription.contentType) { fault in
      guard transcription.streams else {
        return DocumentScript(due: first + work, fault: fault, format: format) {
          .init(contentType: transcription.contentType, body: transcription.document(audio))
        }
      }
      return TimedScript(
        transcription.parts(audio, from: first, over: work),
        shape: .init(contentType: transcription.contentType, isEvents: true, end: transcription.end(audio)),
        fault: fault, format: format)
    }
  }
}
