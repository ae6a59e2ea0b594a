public import NPUBase

/// How many tokens a response took, as the server counted them.
public struct Usage: Sendable, Hashable {
  /// Tokens of the prompt.
  public var promptTokens: Int?
  /// Tokens of the response, reasoning included.
  public var completionTokens: Int?
  /// Both together.
  public var totalTokens: Int?
  /// Prompt tokens that were taken from a cache.
  public var cachedTokens: Int?
  /// Output tokens that were reasoning.
  public var reasoningTokens: Int?
  /// The batch size at each step, where MindIE was told to measure.
  public var batchSizes: [Int]?
  /// The wait in the queue at each step, in MindIE's own unit, where it was told to measure.
  public var queueWaitTimes: [Int]?
  /// Every other field, as it came.
  public var extras: [String: JSONValue]

  /// Creates token counts.
  public init(
    promptTokens: Int? = nil, completionTokens: Int? = nil, totalTokens: Int? = nil, cachedTokens: Int? = nil,
    reasoningTokens: Int? = nil, batchSizes: [Int]? = nil, queueWaitTimes: [Int]? = nil,
    extras: [String: JSONValue] = [:]
  ) {
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
    self.totalTokens = totalTokens
    self.cachedTokens = cachedTokens
    self.reasoningTokens = reasoningTokens
    self.batchSizes = batchSizes
    self.queueWaitTimes = queueWaitTimes
    self.extras = extras
  }

  private static let known: Set<String> = [
    "prompt_tokens", "completion_tokens", "total_tokens", "batch_size", "queue_wait_time",
  ]
}

extension Usage: Decodable {
  /// Reads counts; details that are missing stay `nil`, which is not zero.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let extras = container.extras(known: Self.known)
    self.init(
      promptTokens: container.count("prompt_tokens"),
      completionTokens: container.count("completion_tokens"),
      totalTokens: container.count("total_tokens"),
      cachedTokens: WholeNumber.of(extras["prompt_tokens_details"]?["cached_tokens"])
        ?? WholeNumber.of(extras["prompt_cache_hit_tokens"]),
      reasoningTokens: WholeNumber.of(extras["completion_tokens_details"]?["reasoning_tokens"]),
      batchSizes: container.integers("batch_size"),
      queueWaitTimes: container.integers("queue_wait_time"),
      extras: extras.filter { $0.value != .null })
  }
}

/// Counts of several choices as one, for servers that count each choice by itself.
///
/// MindIE gives each of several choices a usage of its own, with the same prompt in each. A separate usage event, or
/// usage in every chunk, as vLLM sends on request, means that the last one counts the whole response.
struct UsageTally: Sendable, Hashable {
  private var last: Usage?
  private var byChoice: [Int: Usage] = [:]
  private var isWhole = false

  /// Takes the usage of one chunk with the choices that stood beside it.
  mutating func add(_ usage: Usage?, choices: [(index: Int, isFinished: Bool)]) {
    guard let usage else { return }
    last = usage
    if let choice = choices.first, choices.count == 1, choice.isFinished {
      byChoice[choice.index] = usage
    } else {
      isWhole = true
    }
  }

  /// The counts of the whole response.
  var total: Usage? {
    guard !isWhole, byChoice.count > 1, var total = last else { return last }
    let completion = byChoice.values.compactMap(\.completionTokens)
    let reasoning = byChoice.values.compactMap(\.reasoningTokens)
    total.promptTokens = byChoice.values.compactMap(\.promptTokens).max()
    total.completionTokens = completion.isEmpty ? nil : completion.reduce(0) { $0.addingSaturating($1) }
    total.reasoningTokens = reasoning.isEmpty ? nil : reasoning.reduce(0) { $0.addingSaturating($1) }
    total.totalTokens = total.completionTokens.map { $0.addingSaturating(total.promptTokens ?? 0) }
    return total
  }
}

extension Int {
  /// The sum, or the nearest integer to it: counts come from outside and may be anything.
  fileprivate func addingSaturating(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }
}
