import NPUBase
import NPUMetrics
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@Suite("Speech services of the simulator", .timeLimit(.minutes(30)))
struct SimulatedAudioTests {
  private struct Services {
    var transport: CurlTransport
    var service: ServiceConfiguration
    var hearing: TranscriptionClient { TranscriptionClient(transport: transport, service: service) }
    var plainHearing: TranscriptionClient {
      TranscriptionClient(transport: transport, service: service, wireProtocol: .transcribe)
    }
    var speaking: SpeechClient {
      SpeechClient(transport: transport, service: service, pcm: PCMFormat(sampleRate: 22_050))
    }
    var plainSpeaking: SpeechClient { SpeechClient(transport: transport, service: service, wireProtocol: .synthesize) }
  }

  private func with<Result>(
    _ behaviour: Behaviour = Behaviour(), _ body: (Services, Simulator) async throws -> Result
  ) async throws -> Result {
    try await withSimulator(behaviour: behaviour) { simulator in
      try await CurlTransport.with { transport in
        try await body(
          Services(transport: transport, service: try ServiceConfiguration(simulator.baseURL)), simulator)
      }
    }
  }

  private static let text = "The quick brown fox. 今天天气真不错。"

  @Test("what is spoken is heard again, in every delivery and protocol", arguments: SpeechRequest.Delivery.allCases)
  func voiceLoop(delivery: SpeechRequest.Delivery) async throws {
    try await with { services, _ in
      for (speaking, hearing) in [
        (services.speaking, services.hearing), (services.plainSpeaking, services.plainHearing),
      ] {
        let spoken = try await speaking.generate(
          SpeechRequest(text: Self.text, format: .wav, delivery: speaking.wireProtocol == .openAI ? delivery : .bytes))
        let seconds = try #require(spoken.duration).seconds
        #expect(abs(seconds - Double(Self.text.utf8.count * 2 + 3) * 0.02) < 0.01)
        #expect(spoken.timeToFirstAudio != nil)
        let file = try #require(spoken.waveFile)
        let heard = try await hearing.transcribe(
          TranscriptionRequest(audio: .bytes(file), language: "zh", responseFormat: .verboseJSON)
        ).transcription
        #expect(heard.text == Self.text)
        #expect(heard.language == "zh")
        #expect(heard.segments.map(\.text).joined() == Self.text)
        #expect(abs((heard.segments.last?.end ?? 0) - seconds) < 0.02)
      }
    }
  }

  @Test("every form of a transcription says the same")
  func forms() async throws {
    try await with { services, _ in
      let file = try await services.speaking.generate(SpeechRequest(text: Self.text)).bytes
      let request = TranscriptionRequest(audio: .bytes(file), granularities: [.word], streamIncludesUsage: true)
      for format in [TranscriptionRequest.ResponseFormat.json, .text, .srt, .vtt, .verboseJSON] {
        var request = request
        request.responseFormat = format
        let heard = try await services.hearing.transcribe(request).transcription
        let plain = heard.text.filter { $0 != " " }
        #expect(plain == Self.text.filter { $0 != " " }, "\(format)")
        if format == .verboseJSON { #expect(heard.words.count == 5) }
      }
      let streamed = try await services.hearing.transcribeStreaming(request)
      #expect(streamed.transcription.text == Self.text)
      #expect(streamed.transcription.usage?.completionTokens ?? 0 > 0)
      #expect(streamed.textInstants.count > 5)
    }
  }

  @Test("transcripts are looked up by content, and words are misheard on purpose")
  func lookup() async throws {
    let clip = try AudioClip.toneBursts(seed: 1, .milliseconds(500)).wav()
    var behaviour = Behaviour()
    behaviour.audio.transcripts = [
      AudioBehaviour.digest(of: clip): "one two three four", AudioBehaviour.digest(of: [9]): "yes",
    ]
    behaviour.audio.mistakeInterval = 4
    try await with(behaviour) { services, _ in
      let heard = try await services.hearing.transcribe(TranscriptionRequest(audio: .bytes(clip)))
      #expect(heard.transcription.text == "one two three mumble")
      let known = try await services.plainHearing.transcribe(TranscriptionRequest(audio: .bytes([9])))
      #expect(known.transcription.text == "yes")
      let other = try AudioClip.toneBursts(seed: 2, .seconds(4)).wav()
      let words = try await services.hearing.transcribe(TranscriptionRequest(audio: .bytes(other))).transcription.text
      #expect(words.split(separator: " ").count >= 8)
    }
  }

  @Test("pieces come at their times, and a header in each makes files of them")
  func pacing() async throws {
    var behaviour = Behaviour(timeToFirstToken: .milliseconds(40))
    behaviour.audio.speechFactor = 0.2
    behaviour.audio.pieceLength = .milliseconds(100)
    behaviour.audio.headerPerPiece = true
    try await with(behaviour) { services, _ in
      let response = try await services.speaking.generate(
        SpeechRequest(text: "ten letters", format: .wav, delivery: .bytes))
      #expect(
        response.audio.waveFiles == response.pieces.count(where: { $0.audio > .zero }) || response.audio.waveFiles >= 5)
      #expect(try #require(response.timeToFirstAudio) >= .milliseconds(40))
      #expect(try #require(response.latency) >= .milliseconds(40 + 80))
      let joined = try #require(response.waveFile)
      #expect(try WAVFile(joined).duration == response.duration)
      let heard = try await services.hearing.transcribe(TranscriptionRequest(audio: .bytes(joined)))
      #expect(heard.transcription.text == "ten letters")
    }
  }

