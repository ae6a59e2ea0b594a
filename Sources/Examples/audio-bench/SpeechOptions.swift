public import ArgumentParser
import ExampleSupport
public import NPUTestKit

/// What is said, and how.
struct SpeechOptions: ParsableArguments {
  @Option(parsing: .upToNextOption, help: ArgumentHelp("Texts to say, one after another.", valueName: "text"))
  var text: [String] = []
  @OptionGroup var file: TextOptions
  @Option(help: ArgumentHelp("Voice or speaker.", valueName: "name")) var voice: String?
  @Option(help: ArgumentHelp("wav or pcm; of other formats the length is not read.", valueName: "format"))
  var format = "wav"
  @Option(help: "whole, or as it is made: bytes or events.") var delivery = SpeechRequest.Delivery.whole
  @Option(help: ArgumentHelp("Frames a second of samples without a header.", valueName: "hertz")) var pcmRate = 24_000
  @Option(help: ArgumentHelp("Audio that a player keeps before it begins.", valueName: "milliseconds"))
  var jitterBuffer = 200
}

extension SpeechRequest.Delivery: ExpressibleByArgument {}

extension SpeechOptions {
  private static let texts = [
    "The quick brown fox jumps over the lazy dog.", "Please call me back after nine in the morning.",
    "All of the samples were taken before the first rain of the year.",
  ]

  func validate() throws {
    guard (1...10_000_000).contains(pcmRate) else {
      throw ValidationError("--pcm-rate takes 1 to 10000000 frames a second; found \(pcmRate).")
    }
    guard (0...3_600_000).contains(jitterBuffer) else {
      throw ValidationError("--jitter-buffer takes 0 to 3600000 milliseconds; found \(jitterBuffer).")
    }
  }

  func pattern(model: String?) -> SpeechRequest {
    SpeechRequest(
      text: "", voice: voice, model: model, format: SpeechRequest.AudioFormat(rawValue: format), delivery: delivery)
  }

  func prompts(seed: UInt64) throws -> any PromptSource {
    try file.prompts(given: text, own: Self.texts, of: "speech", seed: seed)
  }
}
