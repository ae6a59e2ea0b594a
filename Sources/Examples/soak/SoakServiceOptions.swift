import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// Which services are soaked, and in which shares.
struct SoakServiceOptions: ParsableArguments {
  @Option(help: "llm, image, asr, tts or tasks; mixed for several.") var service = SoakTarget.one(.llm)
  @Option(
    help: ArgumentHelp(
      "Shares of the services of --service mixed, such as llm=4,image=1. Default: those that have an address, or all "
        + "five, in equal shares.", valueName: "shares"))
  var mix: String?
  @Option(name: .customLong("llm-url"), help: ArgumentHelp("Address of the language model.", valueName: "url"))
  var llmURL: String?
  @Option(name: .customLong("image-url"), help: ArgumentHelp("Address of the image service.", valueName: "url"))
  var imageURL: String?
  @Option(name: .customLong("asr-url"), help: ArgumentHelp("Address of the transcription service.", valueName: "url"))
  var asrURL: String?
  @Option(name: .customLong("tts-url"), help: ArgumentHelp("Address of the speech service.", valueName: "url"))
  var ttsURL: String?
  @Option(name: .customLong("tasks-url"), help: ArgumentHelp("Address of the task service.", valueName: "url"))
  var tasksURL: String?
  @Option(help: "diffusers for POST /generate, openai for /v1/images/generations.")
  var imageProtocol = ImageRequest.WireProtocol.diffusers
  @OptionGroup var audioProtocols: AudioProtocolOptions
}

extension SoakServiceOptions {
  /// The options that name the services of a mix.
  static let urls = ["--llm-url", "--image-url", "--asr-url", "--tts-url", "--tasks-url"]

  private var given: [SoakServiceKind: String] {
    var given: [SoakServiceKind: String] = [:]
    for (kind, url) in [
      (SoakServiceKind.llm, llmURL), (.image, imageURL), (.asr, asrURL), (.tts, ttsURL), (.tasks, tasksURL),
    ] { given[kind] = url }
    return given
  }

  /// The services and their shares.
  func weights() throws -> [(kind: SoakServiceKind, weight: Double)] {
    if case .one(let kind) = service { return [(kind, 1)] }
    guard let mix else {
      let kinds = given.isEmpty ? SoakServiceKind.allCases : SoakServiceKind.allCases.filter { given[$0] != nil }
      return kinds.map { ($0, 1) }
    }
    var weights: [(kind: SoakServiceKind, weight: Double)] = []
    for share in mix.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = share.split(separator: "=", omittingEmptySubsequences: false)
      guard parts.count == 2, let kind = SoakServiceKind(rawValue: String(parts[0])), let weight = Double(parts[1]),
        weight > 0, weight <= 1e9
      else {
        throw ValidationError(
          "--mix takes shares such as llm=4,image=1 of llm, image, asr, tts and tasks, each above 0; found '\(share)'.")
      }
      guard !weights.contains(where: { $0.kind == kind }) else { throw ValidationError("--mix names \(share) twice.") }
      weights.append((kind, weight))
    }
    return weights
  }

  /// Where a service listens.
  ///
  /// - Parameters:
  ///   - kind: The service.
  ///   - base: The address of all that have none of their own.
  /// - Returns: The address.
  /// - Throws: `ValidationError` for a service of the mix without an address.
  func address(of kind: SoakServiceKind, base: String?) throws -> String {
    if let url = given[kind] ?? base { return url }
    throw ValidationError(
      "\(kind.rawValue) of the mix has no address; give --\(kind.rawValue)-url or --base-url.")
  }

  /// Whether a service has an address of its own.
  var namesAddress: Bool { !given.isEmpty }
}
