internal import NPUMetrics

/// Generated prompts of exact token length: random everyday words, or random token ids.
///
/// A server counts tokens with its own tokenizer, and a client that only believes in its lengths may be off by half. So
/// the words are measured once through the server's tokenizer, every prompt is composed of words whose costs add up to
/// its length, and is then checked in one call, in ``prompt(at:)``. Where the sum was wrong, the prompt is composed
/// again with as many words more or fewer, a few times at most; ``PromptLength`` tells the count that was measured
/// last.
///
/// For thousands of prompts that is one call each plus a few dozen in all. Calls for different prompts may run at once:
/// prepare prompts ahead of their start with a few tasks. ``Check/sample(every:)`` spares calls where the tokenizer is
/// slow.
///
/// Lengths count the user's tokens alone. A chat template adds its own, whose number is measured once where the server
/// tells it, and stands beside the length. Different prompts share no words except by chance and by the shared prefix,
/// so a prefix cache does not answer for the model.
public struct RandomPromptSource: PromptSource {
  /// Which prompts are checked against the tokenizer.
  public enum Check: Sendable, Hashable {
    /// Each of them, with one call.
    case everyPrompt
    /// Those whose index is a multiple of this number; others carry the sum of their words.
    case sample(every: Int)
    /// None: all carry the sum of their words.
    case none
  }

  private enum Form: Sendable {
    case words(PromptVocabulary, prefix: Prefix, counter: (any TokenCounter)?)
    case tokens(ClosedRange<Int>)
  }

  /// The shared beginning of all prompts.
  private struct Prefix: Sendable {
    var text: String
    var cost: Int
  }

  /// The lengths to draw from.
  public let lengths: RandomPromptLengths
  /// The seed of lengths and words.
  public let seed: UInt64
  /// Which prompts are checked.
  public let check: Check
  /// Tokens that the chat template adds around a user message; missing if unknown.
  public let templateTokens: Int?
  private let form: Form

  private init(_ lengths: RandomPromptLengths, seed: UInt64, check: Check, templateTokens: Int?, form: Form) {
    self.lengths = lengths
    self.seed = seed
    self.check = check
    self.templateTokens = templateTokens
    self.form = form
  }

  /// Prompts of words, measured and checked by a server's tokenizer.
  ///
  /// - Parameters:
  ///   - lengths: The lengths to draw from.
  ///   - seed: The seed of lengths and words.
  ///   - counter: The tokenizer; it is asked a few dozen times here.
  ///   - check: Which prompts to check later.
  /// - Returns: The source.
  /// - Throws: An error of the tokenizer, or ``PromptError`` if its counts make no sense.
  public static func words(
    _ lengths: RandomPromptLengths, seed: UInt64, counter: any TokenCounter, check: Check = .everyPrompt
  ) async throws -> RandomPromptSource {
    let vocabulary = try await PromptVocabulary.measured(by: counter)
    let sample = PromptVocabulary.list.prefix(8).joined(separator: " ")
    var template: Int?
    if let whole = try await counter.tokenCount(of: [PromptMessage(role: "user", text: sample)]) {
      template = whole - (try await counter.tokenCount(of: sample))
    }
    return RandomPromptSource(
      lengths, seed: seed, check: check, templateTokens: template,
      form: .words(vocabulary, prefix: prefix(vocabulary, lengths, seed), counter: counter))
  }

  /// Prompts of words for a server without a tokenizer: each word is taken to be one token, and lengths are marked as
  /// estimated.
  ///
  /// - Parameters:
  ///   - lengths: The lengths to draw from.
  ///   - seed: The seed of lengths and words.
  /// - Returns: The source.
  /// - Throws: ``PromptError`` if the list of words is empty.
  public static func estimatedWords(
    _ lengths: RandomPromptLengths, seed: UInt64
  ) throws(PromptError) -> RandomPromptSource {
    guard let vocabulary = PromptVocabulary.assumed else {
      throw PromptError(kind: .noPrompts, message: "The list of words is empty; use token ids instead.")
    }
    return RandomPromptSource(
      lengths, seed: seed, check: .none, templateTokens: nil,
      form: .words(vocabulary, prefix: prefix(vocabulary, lengths, seed), counter: nil))
  }

  /// Prompts of token ids, for completions: exact without any tokenizer.
  ///
  /// - Parameters:
  ///   - lengths: The lengths to draw from.
  ///   - seed: The seed of lengths and ids.
  ///   - ids: The ids to draw from; leave out the model's special tokens, which lie at either end of most vocabularies.
  /// - Returns: The source.
  public static func tokenIDs(_ lengths: RandomPromptLengths, seed: UInt64, in ids: ClosedRange<Int>)
    -> RandomPromptSource
  {
    RandomPromptSource(lengths, seed: seed, check: .none, templateTokens: nil, form: .tokens(ids))
  }

  /// Missing: every index has a prompt of its own.
  public var count: Int? { nil }

  /// That the prompts are random, and of what lengths.
  public var dataset: DatasetDescription? {
    DatasetDescription(
      name: "random",
      settings: [
        "input_tokens": Double(lengths.input), "output_tokens": Double(lengths.output),
        "range_ratio": lengths.rangeRatio, "prefix_tokens": Double(lengths.sharedPrefix),
      ])
  }

