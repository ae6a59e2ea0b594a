import ArgumentParser
import Foundation
import NPUTestKit

/// What to ask.
struct PromptOptions: ParsableArguments {
  @Option(help: "Where prompts come from; custom is a file of JSON Lines with a prompt or messages in each.")
  var datasetName = Dataset.random
  @Option(help: ArgumentHelp("File of the custom or sharegpt dataset.", valueName: "file"))
  var datasetPath: String?
  @Option(help: ArgumentHelp("The prompt of the fixed dataset.", valueName: "text"))
  var prompt = "Explain quantum computing in detail."
  @Option(help: ArgumentHelp("Tokens of a random prompt.", valueName: "tokens"))
  var randomInputLen = 1024
  @Option(help: ArgumentHelp("Most tokens of a response, where the dataset names no length.", valueName: "tokens"))
  var randomOutputLen = 128
  @Option(help: ArgumentHelp("Random lengths spread by this share around the two above.", valueName: "share"))
  var randomRangeRatio = 0.0
  @Option(help: ArgumentHelp("Tokens that all random prompts begin with, added to their length.", valueName: "tokens"))
  var randomPrefixLen = 0
  @Flag(inversion: .prefixedNo, help: "Generate to the full length. Default: for random prompts only.")
  var ignoreEos: Bool?
  @Flag(
    inversion: .prefixedNo,
    help:
      "Ask for token counts with stream_options; without it they are unknown, unless the service sends them unasked.")
  var streamOptions = true
  @Option(help: ArgumentHelp("Sampling temperature. Default: the service's.", valueName: "number"))
  var temperature: Double?
  @Option(help: ArgumentHelp("JSON object whose members are added to each request.", valueName: "json"))
  var extraBody: String?

  enum Dataset: String, ExpressibleByArgument, CaseIterable { case random, custom, sharegpt, fixed }
}

extension PromptOptions {
  var sampling: SamplingParameters {
    var sampling = SamplingParameters(temperature: temperature, maxTokens: randomOutputLen)
    sampling.ignoreEOS = ignoreEos ?? (datasetName == .random) ? true : nil
    return sampling
  }

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
        input: randomInputLen, output: randomOutputLen, rangeRatio: randomRangeRatio, sharedPrefix: randomPrefixLen)
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
    _ = (try lengths, try extraMembers)
    if datasetName == .custom || datasetName == .sharegpt { _ = try path }
  }

  func source(
    _ plan: LoadPlan, counter: () async throws -> ServiceTokenCounter?, note: (String) -> Void
  ) async throws -> any PromptSource {
    switch datasetName {
    case .fixed: PromptList.fixed(prompt)
    case .custom: try PromptList.jsonLines(path: try path, shuffledBy: plan.seed)
    case .sharegpt: try await PromptList.shareGPT(path: try path, counter: try await counter(), shuffledBy: plan.seed)
    case .random:
      try await RandomPromptSource.ahead(
        of: plan.requestLimit, try lengths, seed: plan.seed, counter: try await counter(), note: note)
    }
  }
}
