import ArgumentParser
import NPUTestKit
import ToolSupport

/// What is asked, how often, and how responses are chosen.
struct AskingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Cases in JSON Lines: id, prompt or messages, and as far as they are known reference, keywords, pattern and "
        + "output_tokens. Default: a small built-in set.", valueName: "file"))
  var cases: String?
  @Option(name: .customLong("protocol"), help: "How cases are asked: chat, or completion for texts to continue.")
  var kind = WireKind.chat
  @Option(
    help: ArgumentHelp(
      "How often each case is asked alone. Default: 1, 2 with --concurrency, or as often as the recording.",
      valueName: "count"))
  var repeats: Int?
  @Option(
    help: ArgumentHelp(
      "Ask all cases once more, so many at a time: whether responses stay the same among others. Default: 1, or as "
        + "many as in the recording.", valueName: "count"))
  var concurrency: Int?
  @Flag(help: "Ask for log-probabilities: how far they are apart, and whether responses part at a near tie.")
  var logprobs = false
  @Option(help: ArgumentHelp("The margin up to which a divergence is a near tie, in nats.", valueName: "nats"))
  var nearTie = FirstDivergence.defaultNearTie
  @Option(
    help: ArgumentHelp(
      "The least loss, or gain, that matters, as a share of the cases: 0.01 is 1 %.", valueName: "share"))
  var tolerance: Double?
  @Option(help: ArgumentHelp("Temperature of the responses; 0 is greedy.", valueName: "number"))
  var temperature = 0.0
  @Option(help: ArgumentHelp("Seed that is sent to the services. Default: none.", valueName: "number"))
  var seed: Int?
  @Option(help: ArgumentHelp("Most tokens of a response whose case sets no limit.", valueName: "count"))
  var maxTokens = 256

  enum WireKind: String, ExpressibleByArgument, CaseIterable {
    case chat, completion

    var kind: RecordingKind { self == .chat ? .chat : .completion }
  }

  /// Every flag that decides what is sent.
  static let sending = [
    "--protocol", "--repeats", "--concurrency", "--logprobs", "--temperature", "--seed", "--max-tokens",
  ]
  /// Every flag of the group that files of responses have no use for.
  static let flags = ["--cases"] + sending + ["--near-tie"]

  func validate() throws {
    try ValidationError.unless("--repeats", repeats, isIn: 1...1000)
    try ValidationError.unless("--concurrency", concurrency, isIn: 1...4096)
    try ValidationError.unless("--temperature", temperature, isIn: 0...100)
    try ValidationError.unless("--max-tokens", maxTokens, isIn: 1...100_000_000)
    try ValidationError.unless("--near-tie", nearTie, isIn: 0...100, unit: "nats")
    if let tolerance, !(tolerance > 0 && tolerance < 1) {
      throw ValidationError(
        "--tolerance takes a share above 0 and below 1, such as 0.01 for one case in a hundred; found \(tolerance).")
    }
  }

  /// The cases that are asked.
  func chosenCases() throws -> [AccuracyCase] { try cases.map { try CaseFile.cases($0) } ?? AccuracyCase.builtIn }

  /// What all requests to a service have in common.
  func pattern(model: String?) -> CasePattern {
    CasePattern(
      kind: kind.kind, model: model,
      sampling: SamplingParameters(temperature: temperature, maxTokens: maxTokens, seed: seed),
      topLogprobs: logprobs ? CasePattern.defaultTopLogprobs : nil)
  }

  /// How often the cases are asked, and how many at a time.
  ///
  /// - Parameter recording: The baseline, if it was recorded.
  /// - Returns: The passes, in their order.
  func passes(like recording: Recording? = nil) -> [CaseRunner.Pass] {
    let recorded = recording?.cases ?? []
    let alone = recorded.filter { $0.concurrency == nil }.map { $0.repetition + 1 }.max()
    let concurrency = concurrency ?? recorded.compactMap(\.concurrency).max() ?? 1
    return CaseRunner.Pass.plan(repeats: repeats ?? alone ?? (concurrency > 1 ? 2 : 1), concurrency: concurrency)
  }
}
