internal import NPUBase

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

extension PromptList {
  /// Reads prompts from a ShareGPT file.
  ///
  /// The file is an array of objects with `conversations`, each a list of `from` and `value`.
  ///
  /// Of each conversation the first human turn is the prompt, and the length of the response right after it is the
  /// length to ask for. Conversations without such a pair are left out, and those that the filter refuses; the
  /// ``DatasetDescription`` of the list says how many of each. `vllm bench serve` takes the first two turns whoever
  /// speaks, and shuffles the whole file before it cuts; here the first suitable prompts of the file are kept, so that
  /// hundreds of megabytes need not be in memory, and the shuffle comes afterwards. Turns may be written with `role` and
  /// `content` too.
  ///
  /// Two counts are asked of the tokenizer for each conversation, several at a time. Without a tokenizer a token is
  /// taken to be four bytes of UTF-8, and lengths are marked as estimated.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - limits: How much of it to keep.
  ///   - filter: Which lengths to keep.
  ///   - outputTokens: An output length for all requests, at least 1, instead of the responses' own.
  ///   - counter: The service's tokenizer.
  ///   - parallelCounts: How many counts to ask for at one time.
  ///   - shuffleSeed: The seed of a shuffle; without one the prompts keep the order of the file.
  ///   - observe: Gets every byte of the file, such as for a digest; without it only as much is read as is kept.
  /// - Returns: The prompts with their lengths.
  /// - Throws: ``PromptError`` with the number of the entry, or an error of the tokenizer.
  public static func shareGPT(
    path: String, limits: PromptFileLimits = PromptFileLimits(), filter: ShareGPTFilter = ShareGPTFilter(),
    outputTokens: Int? = nil, counter: (any TokenCounter)? = nil, parallelCounts: Int = 16,
    shuffledBy shuffleSeed: UInt64? = nil, observing observe: ((borrowing [UInt8]) -> Void)? = nil
  ) async throws -> PromptList {
    if let outputTokens, outputTokens < 1 {
      throw PromptError(
        kind: .invalidSetting, message: "The output length is \(outputTokens) tokens; allowed: 1 or more.")
    }
    var reader = try PromptFileReader(path: path, format: .jsonArray, limits: limits, observe: observe)
    let measure = ShareGPTMeasure(filter: filter, outputTokens: outputTokens, counter: counter)
    let decoder = JSONDecoder()
    var dataset = DatasetDescription(name: "sharegpt", path: path, entries: 0)
    var prompts: [Prompt] = []
    var places: [Int] = []
    reading: while let entries = try reader.next() {
      var pairs = try entries.map { try ShareGPTEntry.pair(of: $0, decoder, path) }[...]
      while !pairs.isEmpty {
        let batch = pairs.prefix(max(1, parallelCounts))
        let first = batch.startIndex
        pairs = pairs.dropFirst(batch.count)
        for (place, fate) in try await measure.fates(of: Array(batch)).enumerated() {
          guard prompts.count < limits.prompts else {
            dataset.isCutOff = true
            break reading
          }
          dataset.entries = dataset.entries.map { $0 + 1 }
          switch fate {
          case .kept(let prompt):
            prompts.append(prompt)
            places.append(entries[first + place].number)
          case .skipped(let reason): dataset.skipped[reason, default: 0] += 1
          }
        }
      }
    }
    guard !prompts.isEmpty else {
      throw PromptError(
        kind: .noPrompts,
        message: """
          No conversation of the file has a human turn of \(filter.fewestTokens) to \(filter.mostPromptTokens) \
          tokens with an answer, together at most \(filter.mostTotalTokens); widen the filter or check the file.
          """,
        path: path)
    }
    try reader.drain()
    dataset.isCutOff = dataset.isCutOff || reader.isCutOff
    return try PromptList(prompts, entries: places, shuffledBy: shuffleSeed, dataset: dataset)
  }
}

/// A human turn and the response to it.
private struct ShareGPTPair: Sendable {
  var prompt: String
  var answer: String
}

/// One element of a ShareGPT file, as far as it is used.
private struct ShareGPTEntry: Decodable {
  struct Turn: Decodable {
    var from: String?
    var value: String?
    var role: String?
    var content: String?

    private var speaker: String? { from ?? role }
    var text: String? { value ?? content }
    var isHuman: Bool { speaker == "human" || speaker == "user" }
    var isAnswer: Bool { speaker.map { $0 != "system" && !isHuman } ?? false }
  }

  var conversations: [Turn]?

