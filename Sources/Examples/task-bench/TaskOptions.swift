import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// What tasks to submit, and how to follow them.
struct TaskOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What the images show. Can be repeated; default: two prompts in turn.", valueName: "text"))
  var prompt: [String] = []
  @Option(help: ArgumentHelp("File of JSON Lines with a prompt in each.", valueName: "file"))
  var datasetPath: String?
  @Option(help: ArgumentHelp("Width and height in pixels, as in 1024x1024.", valueName: "size"))
  var size = "1024x1024"
  @Option(help: ArgumentHelp("Denoising steps.", valueName: "count"))
  var steps = 50
  @Option(help: ArgumentHelp("Images of one task.", valueName: "count"))
  var numImages = 1
  @Option(help: ArgumentHelp("Seed of every image. Default: the service chooses.", valueName: "number"))
  var imageSeed: Int?
  @Option(help: ArgumentHelp("Tasks submitted together in one request.", valueName: "count"))
  var batchSize = 1
  @Option(help: ArgumentHelp("The wait before the first look at a task.", valueName: "seconds"))
  var pollFirst = 0.2
  @Option(help: ArgumentHelp("By how much each wait is longer than the one before.", valueName: "factor"))
  var pollMultiplier = 1.5
  @Option(help: ArgumentHelp("The longest wait between two looks.", valueName: "seconds"))
  var pollLongest = 2.0
  @Option(help: ArgumentHelp("After how long a task counts as stuck.", valueName: "seconds"))
  var deadline = Seconds(600)
  @Option(help: ArgumentHelp("How long a task may show no progress before it counts as stuck.", valueName: "seconds"))
  var patience: Seconds?
  @Flag(inversion: .prefixedNo, help: "Fetch and check the results.")
  var download = true
}

extension TaskOptions {
  var task: TaskRequest {
    TaskRequest(
      prompt: nil, resolution: size, steps: steps, imagesPerPrompt: numImages, seed: imageSeed)
  }

  func policy(_ seed: UInt64) throws -> PollingPolicy {
    if let patience, patience.duration <= .zero {
      throw ValidationError("--patience takes more than 0 seconds; found \(patience.duration).")
    }
    guard (0.001...3600).contains(pollFirst), (0.001...3600).contains(pollLongest), (1...100).contains(pollMultiplier)
    else {
      throw ValidationError(
        "--poll-first and --poll-longest take 0.001 to 3600 seconds and --poll-multiplier 1 to 100; found "
          + "\(pollFirst), \(pollLongest) and \(pollMultiplier).")
    }
    guard (1...1000).contains(batchSize), deadline.duration > .zero else {
      throw ValidationError("--batch-size takes 1 to 1000 tasks and --deadline more than 0 seconds.")
    }
    return PollingPolicy(
      first: .seconds(pollFirst), multiplier: pollMultiplier, longest: .seconds(pollLongest), jitter: 0.1,
      deadline: deadline.duration, patience: patience?.duration, seed: seed)
  }

  func prompts(_ seed: UInt64) throws -> PromptList {
    if let datasetPath { return try PromptList.jsonLines(path: datasetPath, shuffledBy: seed) }
    let subjects = ["a harbour at night with paper lanterns", "a glass greenhouse full of ferns"]
    return try PromptList((prompt.isEmpty ? subjects : prompt).map { Prompt(.text($0)) })
  }
}
