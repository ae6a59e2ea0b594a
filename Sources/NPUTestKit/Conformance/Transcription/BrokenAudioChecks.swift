import HTTPTypes
internal import NPUBase
internal import NPUServices
internal import NPUTransport

extension Check where Context == TranscriptionCheckContext {
  /// No audio is refused, or has no words.
  static var emptyAudio: Check {
    refusal(
      "asr.error.empty", "An empty file is refused",
      requirement: "A file without a byte is an error, and one without a sample is an error or has no words."
    ) { context in
      var notes = [
        try await Refusal(name: "a file without a byte").judge {
          try await context.hearing.response(to: context.request([]))
        }
      ]
      let refusal = Refusal(name: "a file without a sample")
      let request = context.request(try BrokenWAV.noSamples.bytes())
      let response = try await refusal.answer { try await context.hearing.response(to: request) }
      if let note = try refusal.note(of: response) {
        notes.append(note)
      } else {
        let heard = try TranscriptionReader.read(
          response, format: request.responseFormat, request: context.hearing.route)
        try Finding.demand(
          heard.text.allSatisfy(\.isWhitespace),
          "in a file without a sample it hears \"\(Excerpt.of(heard.text, limit: 80))\"")
        notes.append("a file without a sample has no words")
      }
      return notes
    }
  }

  /// Broken files are refused.
  static var corruptedAudio: Check {
    refusal(
      "asr.error.corrupted", "Broken files are refused",
      requirement:
        "A cut header, a file without format or data, a rate of 0, an unknown encoding and a text are errors."
    ) { context in
      var notes: [String] = []
      for kind in BrokenWAV.allCases
      where !kind.isReadable && ![.empty, .randomBytes, .randomAfterSignature].contains(kind) {
        let request = context.request(try kind.bytes())
        notes.append(
          try await Refusal(name: kind.rawValue.spaced).judge { try await context.hearing.response(to: request) })
      }
      return notes
    }
  }

  /// Random bytes are refused.
  static var randomAudio: Check {
    refusal(
      "asr.error.random-bytes", "Random bytes are refused",
      requirement: "Random bytes under the name of a WAV file, with and without its signature, are errors."
    ) { context in
      var notes: [String] = []
      for kind in [BrokenWAV.randomBytes, .randomAfterSignature] {
        let request = context.request(try kind.bytes())
        notes.append(
          try await Refusal(name: kind.rawValue.spaced).judge { try await context.hearing.response(to: request) })
      }
      return notes
    }
  }

  /// A file that is too large does no harm.
  static var oversizedAudio: Check {
    refusal(
      "asr.error.oversized", "A file that is too large does no harm",
      requirement:
        "A file of an hour is answered or refused, and refused if it is greater than the limit that was stated."
    ) { context in
      let second = try TestAudio.silence(.seconds(1)).wav()
      let request = context.request(try RepeatedWAV.file(second, count: max(1, context.oversizedSeconds)))
      let size = 44 + 32_000 * max(1, context.oversizedSeconds)
      let refusal = Refusal(name: "a file of \(context.oversizedSeconds) s and \(size) bytes")
      if let limit = context.sizeLimit, size > limit {
        return [try await refusal.judge { try await context.hearing.response(to: request) }]
      }
      let response = try await refusal.answer { try await context.hearing.response(to: request) }
      if let note = try refusal.note(of: response) { return [note] }
      let heard = try TranscriptionReader.read(
        response, format: request.responseFormat, request: context.hearing.route)
      return ["\(refusal.name): answered by a text of \(heard.text.count) characters"]
    }
  }

  /// Refusals blame the client.
  static var refusalStatus: Check {
    blamesClient("asr.error.status", knownDeviations: "Plain Flask servers answer broken audio with 500.") { context in
      try [("a file without a byte", []), (BrokenWAV.randomBytes.rawValue.spaced, BrokenWAV.randomBytes.bytes())].map {
        name, bytes in (name, { try await context.hearing.response(to: context.request(bytes)) })
      }
    }
  }

  private static func refusal(
    _ identifier: String, _ title: String, requirement: String,
    judge: @escaping @Sendable (TranscriptionCheckContext) async throws -> [String]
  ) -> Check {
    Check(
      identifier, title, requirement: requirement + " Afterwards the service still answers.", tags: [.errors],
      isolation: .alone
    ) { context in
      let notes = try await judge(context)
      try await Refusal(name: title.lowercased()).demandResponse {
        _ = try await context.hear(context.anyRecording().wav)
      }
      return .pass(notes.joined(separator: "; ") + "; the service answers afterwards")
    }
  }
}
