/// The text of a response that is wrong in a given way, among words of the simulated model.
package struct SpoiledText: Sendable, Hashable {
  /// The text.
  package private(set) var text = ""
  /// The finish reason, where it is not the one that follows from the text.
  package private(set) var finishReason: String?

  private var random: SplitMix64
  private let words: [[UInt8]]

  /// Makes a text.
  ///
  /// - Parameters:
  ///   - kind: What is wrong.
  ///   - tokens: How many tokens a good response would have.
  ///   - script: The script of good words.
  ///   - seed: What decides the words.
  ///   - secret: What another request was to have repeated.
  package init(_ kind: Corruption.Kind, tokens: Int, script: Script, seed: UInt64, secret: String? = nil) {
    random = SplitMix64(seed: seed)
    words = Vocabulary.of(script).followers
    let part = max(1, tokens / 3)
    switch kind {
    case .loop:
      add(part)
      let phrase = words(5 + random.index(below: 8))
      while Tokenizer.count(Array(text.utf8)) < tokens { text += phrase + "." }
    case .repeatedToken:
      add(part)
      let word = random.index(below: 2) == 0 ? "!" : words(1)
      for _ in part..<max(tokens, part + 30) { text += word }
    case .foreignScript:
      add(part)
      let foreign = Self.foreign[random.index(below: Self.foreign.count)].split(separator: " ")
      for _ in 0..<8 { text += " " + foreign[random.index(below: foreign.count)] }
      add(tokens - 2 * part)
    case .replacementCharacter:
      add(part)
      text += "\u{FFFD}\u{FFFD}"
      add(tokens - part)
    case .empty: break
    case .truncated:
      add(part)
      finishReason = "length"
    case .lengthCollapse: add(2)
    case .templateToken:
      add(part)
      text += Self.marks[random.index(below: Self.marks.count)]
      add(tokens - 2 * part)
    case .leak:
      add(part)
      text += " " + (secret ?? "")
      add(tokens - 2 * part)
    case .nanLogprob: add(tokens)
    }
  }

  private static let foreign = [
    "этого больше нельзя понять никому вокруг", "これは間違った言葉です それでも続きます", "이것은 잘못된 대답 입니다 그래도",
    "هذا كلام لا معنى له هنا", "ข้อความนี้ไม่ถูกต้อง และไม่มีความหมาย", "這是錯誤的文字內容 沒有任何意義的輸出",
  ]
  private static let marks = ["<|im_end|>", "<|im_start|>assistant", "<|endoftext|>", "[INST]", "<unk>", "<0x0A>"]

  private mutating func add(_ count: Int) { if count > 0 { text += words(count) } }

  private mutating func words(_ count: Int) -> String {
    (0..<count).map { _ in String(decoding: words[random.index(below: words.count)], as: UTF8.self) }.joined()
  }
}

extension GenerationRequest {
  /// Spoils the response to the request, where it is one of text and its turn has come.
  ///
  /// - Parameters:
  ///   - behaviour: How the simulated model responds, which becomes what it says.
  ///   - number: The number of the request.
  ///   - recent: What other requests were to have repeated; without one nothing leaks.
  mutating func spoil(_ behaviour: inout Behaviour, number: Int, _ recent: RecentQuotes) {
    let secret = recent.exchange(quote)
    guard let kind = behaviour.corruption(forRequest: number), toolChoice == .none, kind != .leak || secret != nil
    else { return }
    if kind == .nanLogprob {
      behaviour.losesLogprobs = true
      return
    }
    let count = ignoresEnd ? maxTokens : min(behaviour.outputTokens, maxTokens)
    let spoiled = SpoiledText(
      kind, tokens: min(count, 1 << 16), script: behaviour.script,
      seed: SplitMix64.mix(seed ?? behaviour.seed, UInt64(truncatingIfNeeded: number)), secret: secret)
    behaviour.text = spoiled.text
    behaviour.finishReason = spoiled.finishReason ?? behaviour.finishReason
    if [.empty, .truncated, .lengthCollapse].contains(kind) { (ignoresEnd, minTokens) = (false, 0) }
  }
}
