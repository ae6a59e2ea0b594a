import HTTPTypes
internal import NPUServices
internal import NPUTransport

extension Probe where Context == TranscriptionCheckContext {
  static var english: Probe { recording("a recording in English") { $0.english } }
  static var chinese: Probe { recording("a recording in Chinese") { $0.chinese } }
  static var mixed: Probe { recording("a recording in two languages") { $0.mixed } }
  static var words: Probe { recording("a recording with words") { $0.english ?? $0.chinese ?? $0.mixed } }
  static var longWords: Probe { recording("a recording in English or Chinese") { $0.english ?? $0.chinese } }

  private static func recording(
    _ name: String, _ clip: @escaping @Sendable (TranscriptionCheckContext) -> TranscriptionCheckContext.Clip?
  ) -> Probe {
    Probe(name, lack: "there is no \(name.dropFirst(2))") { context in
      clip(context) == nil ? .notSupported("give one with its text, or a service that speaks it") : .supported
    }
  }

  /// Whether responses say the language.
  static var reportedLanguage: Probe {
    reported("a language in its responses") { $0.language != nil }
  }

  /// Whether responses have segments with times.
  static var segments: Probe {
    reported("segments in its responses") { !$0.segments.isEmpty }
  }

  /// Whether responses say how long the recording is.
  static var reportedDuration: Probe {
    reported("the length of the recording in its responses") { $0.duration != nil }
  }

  private static func reported(_ name: String, _ isThere: @escaping @Sendable (Transcription) -> Bool) -> Probe {
    Probe(name) { context in
      let wav = try context.anyRecording().wav
      let request = context.request(wav, verbose: true)
      let response = try await context.hearing.response(to: request)
      let status = response.head.status.code
      if [400, 404, 422, 500, 501].contains(status) {
        // Only if the short form is accepted, the long one was the reason.
        _ = try await context.hear(wav)
        return .notSupported("the verbose form gets status \(status) \(ErrorBody(response.body).message)")
      }
      let heard = try TranscriptionReader.read(
        response, format: request.responseFormat, request: context.hearing.route)
      return isThere(heard) ? .supported : .notSupported("the response to a recording does not have it")
    }
  }

  /// Whether transcriptions are streamed.
  static var textStreams: Probe {
    Probe("streams of text") { context in
      guard context.wireProtocol == .openAI else { return .notSupported("the form of /transcribe cannot ask for one") }
      let wav = try context.anyRecording().wav
      var request = context.request(wav)
      request.stream = true
      let response = try await context.hearing.response(to: request)
      let status = response.head.status.code
      if [400, 404, 422, 500, 501].contains(status) {
        _ = try await context.hear(wav)
        return .notSupported("it answers status \(status) \(ErrorBody(response.body).message)")
      }
      guard MediaType.of(response.head).isEventStream else {
        return .notSupported("it answers \(MediaType.of(response.head).shown)")
      }
      return .supported
    }
  }
}
