import HTTPTypes
internal import NPUBase
import NPUMetrics
internal import NPUServices
internal import NPUTransport

extension Check where Context == SpeechCheckContext {
  /// A text is answered by a whole WAV file.
  static var speak: Check {
    Check(
      "tts.wav", "A text is answered by a whole WAV file",
      requirement:
        "The response is a WAV file that can be read and holds as many samples as its header promises, at least one.",
      tags: [.basic]
    ) { context in
      let (response, clip) = try await context.speak(context.request(context.text))
      try Finding.demand(!response.bytes.isEmpty, "the response has no bytes")
      return .pass(
        "\(clip.seconds) s at \(clip.sampleRate) Hz, \(clip.channels) channel\(clip.channels == 1 ? "" : "s")")
    }
  }

  /// Speech can be heard.
  static var audible: Check {
    Check(
      "tts.audible", "Speech can be heard",
      requirement: "The loudest sample is over -40 dB of full scale, and the samples are no constant.",
      tags: [.basic]
    ) { context in
      let clip = try await context.speak(context.request(context.text)).clip
      let peak = clip.samples.lazy.map(\.magnitude).max() ?? 0
      let shown = NumberText.fixed(Double(peak), decimals: 3)
      try Finding.demand(peak > 0.01, "the loudest of \(clip.samples.count) samples is \(shown) of full scale")
      return .pass("the loudest sample is \(shown) of full scale")
    }
  }

  /// Speech is about as long as its text.
  static var speechLength: Check {
    Check(
      "tts.length", "Speech is about as long as its text",
      requirement: "The length lies between a third and three times, and a second, of what each text takes to say.",
      knownDeviations: "A voice that does not know a language passes over its letters; leave its text out."
    ) { context in
      var notes: [String] = []
      for text in context.texts {
        let clip = try await context.speak(context.request(text)).clip
        notes.append(try SpeechLength(of: text).judge(clip.duration, text))
      }
      guard !notes.isEmpty else { return .inconclusive("there is no text to say") }
      return .pass(notes.joined(separator: "; "))
    }
  }

  /// Another voice sounds different.
  static var voiceChanges: Check {
    Check(
      "tts.voice", "Another voice sounds different",
      requirement:
        "The same text spoken by two voices differs, and more than it differs between takes of one voice.",
      needs: [.twoVoices]
    ) { context in
      guard let (one, other) = try await context.twoVoices() else { return .notApplicable("there are no two voices") }
      func take(_ voice: String) async throws -> AudioClip {
        var request = context.request(context.text)
        request.voice = voice
        return try await context.speak(request).clip
      }
      var takes = VoiceTakes(one, other)
      // In turn, so that what changes with time changes both alike.
      for isFirst in [true, false, false, true] { takes.add(try await take(isFirst ? one : other), isFirst: isFirst) }
      if let finding = takes.exactFinding { return finding }
      for isFirst in [true, false, false, true] { takes.add(try await take(isFirst ? one : other), isFirst: isFirst) }
      return try takes.finding()
    }
  }

  /// A higher speed makes speech shorter.
  static var speedChanges: Check {
    Check(
      "tts.speed", "A higher speed makes speech shorter",
      requirement: "The same text at speed 2 takes less than 0.8 of the time that it takes at speed 1.",
      knownDeviations: "Servers that ignore unknown members ignore a speed too.", severity: .recommended,
      needs: [.speed]
    ) { context in
      var request = context.request(context.text)
      request.speed = 1
      let usual = try await context.speak(request).clip.seconds
      request.speed = 2
      let fast = try await context.speak(request).clip.seconds
      let lengths = [fast, usual].map { NumberText.fixed($0, decimals: 2) }
      let shown = "\(lengths[0]) s at speed 2, \(lengths[1]) s at speed 1"
      try Finding.demand(fast < usual * 0.8, shown)
      return .pass(shown)
    }
  }

  /// A very long text is spoken whole or refused.
  static var longText: Check {
    Check(
      "tts.long-text", "A very long text is spoken whole or refused",
      requirement:
        "A text of about 1900 characters is an error or spoken at a plausible length. Afterwards the service still answers.",
      tags: [.load], isolation: .alone
    ) { context in
      let refusal = Refusal(name: "a text of \(context.longText.count) characters")
      let request = context.request(context.longText)
      let response = try await refusal.answer { try await context.speaking.response(to: request) }
      let note: String
      if let refused = try refusal.note(of: response) {
        note = refused
      } else {
        let clip = try SpeechCheckContext.clip(of: response.body)
        note = try SpeechLength(of: context.longText).judge(clip.duration, context.longText)
      }
      try await refusal.demandResponse { _ = try await context.speak(context.request(context.text)) }
      return .pass(note + "; the service answers afterwards")
    }
  }
}

extension SpeechLength {
  /// A note on a plausible length; any other is a failure.
  fileprivate func judge(_ length: Duration, _ text: String) throws -> String {
    let shown = "\(length.seconds) s for \"\(Excerpt.of(text, limit: 60))\""
    try Finding.demand(
      plausible.contains(length),
      "\(shown), plausible are \(plausible.lowerBound.seconds)...\(plausible.upperBound.seconds) s")
    return shown
  }
}
