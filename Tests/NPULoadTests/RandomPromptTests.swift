import NPULoad
import Testing

@Suite("Random prompts")
struct RandomPromptTests {
  private func text(_ prompt: Prompt) throws -> String {
    guard case .text(let text) = prompt.content else {
      Issue.record("the prompt is not a text")
      return ""
    }
    return text
  }

  static let tokenizers: [@Sendable () -> RuleTokenizer] = [
    { .words() }, { .bytes() }, { .spaced() }, { .merging() },
  ]

  @Test(
    "Prompts have exactly the asked number of tokens under tokenizers of every kind", arguments: 0..<4, [0, 37])
  func exact(tokenizer: Int, prefix: Int) async throws {
    let counter = Self.tokenizers[tokenizer]()
    let source = try await RandomPromptSource.words(
      RandomPromptLengths(input: 60, output: 16, rangeRatio: 0.5, sharedPrefix: prefix), seed: 3, counter: counter)
    for index in 0..<100 {
      let prompt = try await source.prompt(at: index)
      let length = try #require(prompt.input)
      let target = try #require(length.target)
      #expect((30 + prefix...90 + prefix).contains(target))
      #expect(length.tokens == target)
      #expect(length.source == .verified)
      #expect(counter.count(try text(prompt)) == target)
      let output = try #require(prompt.outputTokens)
      #expect((8...24).contains(output))
    }
  }

  @Test("A usual tokenizer is asked a few dozen times, and then once for each prompt")
  func questions() async throws {
    let counter = RuleTokenizer.words()
    let source = try await RandomPromptSource.words(
      RandomPromptLengths(input: 500, output: 1), seed: 1, counter: counter)
    let forVocabulary = counter.questions
    #expect(forVocabulary < 40)
    for index in 0..<50 { _ = try await source.prompt(at: index) }
    #expect(counter.questions == forVocabulary + 50)
  }

  @Test("A sample is checked, and the other prompts say that they are composed")
  func sample() async throws {
    let counter = RuleTokenizer.spaced()
    let source = try await RandomPromptSource.words(
      RandomPromptLengths(input: 40, output: 1), seed: 1, counter: counter, check: .sample(every: 10))
    let before = counter.questions
    for index in 0..<30 {
      let prompt = try await source.prompt(at: index)
      #expect(prompt.input?.source == (index % 10 == 0 ? .verified : .composed))
      #expect(counter.count(try text(prompt)) == 40)
    }
    #expect(counter.questions == before + 3)
  }

  @Test("A prompt depends on seed and index alone")
  func reproducible() async throws {
    let lengths = try RandomPromptLengths(input: 50, output: 9, rangeRatio: 0.9, sharedPrefix: 5)
    let first = try RandomPromptSource.estimatedWords(lengths, seed: 8)
    let second = try RandomPromptSource.estimatedWords(lengths, seed: 8)
    let other = try RandomPromptSource.estimatedWords(lengths, seed: 9)
    var seen: Set<Prompt> = []
    for index in (0..<50).reversed() {
      let prompt = try await first.prompt(at: index)
      #expect(try await second.prompt(at: index) == prompt)
      #expect(try await other.prompt(at: index) != prompt)
      seen.insert(prompt)
    }
    #expect(seen.count == 50)
  }

  @Test("All prompts begin with the shared prefix and differ right after it")
  func sharedPrefix() async throws {
    let source = try RandomPromptSource.estimatedWords(
      RandomPromptLengths(input: 20, output: 1, sharedPrefix: 30), seed: 2)
    var heads: Set<[Substring]> = []
    var tails: Set<[Substring]> = []
    for index in 0..<40 {
      let words = try text(await source.prompt(at: index)).split(separator: " ")
      #expect(words.count == 50)
      heads.insert(Array(words.prefix(30)))
      tails.insert(Array(words.dropFirst(30).prefix(3)))
    }
    #expect(heads.count == 1)
    #expect(tails.count == 40)
  }

  @Test("Without a tokenizer the length is marked as estimated")
  func estimated() async throws {
    let source = try RandomPromptSource.estimatedWords(RandomPromptLengths(input: 12, output: 3), seed: 2)
    let prompt = try await source.prompt(at: 0)
    #expect(prompt.input == PromptLength(tokens: 12, target: 12, source: .estimated))
    #expect(prompt.outputTokens == 3)
  }

