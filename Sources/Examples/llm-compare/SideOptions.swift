import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// What is compared: two services, recordings or files.
struct SideOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Address of the baseline, such as http://gpu:8000.", valueName: "url"))
  var baselineURL: String?
  @Option(help: ArgumentHelp("Address of the candidate, such as http://npu:8000.", valueName: "url"))
  var candidateURL: String?
  @Option(help: ArgumentHelp("Model of the baseline. Default: --model, or the first that it lists.", valueName: "name"))
  var baselineModel: String?
  @Option(
    help: ArgumentHelp("Model of the candidate. Default: --model, or the first that it lists.", valueName: "name"))
  var candidateModel: String?
  @Option(
    help: ArgumentHelp(
      "Environment variable with the key of the baseline, where it has one of its own.", valueName: "name"))
  var baselineApiKeyVariable: String?
  @Option(
    help: ArgumentHelp(
      "Environment variable with the key of the candidate, where it has one of its own.", valueName: "name"))
  var candidateApiKeyVariable: String?
  @Option(
    help: ArgumentHelp(
      "Record what one service says, that of --base-url, --baseline-url or --candidate-url, and compare nothing. A "
        + "recording that was broken off is gone on with.", valueName: "folder"))
  var record: String?
  @Option(help: ArgumentHelp("Take the baseline from a recording.", valueName: "folder"))
  var against: String?
  @Option(help: ArgumentHelp("Take the candidate from a recording, too.", valueName: "folder"))
  var candidateRecording: String?
  @Option(
    help: ArgumentHelp(
      "Responses of the baseline in JSON Lines: id, text, and as far as they are known reference and correct.",
      valueName: "file"))
  var baselineAnswers: String?
  @Option(help: ArgumentHelp("Responses of the candidate, in the same form.", valueName: "file"))
  var candidateAnswers: String?

  /// What the flags ask for.
  enum Mode {
    case answers(baseline: String, candidate: String)
    case record(folder: String, address: String)
    case recordings(baseline: String, candidate: String)
    case against(folder: String, address: String)
    case live(baseline: String, candidate: String)
    case simulators
  }

  /// What the flags ask for, together with the address that other tools take.
  func mode(baseURL: String?) throws -> Mode {
    let addresses = [baseURL, baselineURL, candidateURL].compactMap { $0 }
    switch (baselineAnswers, candidateAnswers) {
    case (let own?, let other?): return .answers(baseline: own, candidate: other)
    case (nil, nil): break
    default: throw ValidationError("--baseline-answers and --candidate-answers belong together; give both.")
    }
    if let record {
      guard let address = addresses.first, addresses.count == 1 else {
        throw ValidationError(
          "--record records one service; name it by one of --base-url, --baseline-url and --candidate-url.")
      }
      return .record(folder: record, address: address)
    }
    if let against {
      if let candidateRecording { return .recordings(baseline: against, candidate: candidateRecording) }
      guard baselineURL == nil, let address = addresses.first, addresses.count == 1 else {
        throw ValidationError("--against needs the candidate: --candidate-url, or --candidate-recording.")
      }
      return .against(folder: against, address: address)
    }
    if addresses.isEmpty { return .simulators }
    guard let baselineURL, let other = candidateURL ?? baseURL, addresses.count == 2 else {
      throw ValidationError(
        "A comparison needs two services: --baseline-url and --candidate-url; or --against with a recording of the "
          + "baseline.")
    }
    return .live(baseline: baselineURL, candidate: other)
  }

  /// Which flags need or exclude which.
  static let rules: [FlagRule] = [
    AuthenticationOptions.ofOneService,
    .excludes(
      ["--baseline-answers", "--candidate-answers"],
      ServiceOptions.flags + AskingOptions.flags + [
        "--baseline-url", "--candidate-url", "--baseline-model", "--candidate-model", "--baseline-api-key-variable",
        "--candidate-api-key-variable", "--record", "--against", "--candidate-recording",
      ], "files of responses are compared as they are, and no service is asked"),
    .excludes(["--record"], ["--against", "--candidate-recording"], "a recording is compared afterwards"),
    .excludes(["--record"], ["--json", "--markdown", "--junit", "--tolerance", "--near-tie"], "nothing is compared"),
    .needs(["--candidate-recording"], oneOf: ["--against"]),
    .excludes(
      ["--candidate-recording"],
      ["--base-url", "--baseline-url", "--candidate-url"] + AskingOptions.sending, "no service is asked"),
    .needs(["--baseline-model", "--baseline-api-key-variable"], oneOf: ["--baseline-url"]),
    .needs(["--candidate-model", "--candidate-api-key-variable"], oneOf: ["--candidate-url"]),
    .needs(
      ["--model"], oneOf: ["--base-url", "--baseline-url", "--candidate-url"], "the simulators have one model each"),
  ]
}
