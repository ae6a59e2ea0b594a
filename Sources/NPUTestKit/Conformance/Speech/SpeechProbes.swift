import HTTPTypes
import NPUMetrics
internal import NPUServices
internal import NPUTransport

extension Probe where Context == SpeechCheckContext {
  /// Whether there are voices to compare.
  static var twoVoices: Probe {
    Probe("two voices") { context in
      try await context.twoVoices() == nil
        ? .notSupported("GET /v1/audio/voices lists fewer than two, and none were given to the check") : .supported
    }
  }

  /// Whether equal requests give equal samples; otherwise a difference says nothing.
  static var repeatable: Probe {
    Probe("the same sound for the same request") { context in
      let first = try await context.speak(context.request(context.text)).clip
      let second = try await context.speak(context.request(context.text)).clip
      return first == second
        ? .supported
        : .notSupported("two equal requests give \(first.seconds) s and \(second.seconds) s of different samples")
    }
  }

  /// Whether a speed is taken.
  static var speed: Probe {
    Probe("a choice of speed") { context in
      var request = context.request(context.text)
      request.speed = 2
      return try await support(of: request, in: context)
    }
  }

  /// Whether speech is streamed.
  static var audioStreams: Probe {
    Probe("streams of speech") { context in
      try await support(of: context.request(context.text, delivery: .bytes), in: context)
    }
  }

  private static func support(
    of request: SpeechRequest, in context: SpeechCheckContext
  ) async throws -> Support {
    let response = try await context.speaking.response(to: request)
    let status = response.head.status.code
    guard [400, 404, 415, 422, 500, 501].contains(status) else { return .supported }
    // Only if the plain request is accepted, the wish was the reason.
    _ = try await context.speak(context.request(context.text))
    return .notSupported("it answers status \(status) \(ErrorBody(response.body).message)")
  }
}
