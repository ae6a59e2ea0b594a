import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// What tasks to submit, and how to follow them.
struct TaskOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What the images show. Can be repeated; default: two prompts in turn.", valueName: "text"))
  var prompt: [String] = []
  @OptionGroup var texts: TextOptions
  @Option(help: ArgumentHelp("Width and height in pixels, as in 1024x1024.", valueName: "WIDTHxHEIGHT"))
  var size = PixelSize(width: 1024, height: 1024)
  @Option(help: ArgumentHelp("Denoising steps.", valueName: "count"))
  var steps = 50
  @Option(help: ArgumentHelp("Images per task.", valueName: "count"))
  var numImages = 1
  @Option(help: ArgumentHelp("Seed of every image. Default: the service chooses.", valueName: "number"))
  var imageSeed: Int?
  @Option(help: ArgumentHelp("Tasks submitted together in one request.", valueName: "count"))
  var batchSize = 1
  @Option(help: ArgumentHelp("Wait before a task is polled for the first time.", valueName: "seconds"))
  var pollFirst = 0.2
  @Option(help: ArgumentHelp("Factor by which each wait is longer than the one before.", valueName: "factor"))
  var pollMultiplier = 1.5
  @Option(help: ArgumentHelp("Longest wait between two polls.", valueName: "seconds"))
  var pollLongest = 2.0
  @Option(help: ArgumentHelp("Time after which a task counts as stuck.", valueName: "seconds"))
  var deadline = Seconds(600)
  @Option(help: ArgumentHelp("How long a task may show no progress before it counts as stuck.", valueName: "seconds"))
  var patience: Seconds?
  @Flag(inversion: .prefixedNo, help: "Fetch and check the results.")
  var download = true
}

extension TaskOptions {
  var task: TaskRequest {
    TaskRequest(
      prompt: nil, resolution: "\(size)", steps: steps, imagesPerPrompt: numImages, seed: imageSeed)
  }

  func policy(_ seed: UInt64) throws -> PollingPolicy {
    try ValidationError.unless("--steps", steps, isIn: 1...100_000)
    try ValidationError.unless("--num-images", numImages, isIn: 1...1000)
    try ValidationError.unless("--batch-size", batchSize, isIn: 1...1000)
    try ValidationError.unless("--poll-first", pollFirst, isIn: 0.001...3600)
    try ValidationError.unless("--poll-longest", pollLongest, isIn: 0.001...3600)
    try ValidationError.unless("--poll-multiplier", pollMultiplier, isIn: 1...100)
    try ValidationError.unless("--patience", patience?.number, isAbove: 0, unit: "seconds")
    try ValidationError.unless("--deadline", deadline.number, isAbove: 0, unit: "seconds")
    return PollingPolicy(
      first: .seconds(pollFirst), multiplier: pollMultiplier, longest: .seconds(pollLongest), jitter: 0.1,
      deadline: deadline.duration, patience: patience?.duration, seed: seed)
  }

  func prompts(_ seed: UInt64) throws -> PromptList {
    let subjects = ["a harbour at night with paper lanterns", "a glass greenhouse full of ferns"]
    return try texts.prompts(given: prompt, own: subjects, of: "an image task", seed: seed)
  }
}

extension TaskBench {
  /// Which flags need or exclude which.
  static let rules: [FlagRule] =
    ServiceOptions.rules + LoadOptions.rules + BenchReportOptions.rules + TelemetryOptions.rules
    + TextOptions.rules(texts: "--prompt") + [
      FlagRule(["--model"]) { flag, _ in "\(flag) is not sent: the protocol of tasks has no model; leave it out." }
    ]
}
