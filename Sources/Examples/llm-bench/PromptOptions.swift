import ArgumentParser
import ExampleSupport
import Foundation
import NPUTestKit
import ToolSupport

/// What to ask.
struct PromptOptions: ParsableArguments {
  @Option(help: "Where prompts come from; custom is a file with a prompt or messages on each line.")
  var datasetName = Dataset.random
  @Option(help: ArgumentHelp("File of the custom or sharegpt dataset.", valueName: "file"))
  var datasetPath: String?
  @Flag(
    inversion: .prefixedNo,
    help: "Shuffle the prompts of the file, as --seed decides. Default: for sharegpt only.")
  var shuffle: Bool?
  @Option(help: ArgumentHelp("The prompt of the fixed dataset.", valueName: "text"))
  var prompt = "Explain quantum computing in detail."
  @Option(help: ArgumentHelp("Tokens of a random prompt.", valueName: "tokens"))
  var randomInputLen = 1024
  @Option(
    help: ArgumentHelp(
      "Most tokens of a response. Default: what the dataset says, else 128.", valueName: "tokens"))
  var outputLen: Int?
  @Option(help: ArgumentHelp("Tokens of a response to a random prompt.", valueName: "tokens"))
  var randomOutputLen = 128
  @Option(
    help: ArgumentHelp(
      "How far random lengths spread around --random-input-len and --random-output-len, as a share.", valueName: "share"
    ))
  var randomRangeRatio = 0.0
  @Option(help: ArgumentHelp("Tokens that all random prompts begin with, added to their length.", valueName: "tokens"))
  var randomPrefixLen = 0
  @Flag(
    inversion: .prefixedNo,
    help: "Generate to the full length. Default: for random prompts only, and not with --quality.")
  var ignoreEos: Bool?
  @Flag(
    inversion: .prefixedNo,
    help:
      "Ask for token counts with stream_options; without it they are unknown, unless the service sends them unasked.")
  var streamOptions = true
  @Flag(
    help: ArgumentHelp(
      "Each event repeats the text so far, as MindIE's do with fullTextEnabled. Found out without it, except for "
        + "--protocol openai and for responses of a few events."))
  var cumulativeText = false
  @Option(help: ArgumentHelp("Sampling temperature. Default: the service's.", valueName: "number"))
  var temperature: Double?
  @Option(
    help: ArgumentHelp(
      "Member of the request that holds the prompt, for services of one's own on ModelArts. Code made after its "
        + "template reads input.", valueName: "name"))
  var promptMember = PredictionRequest.usualPromptMember
  @Option(help: ArgumentHelp("JSON object whose members are added to each request.", valueName: "json"))
  var extraBody: String?

  enum Dataset: String, ExpressibleByArgument, CaseIterable { case random, custom, sharegpt, fixed }
}

extension PromptOptions {
  /// How responses are chosen, and how long they may be.
  ///
  /// - Parameters:
  ///   - isExamined: Whether somebody looks at what they say: past its end a model says nonsense.
  ///   - canIgnoreEnd: Whether the protocol can tell the model to go on.
  /// - Returns: The parameters.
  func sampling(isExamined: Bool, canIgnoreEnd: Bool = true) -> SamplingParameters {
    var sampling = SamplingParameters(temperature: temperature, maxTokens: outputLen ?? randomOutputLen)
    sampling.ignoreEOS = canIgnoreEnd && isFullLengthWanted(isExamined: isExamined) ? true : nil
    return sampling
  }

  /// Whether the model should go on to the limit of tokens.
  func isFullLengthWanted(isExamined: Bool) -> Bool { ignoreEos ?? (datasetName == .random && !isExamined) }

  /// How the texts of events add up.
  var streamedText: StreamedText { cumulativeText ? .cumulative : .detect }

  /// What requests ask their streams to carry.
  var streamed: StreamOptions { streamOptions ? .usage : .omitted }

  var extraMembers: [String: JSONValue] {
    get throws {
      guard let extraBody else { return [:] }
      guard case .object(let members) = try? JSONDecoder().decode(JSONValue.self, from: Data(extraBody.utf8)) else {
        throw ValidationError("--extra-body takes a JSON object, such as '{\"top_k\": 20}'; found \(extraBody).")
      }
      return members
    }
  }

  var lengths: RandomPromptLengths {
    get throws {
      try RandomPromptLengths(
        input: randomInputLen, output: outputLen ?? randomOutputLen, rangeRatio: randomRangeRatio,
        sharedPrefix: randomPrefixLen)
    }
  }

  var path: String {
    get throws {
      guard let datasetPath else { throw ValidationError("--dataset-name \(datasetName) needs --dataset-path <file>.") }
      return datasetPath
    }
  }

  /// Reads what can be read without a service.
  func check() throws {
    let most = RandomPromptLengths.most
    try ValidationError.unless("--random-input-len", randomInputLen, isIn: 1...most)
    try ValidationError.unless("--output-len", outputLen, isIn: 1...most)
    try ValidationError.unless("--random-output-len", randomOutputLen, isIn: 1...most)
    try ValidationError.unless("--random-prefix-len", randomPrefixLen, isIn: 0...most)
    try ValidationError.unless("--random-range-ratio", randomRangeRatio, isIn: 0..<1)
    try ValidationError.unless("--temperature", temperature, isIn: 0...1000)
    _ = (try lengths, try extraMembers)
    if datasetName == .custom || datasetName == .sharegpt { _ = try path }
  }

  /// The prompts that need no service to be made or measured; `nil` where they do.
  ///
  /// - Parameters:
  ///   - plan: The load that sends them.
  ///   - target: What takes them.
  /// - Returns: The prompts.
  /// - Throws: ``PromptError`` for what cannot be used.
  func given(_ plan: LoadPlan, for target: PromptTarget) throws -> PromptList? {
    switch datasetName {
    case .fixed: return PromptList.fixed(prompt)
    case .custom:
      let list = try PromptFile.custom(try path, shuffledBy: order(plan))
      try list.check(target)
      return outputLen.map { list.limited(to: $0) } ?? list
    case .random, .sharegpt: return nil
    }
  }

  private func order(_ plan: LoadPlan) -> UInt64? { shuffle ?? (datasetName == .sharegpt) ? plan.seed : nil }

  /// The prompts that are made or measured by the tokenizer of the service.
  ///
  /// - Parameters:
  ///   - plan: The load that sends them.
  ///   - counter: Finds the service's tokenizer.
  ///   - note: Told what takes time.
  /// - Returns: The prompts.
  /// - Throws: ``PromptError`` for what cannot be used, or an error of the tokenizer.
  func counted(
    _ plan: LoadPlan, counter: () async throws -> ServiceTokenCounter?, note: (String) -> Void
  ) async throws -> any PromptSource {
    guard datasetName == .sharegpt else {
      return try await RandomPromptSource.ahead(
        of: plan.requestLimit, try lengths, seed: plan.seed, counter: try await counter(), note: note)
    }
    return try await PromptFile.shareGPT(
      try path, outputTokens: outputLen, counter: try await counter(), shuffledBy: order(plan))
  }
}
