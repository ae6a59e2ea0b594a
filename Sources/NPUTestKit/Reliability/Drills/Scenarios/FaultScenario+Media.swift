internal import HTTPTypes
internal import NPUBase
internal import NPULoad
internal import NPUMetrics
internal import NPUServices
internal import NPUTransport

/// Faults of what clients of speech services send.
extension FaultScenario {
  /// Files that are no sound.
  public static let corruptedAudio = FaultScenario(
    "corrupted-audio", "Files that are no sound",
    expectation: "Random bytes and broken headers under the name of a WAV file are errors, and nothing crashes.",
    guide: GuideRow(.audioMultimodal, "Corrupted audio"), service: .asr, demands: [.refuses, .sparesNeighbours]
  ) { stage in
    try await stage.beside {
      for kind in BrokenWAV.allCases where !kind.isReadable && kind != .empty {
        let bytes = try kind.bytes()
        await stage.attempt(kind.rawValue.replacing("_", with: " ")) { service in
          try await service.transcription(of: bytes, stage.protocols)
        }
      }
    }
  }

  /// Files without a sample.
  public static let emptyAudio = FaultScenario(
    "empty-audio", "Files without a sample",
    expectation: "A file without a byte, and one without a sample, are errors or have no words.",
    guide: GuideRow(.audioMultimodal, "Empty audio"), service: .asr,
    demands: [.requests([.refused, .empty]), .sparesNeighbours]
  ) { stage in
    try await stage.beside {
      for (name, kind) in [("no byte", BrokenWAV.empty), ("no sample", .noSamples)] {
        let bytes = try kind.bytes()
        await stage.attempt(name, returning: { .text(try await $0.transcript(of: bytes, stage.protocols)) })
      }
    }
  }

  /// A sound of an hour.
  public static let oversizedAudio = FaultScenario(
    "oversized-audio", "A sound of an hour",
    expectation: "It is answered, refused or given up in time; nothing crashes, and others are answered again.",
    guide: GuideRow(.audioMultimodal, "Oversized audio"), service: .asr, demands: [.handles]
  ) { stage in
    let seconds = max(1, stage.limits.oversizedAudio)
    let wav = try RepeatedWAV.file(try TestAudio.silence(.seconds(1)).wav(), count: seconds)
    try await stage.beside {
      await stage.attempt("\(seconds) s, \(wav.count) bytes") { try await $0.transcription(of: wav, stage.protocols) }
    }
  }

  /// Twenty requests for speech and transcriptions at once.
  public static let parallelAudio = FaultScenario(
    "parallel-20", "Twenty requests for speech and transcriptions at once",
    expectation: "Twenty parallel requests are all answered, without a deadlock.",
    guide: GuideRow(.audioMultimodal, "Concurrent streams"), service: .asr, demands: [.completes]
  ) { stage in
    let wav = try TestAudio.speechLike(.seconds(3)).wav()
    let speaks = await stage.service.bounded(by: stage.limits.request).speaks(stage.protocols)
    if !speaks { stage.note("There is no speech service beside it: all twenty are transcriptions.") }
    try await stage.beside {
      await stage.attemptAll(
        (1...20).map { number in
          speaks && number.isMultiple(of: 2)
            ? PlannedAttempt("speech \(number)") {
              .response(try await $0.speech("The number is \(number).", stage.protocols))
            }
            : PlannedAttempt("transcription \(number)") {
              .response(try await $0.transcription(of: wav, stage.protocols))
            }
        })
    }
  }
}

/// Faults of what clients of models that see send.
extension FaultScenario {
  /// Images that cannot be decoded.
  public static let corruptedImage = seeing(
    "corrupted-image", "Images that cannot be decoded",
    expectation: "Broken Base64 and broken files in an image address are errors, and the service lives on.",
    guide: GuideRow(.audioMultimodal, "Invalid image"), demands: [.refuses, .sparesNeighbours]
  ) { stage in
    try await stage.beside {
      for kind in BrokenDataURL.allCases {
        let address = try kind.address()
        await stage.attempt(kind.rawValue.replacing("_", with: " ")) { service in
          var request = try await service.chatRequest("What is in the image?", tokens: 4)
          request.messages = [.user(.imageURL(address), .text("What is in the image?"))]
          return try await service.chat.response(to: request)
        }
      }
    }
  }

  /// An image that fills the memory.
  public static let oversizedImage = seeing(
    "oom-image", "An image fills the memory",
    expectation: "An image of 8192 x 8192 pixels is answered or refused, and the service lives on.",
    guide: GuideRow(.llm, "OOM trigger"),
    demands: [.requests([.refused, .completed]), .sparesNeighbours]
  ) { stage in
    let side = max(1, stage.limits.oversizedImage)
    let png = try TestImage.solid(.yellow, width: side, height: side).png()
    try await stage.beside {
      await stage.attempt("\(side) x \(side) pixels") { service in
        var request = try await service.chatRequest("What is in the image?", tokens: 4)
        request.messages = [.user(.image(png), .text("What is in the image?"))]
        return try await service.chat.response(to: request)
      }
    }
  }

  /// A text alone for a model that sees.
  public static let textOnly = seeing(
    "text-only", "A text alone for a model that sees",
    expectation: "A model for images and text answers a request without an image from the text alone.",
    guide: GuideRow(.audioMultimodal, "No image input"), demands: [.completes, .sparesNeighbours]
  ) { stage in
    try await stage.beside {
      await stage.attempt(
        "no image",
        returning: { service in
          .record(try await service.chat.measure(try await service.chatRequest("Describe AI.", tokens: 16)))
        })
    }
  }
}

extension FaultScenario {
  /// A scenario whose probes show an image: a service that refuses them is no service for it.
  private static func seeing(
    _ name: String, _ title: String, expectation: String, guide: GuideRow, demands: [DrillDemand],
    act: @escaping @Sendable (DrillStage) async throws -> Void
  ) -> FaultScenario {
    var scenario = FaultScenario(
      name, title, expectation: expectation, guide: guide, service: .llm, demands: demands, act: act)
    scenario.probesShowImages = true
    return scenario
  }
}

extension Service {
  fileprivate func transcriptionRequest(_ wav: [UInt8]) async throws -> TranscriptionRequest {
    TranscriptionRequest(audio: .bytes(wav, fileName: "drill.wav"), model: try await model.name)
  }

  /// The response to a sound, whatever its status.
  fileprivate func transcription(of wav: [UInt8], _ protocols: DrillProtocols) async throws -> TransferResponse {
    try await transcription(protocols.transcription).response(to: try await transcriptionRequest(wav))
  }

  /// The words of a sound.
  fileprivate func transcript(of wav: [UInt8], _ protocols: DrillProtocols) async throws -> String {
    try await transcription(protocols.transcription).transcribe(try await transcriptionRequest(wav)).transcription.text
  }

  /// The response to a text to be spoken, whatever its status.
  fileprivate func speech(_ text: String, _ protocols: DrillProtocols) async throws -> TransferResponse {
    try await speech(protocols.speech).response(to: SpeechRequest(text: text, model: try await model.name))
  }

  /// Whether there is a speech service at all.
  fileprivate func speaks(_ protocols: DrillProtocols) async -> Bool {
    guard let response = try? await speech("Hello.", protocols) else { return false }
    return ![404, 405, 501].contains(response.head.status.code)
  }
}
