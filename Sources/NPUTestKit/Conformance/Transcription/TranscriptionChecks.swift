import HTTPTypes
internal import NPUBase
import NPUMetrics
internal import NPUServices
internal import NPUTransport

extension Check where Context == TranscriptionCheckContext {
  /// A recording is answered.
  static var transcribe: Check {
    Check(
      "asr.transcribe", "A recording is answered",
      requirement: "A WAV file with words is answered with status 200 and a text, in JSON.", needs: [.words],
      tags: [.basic]
    ) { context in
      let heard = try await context.hear(context.anyRecording().wav)
      try Finding.demand(!heard.text.isBlank, "in a recording with words it hears nothing")
      return .pass("\"\(Excerpt.of(heard.text, limit: 100))\"")
    }
  }

  /// English is understood.
  static var english: Check {
    understood("asr.english", "English is understood", \.english, .english, "a recording in English")
  }

  /// Chinese is understood.
  static var chinese: Check {
    understood("asr.chinese", "Chinese is understood", \.chinese, .chinese, "a recording in Chinese")
  }

  /// A recording in two languages is understood.
  static var mixedLanguages: Check {
    understood(
      "asr.mixed", "Two languages in one recording are understood", \.mixed, .mixed, "a recording in both languages")
  }

  private static func understood(
    _ identifier: String, _ title: String,
    _ clip: @escaping @Sendable (TranscriptionCheckContext) -> TranscriptionCheckContext.Clip?,
    _ need: Probe<TranscriptionCheckContext>, _ what: String
  ) -> Check {
    Check(
      identifier, title,
      requirement: "The errors in the text of \(what), sent without its language, stay within the limit.",
      needs: [need], tags: [.semantic]
    ) { context in
      guard let clip = clip(context) else { return .notApplicable("there is no recording") }
      return try TranscriptJudge(limit: context.errorLimit).finding(
        clip.reference, try await context.hear(clip.wav).text)
    }
  }

  /// The language is told.
  static var language: Check {
    Check(
      "asr.language", "The language is detected",
      requirement:
        "Recordings in English and in Chinese, sent without their language, are reported in their languages.",
      knownDeviations: "Plain servers repeat the language of the request, or a fixed one.", severity: .recommended,
      needs: [.english, .chinese, .reportedLanguage], tags: [.semantic]
    ) { context in
      var notes: [String] = []
      for (clip, names) in [
        (context.english, ["en", "english"]), (context.chinese, ["zh", "chinese", "mandarin", "cmn", "yue"]),
      ] {
        guard let clip else { return .notApplicable("there is no recording") }
        let language = try await context.hear(clip.wav, verbose: true).language ?? ""
        let base = language.lowercased().split { $0 == "-" || $0 == "_" }.first.map(String.init) ?? ""
        try Finding.demand(
          names.contains(base), "a recording in \(names[1]) is reported as \"\(Excerpt.of(language, limit: 40))\"")
        notes.append("\(names[1]) as \"\(language)\"")
      }
      return .pass(notes.joined(separator: ", "))
    }
  }

  /// Silence has no words.
  static var silence: Check {
    Check(
      "asr.silence", "Silence has no words",
      requirement: "Three seconds of silence are answered without an error and without a letter or digit of text.",
      knownDeviations: "Whisper without a detector of voices invents phrases.", severity: .recommended,
      tags: [.semantic]
    ) { context in
      let heard = try await context.hear(TestAudio.silence(.seconds(3)).wav()).text
      try Finding.demand(
        !heard.unicodeScalars.contains { $0.properties.isAlphabetic || ("0"..."9").contains($0) },
        "the service hears words in silence: \"\(Excerpt.of(heard, limit: 100))\"")
      // A service that never hears anything hears no silence either.
      try Finding.presume(
        context.hasWords, "silence gives no words, which proves little unless a recording with words is given; give one"
      )
      let words = try await context.hear(context.anyRecording().wav).text
      try Finding.presume(!words.isBlank, "silence gives no words, but neither does a recording that has some")
      return .pass("silence gives \"\(Excerpt.of(heard, limit: 40))\"")
    }
  }

  /// A long recording is heard to its end.
  static var longRecording: Check {
    Check(
      "asr.long", "A long recording is heard to its end",
      requirement: "The errors in the text of a long recording, half an hour by default, stay within the limit.",
      knownDeviations: "vLLM takes files of at most 25 MB unless it is told otherwise.", needs: [.longWords],
      tags: [.load, .semantic], isolation: .alone
    ) { context in
      guard let clip = try context.longClip() else { return .notApplicable("there is no recording") }
      let response = try await context.hearing.response(to: context.request(clip.wav))
      if response.head.status.code == 413
        || (400...499).contains(response.head.status.code)
          && ErrorBody(response.body).message.lowercased().contains("size")
      {
        return .notApplicable(
          "the service takes no file of \(clip.wav.count) bytes: status \(response.head.status.code) "
            + "\(ErrorBody(response.body).message); lower the length of the long recording")
      }
      let heard = try TranscriptionReader.read(
        response, format: context.request([]).responseFormat, request: context.hearing.route)
      return try TranscriptJudge(limit: context.errorLimit).finding(clip.reference, heard.text)
    }
  }
}

/// Compares a transcription with the text that was spoken.
struct TranscriptJudge: Sendable {
  var limit: Double

  /// A pass, or a failure that shows both texts.
  func finding(_ reference: String, _ heard: String) throws -> Finding {
    let counts = try TranscriptErrors().counts(reference: reference, hypothesis: heard).words
    let (errors, words) = (counts.distance, counts.referenceCount)
    let text = "\(errors) errors in \(words) words, limit \(limit)"
    guard words > 0 else { return .inconclusive("the reference has no words: \"\(Excerpt.of(reference, limit: 80))\"") }
    let shown = "\"\(Excerpt.of(heard, limit: 120))\""
    // Whatever the limit is.
    try Finding.demand(!heard.isBlank, "of \"\(Excerpt.of(reference, limit: 120))\" it hears nothing")
    try Finding.presume(limit < 1, "a limit of \(limit) errors for each word lets any text pass; give a lower one")
    guard Double(errors) / Double(words) <= limit else {
      return .fail("\(text): of \"\(Excerpt.of(reference, limit: 120))\" it hears \(shown)")
    }
    return .pass("\(text): \(shown)")
  }
}
