internal import NPUMetrics

/// Prompts held in memory, in their order or shuffled by a seed, over and over.
public struct PromptList: PromptSource, Hashable {
  /// The prompts in the order of use; never empty.
  public let prompts: [Prompt]
  /// Whether the file held more prompts than were kept.
  public let isCutOff: Bool

  /// Creates a list.
  ///
  /// - Parameters:
  ///   - prompts: The prompts, at least one.
  ///   - shuffleSeed: The seed of a shuffle; without one they keep their order.
  ///   - isCutOff: Whether there were more prompts than were kept.
  /// - Throws: ``PromptError`` of kind `noPrompts` if there is none.
  public init(_ prompts: [Prompt], shuffledBy shuffleSeed: UInt64? = nil, isCutOff: Bool = false) throws(PromptError) {
    guard !prompts.isEmpty else {
      throw PromptError(kind: .noPrompts, message: "A list of prompts is empty; give at least one.")
    }
    var prompts = prompts
    if let shuffleSeed {
      // Fisher and Yates, by our own generator: the standard library's shuffle may change with its version.
      var generator = SeedStream.promptOrder.generator(from: shuffleSeed)
      for last in stride(from: prompts.count - 1, to: 0, by: -1) {
        prompts.swapAt(last, generator.integer(in: 0...last))
      }
    }
    self.prompts = prompts
    self.isCutOff = isCutOff
  }

  /// Creates a list of one text.
  ///
  /// - Parameters:
  ///   - text: The prompt.
  ///   - outputTokens: Most tokens of a response; `nil` leaves it to the request.
  public init(fixed text: String, outputTokens: Int? = nil) {
    prompts = [Prompt(.text(text), outputTokens: outputTokens)]
    isCutOff = false
  }

  /// How many prompts there are.
  public var count: Int? { prompts.count }

  /// The prompt of a request; after the last one the first comes again.
  public func prompt(at index: Int) async throws -> Prompt {
    prompts[Int(UInt(bitPattern: index) % UInt(prompts.count))]
  }
}

extension PromptSource where Self == PromptList {
  /// The same text for every request.
  ///
  /// A service with a prefix cache answers all but the first from it; use it to look at decoding, not at prefill.
  ///
  /// - Parameters:
  ///   - text: The prompt.
  ///   - outputTokens: Most tokens of a response; `nil` leaves it to the request.
  /// - Returns: The list.
  public static func fixed(_ text: String, outputTokens: Int? = nil) -> PromptList {
    PromptList(fixed: text, outputTokens: outputTokens)
  }
}
