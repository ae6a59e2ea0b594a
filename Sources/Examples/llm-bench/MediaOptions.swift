import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// What stands before the text of the prompts.
struct MediaOptions: ParsableArguments {
  @Option(
    name: .customLong("image"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Images to send with the prompts: PNG, JPEG, WebP, GIF or BMP. All go with each prompt, unless "
        + "--images-per-prompt is given.", valueName: "file"))
  var images: [String] = []
  @Option(
    help: ArgumentHelp(
      "Make images of this size, such as 512x512. No two are alike, so that a service finds none of them in its cache.",
      valueName: "WIDTHxHEIGHT"))
  var madeImageSize: PixelSize?
  @Option(
    help: ArgumentHelp(
      "How many of the images go with each prompt, in turn. Default: all of --image, 1 of those that are made.",
      valueName: "count"))
  var imagesPerPrompt: Int?
  @Option(
    name: .customLong("audio"), parsing: .upToNextOption,
    help: ArgumentHelp("Sound files to send with each prompt, such as WAV.", valueName: "file"))
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
    var files = MediaFiles()
    let images = try images.map { try files.image($0) }
    let sounds = try sounds.map { try files.sound($0) }
    try ValidationError.unless(
      "--images-per-prompt", imagesPerPrompt, isIn: 1...(images.isEmpty ? 100 : images.count))
    guard let madeImageSize else {
      var supply = MediaSupply(images: images, others: sounds, imagesPerPrompt: imagesPerPrompt)
      supply.files = files.description
      return supply
    }
    try madeImageSize.check("--made-image-size", sides: 8...8192)
    var supply = try MediaSupply(
      madeImagesOfWidth: madeImageSize.width, height: madeImageSize.height, seed: seed, others: sounds,
      imagesPerPrompt: imagesPerPrompt ?? 1)
    supply.files = files.description
    return supply
  }

  /// Reads what can be read without a service.
  func check() throws { _ = try supply(seed: 0) }
}
