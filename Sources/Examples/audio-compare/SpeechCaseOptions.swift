import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// Which texts two services say, and who listens.
struct SpeechCaseOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Texts to say. Default: ten sentences, English and Chinese.", valueName: "text"))
  var text: [String] = []
  @Option(help: ArgumentHelp("File with one text per line, as plain text or as JSON Lines.", valueName: "file"))
  var datasetPath: String?
  @Option(help: ArgumentHelp("Voice or speaker.", valueName: "name")) var voice: String?
  @Option(help: ArgumentHelp("What decides chance, where the services can be told.", valueName: "number"))
  var speechSeed: Int?
  @Option(help: ArgumentHelp("Transcription service that listens to both.", valueName: "url"))
  var transcriptionURL: String?
  @Option(help: ArgumentHelp("Its model. Default: the first that it lists.", valueName: "name"))
  var transcriptionModel: String?
  @Option(help: ArgumentHelp("The greatest log-mel distance that is alike.", valueName: "decibels"))
  var maxDistance = 3.0
  @Option(help: ArgumentHelp("Share of sounds that need not be alike, such as 0.05.", valueName: "share"))
  var soundTolerance = 0.05
}

extension SpeechCaseOptions {
  func validate() throws {
    try ValidationError.unless("--max-distance", maxDistance, isIn: 0.001...80)
    try ValidationError.unless("--sound-tolerance", soundTolerance, isIn: 0.0001...0.9999)
  }

  /// What every request has in common.
  var pattern: SpeechRequest { SpeechRequest(text: "", voice: voice, format: .wav, seed: speechSeed) }

  /// The texts.
  func cases() throws -> [SpeechCase] {
    guard let path = datasetPath else { return SpeechCase.cases(text.isEmpty ? SpeechCase.sentences : text) }
    let prompts = try PromptFile.custom(path, shuffledBy: nil)
    try prompts.check(.text(of: "speech"))
    return SpeechCase.cases(
      prompts.prompts.compactMap { prompt in
        if case .text(let text) = prompt.content { text } else { nil }
      })
  }

  /// Who listens, and what every request to them has in common; nil where nobody does.
  func listener(
    _ simulator: String?, _ target: ServiceOptions, _ transport: CurlTransport,
    wireProtocol: TranscriptionRequest.WireProtocol
  ) async throws -> (client: TranscriptionClient, pattern: TranscriptionRequest)? {
    guard let address = transcriptionURL ?? simulator else { return nil }
    let service = try target.service(address)
    if let exposure = target.exposure(of: service) { Console.note("Warning: \(exposure)") }
    let live = ServiceComparison.Live(
      transport: transport, service: service, model: transcriptionModel, pattern: nil)
    var pattern = TranscriptionRequest(audio: .bytes([]))
    if wireProtocol == .openAI { pattern.model = try await live.chosenModel() }
    return (TranscriptionClient(transport: transport, service: service, wireProtocol: wireProtocol), pattern)
  }
}