  /// Composes the prompt of a request, and checks it if that is its turn.
  public func prompt(at index: Int) async throws -> Prompt {
    let (input, output) = lengths.draw(seed: seed, index: index)
    let target = lengths.sharedPrefix + input
    switch form {
    case .tokens(let ids):
      let length = PromptLength(tokens: target, target: target, source: .verified)
      return Prompt(.tokens(tokens(input, index, ids)), input: length, outputTokens: output)
    case .words(let vocabulary, let prefix, let counter):
      let (text, length) = try await words(vocabulary, prefix, target, index, counter)
      return Prompt(.text(text), input: length, outputTokens: output)
    }
  }
}

extension RandomPromptSource {
  /// The most times that a prompt is composed anew after a check; the second is nearly always right.
  private static let corrections = 4

  private static func prefix(_ vocabulary: PromptVocabulary, _ lengths: RandomPromptLengths, _ seed: UInt64) -> Prefix {
    var generator = SeedStream.sharedPrefix.generator(from: seed)
    let (text, cost) = vocabulary.compose(tokens: lengths.sharedPrefix, isContinuation: false, &generator)
    return Prefix(text: text, cost: cost)
  }

  private func isChecked(_ index: Int) -> Bool {
    switch check {
    case .everyPrompt: true
    case .sample(let every): index % max(1, every) == 0
    case .none: false
    }
  }

  private func words(
    _ vocabulary: PromptVocabulary, _ prefix: Prefix, _ target: Int, _ index: Int, _ counter: (any TokenCounter)?
  ) async throws -> (String, PromptLength) {
    /// The same words each time, more or fewer of them.
    func compose(_ tokens: Int) -> (text: String, cost: Int) {
      var generator = SeedStream.promptWords.generator(from: seed, item: index)
      let body = vocabulary.compose(tokens: tokens, isContinuation: !prefix.text.isEmpty, &generator)
      return (prefix.text + body.text, prefix.cost + body.cost)
    }
    var goal = target - prefix.cost
    var (text, cost) = compose(goal)
    guard let counter else {
      return (text, PromptLength(tokens: cost, target: target, templateTokens: templateTokens, source: .estimated))
    }
    guard isChecked(index) else {
      return (text, PromptLength(tokens: cost, target: target, templateTokens: templateTokens, source: .composed))
    }
    var count = try await counter.tokenCount(of: text)
    var lastCount = count
    for _ in 0..<RandomPromptSource.corrections where count != target {
      goal = max(1, goal + target - lastCount)
      let candidate = compose(goal).text
      guard candidate != text else { break }
      lastCount = try await counter.tokenCount(of: candidate)
      // Keep the nearer one, so that a correction that overshoots does no harm.
      if abs(lastCount - target) <= abs(count - target) { (text, count) = (candidate, lastCount) }
    }
    return (text, PromptLength(tokens: count, target: target, templateTokens: templateTokens, source: .verified))
  }

  private func tokens(_ input: Int, _ index: Int, _ ids: ClosedRange<Int>) -> [Int] {
    var shared = SeedStream.sharedPrefix.generator(from: seed)
    var own = SeedStream.promptWords.generator(from: seed, item: index)
    return (0..<lengths.sharedPrefix).map { _ in shared.integer(in: ids) }
      + (0..<input).map { _ in own.integer(in: ids) }
  }
}

extension RandomPromptSource {
  /// The most prompts that are made ahead of a run; more would take long and much memory.
  public static let mostMadeAhead = 5_000

  /// Random prompts for a load, made and checked ahead of it where their number allows.
  ///
  /// A load of more requests, or of a number that nobody knows, gets prompts that are composed as they are needed,
  /// without a question to the tokenizer while the load runs.
  ///
  /// - Parameters:
  ///   - requests: The most requests that the load can use; `nil` if only time limits them.
  ///   - lengths: The lengths to draw from.
  ///   - seed: The seed of lengths and words.
  ///   - counter: The service's tokenizer; without one lengths are estimated.
  ///   - note: Told what is done, before it takes time.
  /// - Returns: The source.
  /// - Throws: An error of the tokenizer, or ``PromptError``.
  public static func ahead(
    of requests: Int?, _ lengths: RandomPromptLengths, seed: UInt64, counter: (any TokenCounter)?,
    note: (String) -> Void = { _ in }
  ) async throws -> any PromptSource {
    guard let counter else {
      note("The service has no tokenizer route for this model: prompt lengths are estimated, a word for a token.")
      return try estimatedWords(lengths, seed: seed)
    }
    guard let requests, requests <= mostMadeAhead else {
      note("Prompts are composed as they are needed, of words that the service's own tokenizer has counted.")
      return try await words(lengths, seed: seed, counter: counter, check: .none)
    }
    let range = lengths.inputRange
    let length = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    note("Making \(requests) prompts of \(length) tokens, counted by the service's own tokenizer.")
    return try await words(lengths, seed: seed, counter: counter).collected(requests)
  }
}
