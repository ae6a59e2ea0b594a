public import ArgumentParser
import ExampleSupport
public import NPUTestKit
import ToolSupport

/// What is said, and how.
struct SpeechOptions: ParsableArguments {
  @Option(parsing: .upToNextOption, help: ArgumentHelp("Texts to say, one after another.", valueName: "text"))
  var text: [String] = []
  @OptionGroup var file: TextOptions
  @Option(help: ArgumentHelp("Voice or speaker.", valueName: "name")) var voice: String?
  @Option(help: ArgumentHelp("wav or pcm; the length of other formats is not read.", valueName: "format"))
  var format = "wav"
  @Option(help: "whole, or streamed while it is made: bytes or events.") var delivery = SpeechRequest.Delivery.whole
  @Option(
    help: ArgumentHelp(
      "Sample rate of audio without a header: with --format pcm, or streamed.", valueName: "hertz")
  ) var pcmRate = 24_000
  @Option(
    help: ArgumentHelp(
      "Audio that a player buffers before it starts, for streamed audio.", valueName: "milliseconds"))
  var jitterBuffer = 200
}

extension SpeechRequest.Delivery: ExpressibleByArgument {}

extension SpeechOptions {
  private static let texts = [
    "The quick brown fox jumps over the lazy dog.", "Please call me back after nine in the morning.",
    "All of the samples were taken before the first rain of the year.",
  ]

  func validate() throws {
    try ValidationError.unless("--pcm-rate", pcmRate, isIn: 1...10_000_000)
    try ValidationError.unless("--jitter-buffer", jitterBuffer, isIn: 0...3_600_000)
  }

  func pattern(model: String?) -> SpeechRequest {
    SpeechRequest(
      text: "", voice: voice, model: model, format: SpeechRequest.AudioFormat(rawValue: format), delivery: delivery)
  }

  func prompts(seed: UInt64) throws -> any PromptSource {
    try file.prompts(given: text, own: Self.texts, of: "speech", seed: seed)
  }
}
