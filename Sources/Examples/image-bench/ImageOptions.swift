import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// What images to ask for.
struct ImageOptions: ParsableArguments {
  @Option(name: .customLong("protocol"), help: "diffusers for POST /generate, openai for /v1/images/generations.")
  var wireProtocol = ImageRequest.WireProtocol.diffusers
  @Option(
    help: ArgumentHelp("What the images show. Can be repeated; default: four prompts in turn.", valueName: "text"))
  var prompt: [String] = []
  @OptionGroup var texts: TextOptions
  @Option(help: ArgumentHelp("What the images must not show.", valueName: "text"))
  var negativePrompt: String?
  @Option(help: ArgumentHelp("Width and height in pixels, as in 512x512.", valueName: "WIDTHxHEIGHT"))
  var size = PixelSize(width: 512, height: 512)
  @Option(help: ArgumentHelp("Denoising steps.", valueName: "count"))
  var steps = 30
  @Option(help: ArgumentHelp("Images per request.", valueName: "count"))
  var numImages: Int?
  @Option(help: ArgumentHelp("Seed of every image. Default: the service chooses.", valueName: "number"))
  var imageSeed: Int?
  @Flag(help: "Add the number of the request to --image-seed, so that each image has a seed of its own.")
  var varySeed = false
  @Option(help: ArgumentHelp("Form of the response of an OpenAI service: b64_json, file or url.", valueName: "format"))
  var responseFormat: String?
  @Option(help: ArgumentHelp("Adapter for diffusers: a path on the service's disk.", valueName: "path"))
  var loraPath: String?
  @Flag(help: "Decode the pixels of every PNG; other formats then fail. Structure and size are checked in any case.")
  var decode = false
  @Option(
    help: ArgumentHelp(
      "Compare one request for this many images with as many requests for one image.", valueName: "count"))
  var batchScaling: Int?
}

extension ImageOptions {
  /// The prompts that are used where none are given.
  private static let subjects = [
    "a lighthouse on a cliff at dawn, oil painting", "a steam train in the snow, wide angle",
    "a bowl of lemons on a blue cloth, still life", "a paper kite over a green valley, watercolor",
  ]

  func request(_ model: String?) throws -> ImageRequest {
    try ValidationError.unless("--steps", steps, isIn: 1...100_000)
    try ValidationError.unless("--num-images", numImages, isIn: 1...1000)
    try ValidationError.unless("--batch-scaling", batchScaling, isIn: 2...1000)
    var request = ImageRequest(
      prompt: nil, negativePrompt: negativePrompt, model: wireProtocol == .openAI ? model : nil, width: size.width,
      height: size.height, steps: steps, seed: imageSeed, count: numImages,
      responseFormat: responseFormat.map { .init(rawValue: $0) })
    request.loraPath = loraPath
    return request
  }

  func prompts(_ seed: UInt64) throws -> PromptList {
    try texts.prompts(given: prompt, own: Self.subjects, of: "an image", seed: seed)
  }
}

extension ImageBench {
  /// Which flags need or exclude which.
  static let rules: [FlagRule] =
    ServiceOptions.rules + LoadOptions.rules + BenchReportOptions.rules + TelemetryOptions.rules
    + MediaQualityOptionGroup.rules
    + TextOptions.rules(texts: "--prompt") + [
      .needs(["--vary-seed"], oneOf: ["--image-seed"], "without it the service chooses"),
      .needs(
        ["--model", "--response-format"], "--protocol", in: ["openai"], byDefault: "diffusers",
        "the other protocol has no such field"),
    ]
}
