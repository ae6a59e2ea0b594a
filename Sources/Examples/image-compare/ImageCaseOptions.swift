import ArgumentParser
import ExampleSupport
import NPUMetrics
import NPUTestKit
import ToolSupport

/// Which images two services are asked for, and when they count as alike.
struct ImageCaseOptions: ParsableArguments {
  @Option(name: .customLong("protocol"), help: "diffusers for POST /generate, openai for /v1/images/generations.")
  var wireProtocol = ImageRequest.WireProtocol.diffusers
  @Option(
    help: ArgumentHelp("What the images show. Can be repeated; default: six prompts.", valueName: "text"))
  var prompt: [String] = []
  @Option(
    help: ArgumentHelp(
      "File with a case a line: {\"prompt\": …}, and as wanted id, negative_prompt, seed, width, height.",
      valueName: "file"))
  var cases: String?
  @Option(help: ArgumentHelp("What the images must not show.", valueName: "text"))
  var negativePrompt: String?
  @Option(help: ArgumentHelp("The first seed; both services get the same.", valueName: "number"))
  var seed = 42
  @Option(
    help: ArgumentHelp(
      "How many seeds each prompt is asked with: 13 for six prompts decide on 5 %.", valueName: "count"))
  var seeds = 13
  @Option(
    help: ArgumentHelp(
      "Width and height in pixels. Default: 512x512; 192x192 of the simulator.", valueName: "WIDTHxHEIGHT"))
  var size: PixelSize?
  @Option(help: ArgumentHelp("Denoising steps.", valueName: "count"))
  var steps = 30
  @Option(help: ArgumentHelp("Adapter: a path on the services' disks, or a name.", valueName: "path"))
  var loraPath: String?
  @Option(
    name: .customLong("least-ssim"),
    help: ArgumentHelp("The least SSIM that is alike; default: the band of the guides.", valueName: "number"))
  var leastSSIM = SSIMBand.acceptableFrom
  @Option(help: ArgumentHelp("Share of images that need not be alike, such as 0.05.", valueName: "share"))
  var tolerance = 0.05
  @Option(
    help: ArgumentHelp(
      "Folder for two PNG files a case: where the sides differ, and both sides beside it.", valueName: "folder"))
  var heatmaps: String?
}

extension ImageCaseOptions {
  func validate() throws {
    try ValidationError.unless("--seeds", seeds, isIn: 1...100_000)
    try ValidationError.unless("--steps", steps, isIn: 1...100_000)
    try ValidationError.unless("--least-ssim", leastSSIM, isIn: -1...1)
    try ValidationError.unless("--tolerance", tolerance, isIn: 0.0001...0.9999)
  }

  /// What is asked for.
  func cases(_ size: PixelSize) throws -> [ImageCase] {
    if let cases {
      let pattern = ImageCase(
        id: "", prompt: "", negativePrompt: negativePrompt, seed: seed, width: size.width, height: size.height)
      return try ImageCase.cases(contentsOf: cases, pattern: pattern)
    }
    return ImageCase.cases(
      prompt.isEmpty ? ImageCase.prompts : prompt, negativePrompt: negativePrompt, seed: seed, seeds: seeds,
      width: size.width, height: size.height)
  }

  /// A service that is asked now.
  func side(_ live: ServiceComparison.Live, route: String?) async throws -> ComparedSide<ImageCase> {
    let client = ImageClient(
      transport: live.transport, service: live.service, wireProtocol: wireProtocol, route: route)
    var pattern = live.pattern.map { ImageRequest(commonOf: $0) } ?? ImageRequest(prompt: nil, steps: steps)
    if live.pattern == nil { pattern.loraPath = loraPath }
    if wireProtocol == .openAI { pattern.model = try await live.chosenModel() }
    return ComparedSide(images: client, pattern: pattern)
  }
}

extension ImageCompare {
  /// Which flags need or exclude which.
  static let rules: [FlagRule] =
    ComparedServiceOptions.rules + [
      .excludes(["--prompt", "--seeds"], ["--cases"], "the file says what is asked for"),
      .excludes(
        ["--prompt", "--cases", "--negative-prompt", "--seed", "--seeds", "--size", "--steps", "--lora-path"],
        ["--against"], "the recording says what was asked for"),
      .excludes(["--heatmaps", "--least-ssim", "--tolerance"], ["--record"], "a recording compares nothing"),
      FlagRule(["--model", "--baseline-model", "--candidate-model"], others: ["--protocol"]) { flag, given in
        given.value("--protocol") == "openai" ? nil : "\(flag) needs --protocol openai; diffusers has no such field."
      },
      .filesApart(outputs: ["--junit", "--markdown", "--heatmap"], inputs: ["--cases", "--info"]),
    ]
}