  static func pair(of entry: PromptFileReader.Entry, _ decoder: JSONDecoder, _ path: String) throws -> ShareGPTPair? {
    let turns: [Turn]
    do {
      turns = try decoder.decode(ShareGPTEntry.self, from: Data(entry.bytes)).conversations ?? []
    } catch {
      throw PromptError(
        kind: .malformedEntry, message: "The element is not a conversation: \(JSONCoding.describe(error)).", path: path,
        entry: entry.number)
    }
    guard let human = turns.firstIndex(where: \.isHuman), turns.indices.contains(human + 1), turns[human + 1].isAnswer,
      let prompt = turns[human].text, let answer = turns[human + 1].text, !prompt.isEmpty, !answer.isEmpty
    else { return nil }
    return ShareGPTPair(prompt: prompt, answer: answer)
  }
}

/// Counts the tokens of pairs and applies the filter.
private struct ShareGPTMeasure: Sendable {
  var filter: ShareGPTFilter
  var outputTokens: Int?
  var counter: (any TokenCounter)?

  /// What becomes of an entry.
  enum Fate: Sendable {
    case kept(Prompt)
    case skipped(String)
  }

  /// What becomes of each pair, in order; of a missing one it is clear.
  func fates(of pairs: [ShareGPTPair?]) async throws -> [Fate] {
    guard counter != nil else {
      var fates: [Fate] = []
      for pair in pairs { fates.append(try await fate(of: pair)) }
      return fates
    }
    return try await withThrowingTaskGroup(of: (Int, Fate).self) { group in
      for (position, pair) in pairs.enumerated() {
        group.addTask { (position, try await fate(of: pair)) }
      }
      var fates = [Fate?](repeating: nil, count: pairs.count)
      for try await (position, fate) in group { fates[position] = fate }
      return fates.compactMap { $0 }
    }
  }

  private func fate(of pair: ShareGPTPair?) async throws -> Fate {
    guard let pair else { return .skipped("without a human turn and its answer") }
    let input = try await tokens(of: pair.prompt)
    let output: Int
    if let outputTokens { output = outputTokens } else { output = try await tokens(of: pair.answer) }
    guard filter.keeps(promptTokens: input, outputTokens: output, isOutputFixed: outputTokens != nil) else {
      let isShort = input < filter.fewestTokens || (outputTokens == nil && output < filter.fewestTokens)
      return .skipped(
        isShort
          ? "with fewer than \(filter.fewestTokens) tokens in prompt or answer"
          : "with more than \(filter.mostPromptTokens) tokens in the prompt or \(filter.mostTotalTokens) in all")
    }
    let length = PromptLength(tokens: input, source: counter == nil ? .estimated : .verified)
    return .kept(Prompt(.text(pair.prompt), input: length, outputTokens: output))
  }

  private func tokens(of text: String) async throws -> Int {
    guard let counter else { return (text.utf8.count + 3) / 4 }
    return try await counter.tokenCount(of: text)
  }
}

/// Which conversations of a ShareGPT file make a load, by their lengths in tokens.
///
/// The defaults are those of `vllm bench serve`: prompts under 4 or over 1,024 tokens, responses under 4 tokens, and
/// pairs over 2,048 tokens are left out. The lower limit on the response does not hold where a fixed output length
/// replaces it.
public struct ShareGPTFilter: Sendable, Hashable {
  /// The fewest tokens of a prompt, and of a response that sets the output length.
  public var fewestTokens: Int
  /// The most tokens of a prompt.
  public var mostPromptTokens: Int
  /// The most tokens of a prompt and its output together.
  public var mostTotalTokens: Int

  /// Creates a filter.
  public init(fewestTokens: Int = 4, mostPromptTokens: Int = 1_024, mostTotalTokens: Int = 2_048) {
    self.fewestTokens = fewestTokens
    self.mostPromptTokens = mostPromptTokens
    self.mostTotalTokens = mostTotalTokens
  }

  /// Whether a pair of these lengths is kept.
  ///
  /// - Parameters:
  ///   - promptTokens: The length of the prompt.
  ///   - outputTokens: The length of the output, from the response or fixed.
  ///   - isOutputFixed: Whether the output length was given for all requests.
  /// - Returns: Whether it is within all limits, which belong to the allowed range.
  public func keeps(promptTokens: Int, outputTokens: Int, isOutputFixed: Bool = false) -> Bool {
    promptTokens >= fewestTokens && (isOutputFixed || outputTokens >= fewestTokens)
      && promptTokens <= mostPromptTokens && promptTokens + outputTokens <= mostTotalTokens
  }
}
