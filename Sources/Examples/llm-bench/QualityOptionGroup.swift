import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// What is looked for in the responses, beside the timing.
struct QualityOptionGroup: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Examine every response: loops, foreign script, broken characters, empty or cut responses, marks of templates, "
        + "leaks between requests. Random prompts then let the model end, unless --ignore-eos says otherwise."))
  var quality = false
  @Option(
    help: ArgumentHelp(
      "Share of requests that are replaced by ones whose response is known, each with a code of its own; 0 for none. "
        + "They are left out of latencies.", valueName: "share"))
  var canaryShare = 0.02
  @Option(
    help: ArgumentHelp(
      "Requests that are sent again alone after the load, twice each, to compare their responses; 0 for none. Needs "
        + "--temperature 0.", valueName: "count"))
  var aloneCases = 16
  @Flag(help: "Ask for the log-probability of each token, and count those that are no number.")
  var logprobs = false
}

extension QualityOptionGroup {
  /// Which of the flags need or exclude which.
  static let rules: [FlagRule] = [
    .needs(["--canary-share", "--alone-cases", "--logprobs"], oneOf: ["--quality"], "no response is examined"),
    .excludes(["--quality"], ["--compare-without-image"], "it sends each prompt twice"),
  ]

  /// What cannot be judged where the model is not let end.
  static let noteOnIgnoredEnds =
    "Note: --ignore-eos drives the model past its end, where loops and end marks are no fault of the service; "
    + "responses of collapsed length and thoughts without an end cannot be found."

  /// Refuses numbers that make no sense.
  func check() throws {
    try ValidationError.unless("--canary-share", canaryShare, isIn: 0...0.5)
    try ValidationError.unless("--alone-cases", aloneCases, isIn: 0...10_000)
  }

  /// What examines the responses of a load; `nil` where nobody does.
  func watch(_ plan: LoadPlan, temperature: Double?) -> QualityWatch? {
    guard quality else { return nil }
    let options = QualityOptions(canaryShare: canaryShare, aloneCases: aloneCases)
    return QualityWatch(options, plan: plan, isGreedy: temperature == 0)
  }

  /// Refuses a journal without findings.
  static func check(replayed report: LoadReport, _ isWanted: Bool) throws {
    guard isWanted, report.quality == nil else { return }
    throw Failure(
      kind: "no_findings",
      message: "The journal does not say what was found in the responses; record it with --quality --journal.")
  }
}
