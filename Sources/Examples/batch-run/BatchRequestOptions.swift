public import ArgumentParser
import ExampleSupport
import NPUBase
public import NPUTestKit
import ToolSupport

/// What is asked for each item.
struct BatchRequestOptions: ParsableArguments {
  @Option(
    help: """
      What is asked for: chat, completions, images, transcription, speech, or json for documents that are sent to the \
      path of --endpoint as they stand.
      """)
  var kind = ServiceWork.Kind.chat
  @Option(
    help: ArgumentHelp("Words of the user before those of each item of a chat, or beside its file.", valueName: "text"))
  var prompt: String?
  @Option(help: ArgumentHelp("Who speaks.", valueName: "name")) var voice: String?
  @Option(help: ArgumentHelp("How speech is written, such as wav or mp3.", valueName: "format")) var audioFormat:
    String?
  @Option(help: ArgumentHelp("Language of recordings, or of texts to speak.", valueName: "code")) var language: String?
  @Option(help: "diffusers for POST /generate, openai for /v1/images/generations.")
  var imageProtocol = ImageRequest.WireProtocol.diffusers
  @OptionGroup var audioProtocols: AudioProtocolOptions
  @Option(
    help: ArgumentHelp(
      "Fields of every request, such as '{\"max_tokens\": 64}'; a line may have others.", valueName: "json"))
  var extraBody: String?

  func validate() throws { _ = try extras }
}

extension ServiceWork.Kind: ExpressibleByArgument {}

extension BatchRequestOptions {
  /// What a service is asked.
  func work(of service: Service) throws -> ServiceWork {
    var work = ServiceWork(kind, of: service)
    if kind == .transcription { try audioProtocols.check(for: .transcription) }
    if kind == .speech { try audioProtocols.check(for: .speech) }
    work.prompt = prompt
    work.voice = voice
    work.format = audioFormat.map { SpeechRequest.AudioFormat(rawValue: $0) }
    work.language = language
    work.imageProtocol = imageProtocol
    work.transcriptionProtocol = audioProtocols.transcription
    work.speechProtocol = audioProtocols.speech
    work.extras = try extras
    return work
  }

  private var extras: [String: JSONValue] {
    get throws {
      guard let extraBody else { return [:] }
      guard let members = (try? JSONValue(reading: Array(extraBody.utf8)))?.object else {
        throw ValidationError("--extra-body takes a JSON object, such as '{\"max_tokens\": 64}'.")
      }
      return members
    }
  }

  /// Which of the flags need or exclude which.
  static let rules: [FlagRule] = [
    .needs(["--prompt"], "--kind", in: ["chat"], byDefault: "chat"),
    .needs(["--voice", "--audio-format"], "--kind", in: ["speech"], byDefault: "chat"),
    .needs(["--language", "--protocol"], "--kind", in: ["speech", "transcription"], byDefault: "chat"),
    .needs(["--image-protocol"], "--kind", in: ["images"], byDefault: "chat"),
  ]
}
