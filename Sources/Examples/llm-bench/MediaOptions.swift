import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// What stands before the text of the prompts.
struct MediaOptions: ParsableArguments {
  @Option(
    name: .customLong("image"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Images to send with the prompts: PNG, JPEG, WebP, GIF or BMP. All with each prompt, or see "
        + "--images-per-prompt.", valueName: "file"))
  var images: [String] = []
  @Option(
    help: ArgumentHelp(
      "Make images of this size, such as 512x512, no two of them alike: a service cannot take what it made of one from "
        + "its cache.", valueName: "WIDTHxHEIGHT"))
  var madeImageSize: PixelSize?
  @Option(
    help: ArgumentHelp(
      "How many of the images go with each prompt, in turn. Default: all of --image, 1 of those that are made.",
      valueName: "count"))
  var imagesPerPrompt: Int?
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
  /// Which of the flags need or exclude which.
  static let rules: [FlagRule] = [
    .excludes(["--made-image-size"], ["--image"], "images are either made or given"),
    .needs(["--images-per-prompt"], oneOf: ["--image", "--made-image-size"]),
    .needs(["--compare-without-image"], oneOf: ["--image", "--made-image-size", "--audio"]),
    .needs(
      ["--image", "--made-image-size", "--audio"], "--protocol", in: ["openai-chat"], byDefault: "openai-chat",
      "a completion takes text alone"),
  ]

  /// The media of the prompts of a load.
  func supply(seed: UInt64) throws -> MediaSupply {
    let sounds = try sounds.map { try ContentPart.audio(contentsOf: $0) }
    try ValidationError.unless(
      "--images-per-prompt", imagesPerPrompt, isIn: 1...(images.isEmpty ? 100 : images.count))
    guard let madeImageSize else {
      return MediaSupply(
        images: try images.map { try ContentPart.image(contentsOf: $0) }, others: sounds,
        imagesPerPrompt: imagesPerPrompt)
    }
    try madeImageSize.check("--made-image-size", sides: 8...8192)
    return try MediaSupply(
      madeImagesOfWidth: madeImageSize.width, height: madeImageSize.height, seed: seed, others: sounds,
      imagesPerPrompt: imagesPerPrompt ?? 1)
  }

  /// Reads what can be read without a service.
  func check() throws { _ = try supply(seed: 0) }
}
