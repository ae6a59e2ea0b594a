import NPUSimulator

/// A service of speech with something wrong on purpose, and what a check must say of it.
struct AudioMutant: Sendable, CustomStringConvertible {
  var check: String
  var what: String
  var behaviour: Behaviour
  var reason: String

  var description: String { "\(check) with \(what)" }

  init(_ check: String, _ what: String, _ behaviour: Behaviour, _ reason: String) {
    (self.check, self.what, self.behaviour, self.reason) = (check, what, behaviour, reason)
  }

  init(_ check: String, _ flaw: Flaw, _ reason: String) {
    self.init(check, flaw.rawValue, .flawed(flaw), reason)
  }

  init(_ check: String, _ fault: Fault, _ reason: String) {
    self.init(check, fault.kind.rawValue, .exemplary.with { $0.fault = fault }, reason)
  }

  private static let mishears = Behaviour.exemplary.with { $0.audio.mistakeInterval = 3 }

  /// Every check of recognition with the services that it must find wanting.
  static let recognition: [AudioMutant] = [
    .init("asr.transcribe", .status(500), "status 500"),
    .init("asr.transcribe", Fault(.htmlPage), "text/html"),
    .init("asr.transcribe", Fault(.emptyBody), "empty"),
    .init("asr.english", "misheard_words", mishears, "errors in"),
    .init("asr.chinese", "misheard_words", mishears, "errors in"),
    .init("asr.mixed", "misheard_words", mishears, "errors in"),
    .init("asr.language", .reportsOneLanguage, "in chinese is reported as \"en\""),
    .init("asr.segments", .reversesSegments, "after one from"),
    .init("asr.segments", .shiftsSegments, "but the recording has"),
    .init("asr.duration", .misstatesDuration, "the file has"),
    .init("asr.stream.equals-whole", .losesStreamedToken, "the stream says"),
    .init("asr.silence", .inventsSpeech, "the service hears words in silence: \"Thank you.\""),
    .init("asr.long", .cutsLongAudio, "errors in"),
    .init("asr.error.empty", .acceptsBrokenAudio, "accepted with status 200"),
    .init("asr.error.empty", .inventsSpeech, "in a file without a sample it hears"),
    .init("asr.error.empty", .diesAfterRefusal, "broke"),
    .init("asr.error.corrupted", .acceptsBrokenAudio, "accepted with status 200"),
    .init("asr.error.corrupted", .diesAfterRefusal, "broke"),
    .init("asr.error.random-bytes", .acceptsBrokenAudio, "accepted with status 200"),
    .init("asr.error.random-bytes", .diesAfterRefusal, "broke"),
    .init("asr.error.oversized", .acceptsLargeFiles, "accepted with status 200"),
    .init("asr.error.oversized", .diesAfterRefusal, "no longer answers"),
    .init("asr.error.status", .blamesItself, "status 500"),
  ]

  /// Every check of synthesis with the services that it must find wanting.
  static let synthesis: [AudioMutant] = [
    .init("tts.wav", .status(500), "status 500"),
    .init("tts.wav", Fault(.htmlPage), "expected audio"),
    .init("tts.wav", .cutsSamples, "fewer than its header says"),
    .init("tts.audible", .speaksSilence, "is 0.000 of full scale"),
    .init("tts.length", .stopsSpeakingEarly, "plausible are"),
    .init("tts.voice", .ignoresVoice, "give the same"),
    .init(
      "tts.voice", "ignores_voice and varies", .flawed(.ignoresVoice, .variesSpeech),
      "differ no more than takes of one voice do"),
    .init("tts.speed", .ignoresSpeed, "at speed 1"),
    .init(
      "tts.stream.pieces", "buffers_stream", .unhurriedSpeech.with { $0.flaws = [.buffersStream] }, "all at the end"),
    .init(
      "tts.stream.pieces", "one_piece", .unhurriedSpeech.with { $0.audio.pieceLength = .seconds(600) },
      "all at the end"),
    .init("tts.stream.equals-whole", .losesStreamedToken, "and they differ"),
    .init("tts.long-text", .cutsLongTexts, "plausible are"),
    .init("tts.error.empty-text", .acceptsEmptyText, "accepted with status 200"),
    .init("tts.error.empty-text", .diesAfterRefusal, "no longer answers"),
    .init("tts.error.unknown-voice", .acceptsUnknownVoice, "accepted with status 200"),
    .init("tts.error.unknown-voice", .diesAfterRefusal, "no longer answers"),
    .init("tts.error.malformed-json", .acceptsMalformedJSON, "accepted with status 200"),
    .init("tts.error.malformed-json", .diesAfterRefusal, "no longer answers"),
    .init("tts.error.status", .blamesItself, "status 500"),
  ]
}

extension Behaviour {
  /// The exemplary service, which takes seconds for a text: a client that comes late still sees when the pieces came.
  static let unhurriedSpeech = Behaviour.exemplary.with { $0.audio.speechFactor = 0.3 }
}
