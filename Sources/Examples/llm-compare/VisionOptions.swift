import ArgumentParser
import NPUTestKit
import ToolSupport

/// Questions about images.
struct VisionOptions: ParsableArguments {
  @Flag(
    help: """
      Compare what both see: questions about images, judged by keywords. --cases then names a file with image, question \
      and keywords a line; without it images are made here.
      """)
  var multimodal = false
  @Option(
    help: ArgumentHelp("How many images are made: characters, colours and charts. Default: 60.", valueName: "count"))
  var madeImages: Int?
}

extension VisionOptions {
  func validate() throws { try ValidationError.unless("--made-images", madeImages, isIn: 1...10_000) }

  /// Which flags need or exclude which.
  static let rules: [FlagRule] = [
    .needs(["--made-images"], oneOf: ["--multimodal"]),
    .excludes(["--made-images"], ["--cases"], "the file names its images"),
    .excludes(
      ["--multimodal"], ["--baseline-answers", "--candidate-answers", "--protocol", "--logprobs", "--near-tie"],
      "responses to images are compared by keywords"),
    beside("--against", ["--temperature", "--seed", "--max-tokens"], "the recording says how responses were chosen"),
    beside("--candidate-recording", ["--cases", "--made-images"], "the recordings say what was asked"),
    beside("--record", ["--concurrency"], "one case is asked after the other"),
  ]

  /// Flags that have no effect beside another one if images are compared.
  private static func beside(_ other: String, _ flags: [String], _ reason: String) -> FlagRule {
    FlagRule(flags, others: ["--multimodal", other]) { flag, given in
      guard given.has("--multimodal"), given.has(other) else { return nil }
      return "\(flag) and \(other) do not go together with --multimodal: \(reason); leave one out."
    }
  }

  /// What is asked.
  func cases(_ path: String?) throws -> [VisionCase] {
    try path.map { try VisionCase.cases(contentsOf: $0) } ?? VisionCase.rendered(madeImages ?? 60)
  }
}