  @Test("The tokens of a chat template are measured and kept beside the user's")
  func template() async throws {
    let source = try await RandomPromptSource.words(
      RandomPromptLengths(input: 100, output: 1), seed: 1, counter: RuleTokenizer.words(template: 13))
    let length = try #require(try await source.prompt(at: 4).input)
    #expect(length.tokens == 100)
    #expect(length.templateTokens == 13)
    #expect(length.tokensWithTemplate == 113)
  }

  @Test("Token ids are exact, within their range, and share the prefix")
  func tokenIDs() async throws {
    let source = RandomPromptSource.tokenIDs(
      try RandomPromptLengths(input: 64, output: 8, sharedPrefix: 16), seed: 5, in: 1_000...1_999)
    var prefixes: Set<[Int]> = []
    for index in 0..<20 {
      let prompt = try await source.prompt(at: index)
      guard case .tokens(let ids) = prompt.content else {
        Issue.record("the prompt is not made of ids")
        return
      }
      #expect(ids.count == 80)
      #expect(ids.allSatisfy { (1_000...1_999).contains($0) })
      #expect(prompt.input == PromptLength(tokens: 80, target: 80, source: .verified))
      prefixes.insert(Array(ids.prefix(16)))
    }
    #expect(prefixes.count == 1)
  }

  @Test(
    "Lengths are uniform over vLLM's range",
    arguments: [(100, 0.0, 100...100), (100, 0.5, 50...150), (10, 0.25, 7...13), (1, 0.99, 1...2), (3, 0.1, 2...4)])
  func range(length: Int, ratio: Double, range: ClosedRange<Int>) async throws {
    let lengths = try RandomPromptLengths(input: length, output: length, rangeRatio: ratio)
    #expect(lengths.inputRange == range)
    #expect(lengths.outputRange == range)
    let source = RandomPromptSource.tokenIDs(lengths, seed: 1, in: 0...9)
    var counts: [Int: Int] = [:]
    let draws = 200 * range.count
    for index in 0..<draws { counts[try await source.prompt(at: index).outputTokens ?? 0, default: 0] += 1 }
    #expect(Set(counts.keys) == Set(range))
    // Five standard deviations of a count of mean 200.
    #expect(counts.values.allSatisfy { abs($0 - 200) < 71 })
  }

  @Test("A tokenizer that counts nothing is refused")
  func uselessTokenizer() async {
    await #expect {
      try await RandomPromptSource.words(
        RandomPromptLengths(input: 5, output: 1), seed: 1, counter: RuleTokenizer { _ in [] })
    } throws: {
      ($0 as? PromptError)?.kind == .invalidSetting
    }
  }

  @Test("A length that cannot be hit is reported with its true count")
  func unreachable() async throws {
    // Every word has an even number of tokens, so an odd length cannot be made.
    let counter = RuleTokenizer { $0.split(separator: " ").flatMap { [String($0), "."] } }
    let source = try await RandomPromptSource.words(
      RandomPromptLengths(input: 31, output: 1), seed: 1, counter: counter)
    let prompt = try await source.prompt(at: 0)
    let length = try #require(prompt.input)
    #expect(length.source == .verified)
    #expect(length.tokens == counter.count(try text(prompt)))
    #expect(!length.isOnTarget)
    #expect(abs(length.tokens - 31) == 1)
  }

  @Test("Impossible lengths are refused")
  func refused() {
    #expect(throws: PromptError.self) { try RandomPromptLengths(input: 0, output: 1) }
    #expect(throws: PromptError.self) { try RandomPromptLengths(input: 1, output: 0) }
    #expect(throws: PromptError.self) { try RandomPromptLengths(input: 1, output: 1, rangeRatio: 1) }
    #expect(throws: PromptError.self) { try RandomPromptLengths(input: 1, output: 1, rangeRatio: .nan) }
    #expect(throws: PromptError.self) { try RandomPromptLengths(input: 1, output: 1, sharedPrefix: -1) }
    #expect(throws: PromptError.self) { try RandomPromptLengths(input: .max, output: 1) }
  }
}
