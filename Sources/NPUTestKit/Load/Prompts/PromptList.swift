internal import NPUMetrics

/// Prompts held in memory, in their order or shuffled by a seed, over and over.
public struct PromptList: PromptSource, Hashable {
  /// The prompts in the order of use; never empty.
  public private(set) var prompts: [Prompt]
  /// Whether the file held more prompts than were kept.
  public let isCutOff: Bool
  /// Where the prompts come from, and how many there are.
  public var dataset: DatasetDescription?
  /// The place of each prompt in its file or list, from 1.
  private var entries: [Int?]

  /// Creates a list.
  ///
  /// - Parameters:
  ///   - prompts: The prompts, at least one.
  ///   - shuffleSeed: The seed of a shuffle; without one they keep their order.
  ///   - isCutOff: Whether there were more prompts than were kept.
  /// - Throws: ``PromptError`` of kind `noPrompts` if there is none.
  public init(_ prompts: [Prompt], shuffledBy shuffleSeed: UInt64? = nil, isCutOff: Bool = false) throws(PromptError) {
    try self.init(
      prompts, entries: Array(1..<prompts.count + 1), shuffledBy: shuffleSeed,
      dataset: DatasetDescription(name: "given", isCutOff: isCutOff))
  }

  /// Creates a list of the prompts of a file.
  ///
  /// - Parameters:
  ///   - prompts: The prompts, at least one.
  ///   - entries: The place of each of them in the file.
  ///   - shuffleSeed: The seed of a shuffle.
  ///   - dataset: What is known of the file; the number of prompts and whether they are shuffled are filled in.
  /// - Throws: ``PromptError`` of kind `noPrompts` if there is none.
  package init(
    _ prompts: [Prompt], entries: [Int], shuffledBy shuffleSeed: UInt64?, dataset: DatasetDescription
  ) throws(PromptError) {
    guard !prompts.isEmpty else {
      throw PromptError(kind: .noPrompts, message: "A list of prompts is empty; give at least one.")
    }
    var (prompts, entries, dataset) = (prompts, entries, dataset)
    if let shuffleSeed {
      // Fisher and Yates, by our own generator: the standard library's shuffle may change with its version.
      var generator = SeedStream.promptOrder.generator(from: shuffleSeed)
      for last in stride(from: prompts.count - 1, to: 0, by: -1) {
        let other = generator.integer(in: 0...last)
        prompts.swapAt(last, other)
        entries.swapAt(last, other)
      }
      dataset.isShuffled = true
    }
    dataset.used = prompts.count
    self.prompts = prompts
    self.entries = entries
    self.isCutOff = dataset.isCutOff
    self.dataset = dataset
  }

  /// Names another origin of the prompts than a list.
  ///
  /// - Parameters:
  ///   - dataset: Where they come from, if that is known.
  ///   - entries: The place of each there; `nil` where each request has a prompt of its own.
  mutating func describe(as dataset: DatasetDescription?, entries: [Int?]) {
    self.dataset = dataset
    self.entries = entries
  }

  /// Creates a list of one text.
  ///
  /// - Parameters:
  ///   - text: The prompt.
  ///   - outputTokens: Most tokens of a response; `nil` leaves it to the request.
  public init(fixed text: String, outputTokens: Int? = nil) {
    prompts = [Prompt(.text(text), outputTokens: outputTokens)]
    entries = [1]
    isCutOff = false
    dataset = DatasetDescription(name: "fixed", used: 1)
  }

  /// The same prompts with one length of the response for all.
  package func limited(to outputTokens: Int) -> PromptList {
    var list = self
    for index in list.prompts.indices { list.prompts[index].outputTokens = outputTokens }
    return list
  }

  /// How many prompts there are.
  public var count: Int? { prompts.count }

  /// The prompt of a request; after the last one the first comes again.
  public func prompt(at index: Int) async throws -> Prompt { prompts[place(of: index)] }

  /// The place of the prompt of a request in its file or list, from 1.
  public func entry(at index: Int) -> Int? { entries[place(of: index)] }

  private func place(of index: Int) -> Int { Int(UInt(bitPattern: index) % UInt(prompts.count)) }
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
