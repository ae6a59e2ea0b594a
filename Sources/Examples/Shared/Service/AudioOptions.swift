package import ArgumentParser
package import NPUTestKit

/// What a service of audio does.
package enum AudioService: String, ExpressibleByArgument, CaseIterable {
  case transcription, speech

  /// Takes the short names of earlier versions too.
  package init?(argument: String) {
    self.init(rawValue: ["asr": "transcription", "tts": "speech"][argument] ?? argument)
  }
}

/// What the services of audio speak.
package struct AudioProtocolOptions: ParsableArguments {
  /// What a service can speak; both kinds of service can speak the first.
  package enum Name: String, ExpressibleByArgument, CaseIterable { case openai, transcribe, synthesize }

  @Option(
    name: .customLong("protocol"),
    help: ArgumentHelp(
      "openai for OpenAI's routes, transcribe for /transcribe, synthesize for /synthesize. Can be repeated where both "
        + "kinds of service are used. Default: openai.", valueName: "name"))
  package var names: [Name] = []

  package init() {}

  /// What the service of transcription speaks.
  package var transcription: TranscriptionRequest.WireProtocol {
    names.contains(.transcribe) ? .transcribe : .openAI
  }

  /// What the service of speech speaks.
  package var speech: SpeechRequest.WireProtocol { names.contains(.synthesize) ? .synthesize : .openAI }

  /// Refuses a protocol of the one kind where only the other is used.
  package func check(for service: AudioService) throws {
    let other = service == .speech ? Name.transcribe : .synthesize
    guard names.contains(other) else { return }
    throw ValidationError("--protocol \(other) has no meaning for \(service); it is of the other kind of service.")
  }
}