  @Test("what cannot be heard or said is refused as the servers do")
  func refusals() async throws {
    var behaviour = Behaviour()
    behaviour.audio.fileLimit = 1000
    try await with(behaviour) { services, _ in
      let noise = TranscriptionRequest(audio: .bytes([1, 2, 3]))
      let long = TranscriptionRequest(audio: .bytes([UInt8](repeating: 0, count: 1001)))
      for (request, hearing, status) in [
        (noise, services.hearing, 400), (noise, services.plainHearing, 500), (long, services.hearing, 400),
      ] {
        let error = await #expect(throws: ServiceError.self) { try await hearing.transcribe(request) }
        #expect(error?.status == status, "\(String(describing: error))")
      }
      var srt = noise
      srt.responseFormat = "xml"
      let format = await #expect(throws: ServiceError.self) { try await services.hearing.transcribe(srt) }
      #expect(format?.message.contains("xml") == true)
      let mp3 = await #expect(throws: ServiceError.self) {
        try await services.speaking.generate(SpeechRequest(text: "hi", format: .mp3))
      }
      #expect(mp3?.parameter == "response_format")
    }
  }

  @Test(
    "faults of recognition end in outcomes of their own",
    arguments: [
      (Fault.status(503), "http_503"), (Fault(.htmlPage), "wrong_content_type"), (Fault(.emptyBody), "empty_response"),
      (Fault(.corruptBody), "malformed_payload"), (Fault(.errorFirst), "error_event"),
      (Fault.truncate(afterTokens: 0), "truncated_body"), (Fault.reset(afterTokens: 0), "connection_lost"),
      (Fault.wrongContentType("text/html"), nil),
    ] as [(Fault, String?)])
  func hearingFaults(fault: Fault, group: String?) async throws {
    try await with(Behaviour(fault: fault)) { services, _ in
      let request = TranscriptionRequest(audio: .bytes(try AudioClip.toneBursts(seed: 1, .seconds(1)).wav()))
      do {
        _ = try await services.hearing.transcribe(request)
        // The document decides, whatever its label says.
        #expect(group == nil)
      } catch let error as ServiceError {
        #expect(error.shortDescription == group, "\(error)")
      }
    }
  }

  @Test(
    "faults of synthesis end in outcomes of their own",
    arguments: [
      (Fault.status(429), .whole, "http_429"), (Fault(.htmlPage), .bytes, "wrong_content_type"),
      (Fault(.emptyBody), .whole, "empty_response"), (Fault(.errorFirst), .whole, "error_event"),
      (Fault.cutInsideEvent(afterTokens: 0, endsCleanly: true), .whole, "damaged_media"),
      (Fault.truncate(afterTokens: 1), .whole, "truncated_body"),
      (Fault.truncate(afterTokens: 2), .bytes, "truncated_body"),
      (Fault.errorEvent(afterTokens: 1), .events, "error_event"), (Fault(.noDone), .events, "truncated_stream"),
      (Fault.cutInsideEvent(afterTokens: 1, endsCleanly: true), .events, "truncated_stream"),
      (Fault(.corruptBody), .events, "malformed_payload"), (Fault.reset(afterTokens: 1), .events, "connection_lost"),
    ] as [(Fault, SpeechRequest.Delivery, String)])
  func speakingFaults(fault: Fault, delivery: SpeechRequest.Delivery, group: String) async throws {
    try await with(Behaviour(fault: fault)) { services, _ in
      let error = await #expect(throws: ServiceError.self) {
        try await services.speaking.generate(SpeechRequest(text: Self.text, format: .wav, delivery: delivery))
      }
      #expect(error?.shortDescription == group, "\(String(describing: error))")
    }
  }

  @Test("bodies torn into bytes are read all the same", arguments: SpeechRequest.Delivery.allCases)
  func torn(delivery: SpeechRequest.Delivery) async throws {
    var behaviour = Behaviour(fault: Fault(.splitBytes))
    behaviour.audio.sampleRate = 22_050
    try await with(behaviour) { services, _ in
      let response = try await services.speaking.generate(
        SpeechRequest(text: "a", format: .wav, delivery: delivery))
      #expect(response.duration?.seconds ?? 0 > 0.09)
    }
  }

  @Test("20 mixed requests at one time end without waiting for each other for ever")
  func mixed() async throws {
    var behaviour = Behaviour(timeToFirstToken: .milliseconds(5))
    behaviour.maxConcurrency = 4
    try await with(behaviour) { services, simulator in
      let clip = try AudioClip.toneBursts(seed: 1, .seconds(2)).wav()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<20 {
          group.addTask {
            if index % 2 == 0 {
              _ = try await services.hearing.transcribe(TranscriptionRequest(audio: .bytes(clip)))
            } else {
              _ = try await services.speaking.generate(SpeechRequest(text: "request \(index)", delivery: .bytes))
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(simulator.counters.generations == 20)
      #expect(simulator.counters.peakConnections <= 20)
    }
  }

  @Test("images and sounds in a chat are looked at, cost time and tokens, and change the response")
  func media() async throws {
    var behaviour = Behaviour(timeToFirstToken: .milliseconds(5), outputTokens: 8)
    behaviour.audio.encodeLatency = .milliseconds(60)
    try await with(behaviour) { services, _ in
      let chat = ChatClient(transport: services.transport, service: services.service)
      func ask(_ parts: [ContentPart]) async throws -> ChatResponse {
        try await chat.complete(
          ChatRequest(
            model: "simulated-chat",
            messages: [ChatMessage(role: .user, content: .parts(parts + [.text("What is this?")]))]))
      }
      let red = try PNGs.solid(255, 0, 0)
      let blue = try PNGs.solid(0, 0, 255)
      let plain = try await ask([])
      let first = try await ask([.image(red)])
      #expect(try await ask([.image(red)]).text == first.text)
      #expect(try await ask([.image(blue)]).text != first.text)
      #expect(try await ask([.flatImage("data:image/png;base64,\(PNGs.base64(red))")]).text == first.text)
      let several = try await ask(
        [.image(red), .image(blue), .audio([1, 2, 3]), .video(frames: [[1], [2]])].dropLast())
      #expect(
        try #require(several.usage?.promptTokens) > (try #require(plain.usage?.promptTokens)) + 3 * 256)
      let error = await #expect(throws: ServiceError.self) { _ = try await ask([.image([1, 2, 3])]) }
      #expect(error?.status == 400)
    }
  }
}

/// Small images for chats.
private enum PNGs {
  static func solid(_ red: UInt8, _ green: UInt8, _ blue: UInt8) throws -> [UInt8] {
    // The signature is all that the simulator looks at; the rest makes them different.
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, red, green, blue]
  }

  static func base64(_ bytes: [UInt8]) -> String {
    guard case .imageURL(let url, _) = ContentPart.image(bytes) else { return "" }
    return String(url.drop { $0 != "," }.dropFirst())
  }
}
