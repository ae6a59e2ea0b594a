internal import NPUMetrics

/// The lengths of generated prompts and of their responses, with the meaning of vLLM's random dataset.
///
/// Each length is drawn uniformly from the whole numbers between `floor(L * (1 - r))` and `ceil(L * (1 + r))`, and is
/// at least one; with a ratio of zero, the default, every length is `L`. SGLang's flag of the same name means `r * L`
/// to `L`, with 1 for fixed: do not carry its values over.
public struct RandomPromptLengths: Sendable, Hashable {
  /// Tokens of a prompt after the shared prefix, on average.
  public let input: Int
  /// Tokens of a response, on average.
  public let output: Int
  /// How far lengths go from their average, from 0 to less than 1.
  public let rangeRatio: Double
  /// Tokens at the beginning of every prompt that are the same in all, in addition to the input length.
  public let sharedPrefix: Int

  /// The most tokens of each length.
  ///
  /// Twice this, the most that a ratio can make of it, is far from the limits of Int and Double.
  package static let most = 1 << 30

  /// Creates lengths.
  ///
  /// - Parameters:
  ///   - input: Tokens of a prompt after the shared prefix, at least 1.
  ///   - output: Tokens of a response, at least 1.
  ///   - rangeRatio: How far lengths go from their average, from 0 to less than 1.
  ///   - sharedPrefix: Tokens that are the same in all prompts, at least 0.
  /// - Throws: ``PromptError`` of kind `invalidSetting`.
  public init(input: Int, output: Int, rangeRatio: Double = 0, sharedPrefix: Int = 0) throws(PromptError) {
    let most = Self.most
    func check(_ name: String, _ value: Int, from least: Int) throws(PromptError) {
      guard value < least || value > most else { return }
      throw PromptError(
        kind: .invalidSetting, message: "The \(name) is \(value) tokens; allowed: \(least) to \(most).")
    }
    try check("input length", input, from: 1)
    try check("output length", output, from: 1)
    try check("shared prefix", sharedPrefix, from: 0)
    guard rangeRatio >= 0, rangeRatio < 1 else {
      throw PromptError(
        kind: .invalidSetting,
        message: "The range ratio is \(rangeRatio); allowed: 0 (fixed lengths) to less than 1, as in vllm bench serve.")
    }
    self.input = input
    self.output = output
    self.rangeRatio = rangeRatio
    self.sharedPrefix = sharedPrefix
  }

  /// The lengths that a prompt may have after the shared prefix.
  public var inputRange: ClosedRange<Int> { range(around: input) }

  /// The lengths that a response may have.
  public var outputRange: ClosedRange<Int> { range(around: output) }

  private func range(around length: Int) -> ClosedRange<Int> {
    let low = (Double(length) * (1 - rangeRatio)).rounded(.down)
    let high = (Double(length) * (1 + rangeRatio)).rounded(.up)
    return max(1, Int(low))...max(1, Int(high))
  }

  /// The lengths of one request.
  func draw(seed: UInt64, index: Int) -> (input: Int, output: Int) {
    var generator = SeedStream.promptLengths.generator(from: seed, item: index)
    return (generator.integer(in: inputRange), generator.integer(in: outputRange))
  }
}
