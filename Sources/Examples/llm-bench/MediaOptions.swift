import ArgumentParser
import NPUTestKit

/// What stands before the text of every prompt.
struct MediaOptions: ParsableArguments {
  @Option(
    name: .customLong("image"), parsing: .upToNextOption,
    help: ArgumentHelp("Images of every prompt: PNG, JPEG, WebP, GIF or BMP.", valueName: "file"))
  var images: [String] = []
  @Option(
    name: .customLong("audio"), parsing: .upToNextOption,
    help: ArgumentHelp("Sounds of every prompt, such as WAV files.", valueName: "file"))
  var sounds: [String] = []
  @Flag(
    help: ArgumentHelp(
      "Send each prompt with the media and without, in turn, and report the share of the media in the TTFT. Best with "
        + "--max-concurrency 1."))
  var compareWithoutImage = false
}

extension MediaOptions {
  /// The parts of a message.
  func parts() throws -> [ContentPart] {
    try images.map { try ContentPart.image(contentsOf: $0) } + sounds.map { try ContentPart.audio(contentsOf: $0) }
  }

  func check(isChat: Bool) throws {
    if !images.isEmpty || !sounds.isEmpty, !isChat {
      throw ValidationError("--image and --audio need chats; leave --protocol openai out.")
    }
    if compareWithoutImage, images.isEmpty, sounds.isEmpty {
      throw ValidationError("--compare-without-image needs --image or --audio.")
    }
    _ = try parts()
  }
}
