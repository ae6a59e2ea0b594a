import Testing

@testable import NPUMetrics

/// What is wrong with a text, and what only looks so.
@Suite("Text anomalies")
struct TextAnomalyTests {
  /// A text with what must be found in it.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var prompt: String? = "Why is the sky blue?"
    var endsByItself = true
    var kinds: Set<AnomalyKind> = []

    var testDescription: String { name }
  }

  static let beginning = "The sky is blue because air scatters short waves of light more than long ones. "

  static func rounds(_ phrase: String, _ count: Int) -> String { String(repeating: phrase, count: count) }

  static let wrong: [Case] = [
    Case(name: "sentence", text: beginning + rounds("I am sorry, I cannot help with that. ", 8), kinds: [.loop]),
    Case(
      name: "sentence in the middle",
      text: beginning + rounds("I am sorry, I cannot do it. ", 12) + "And so on it goes.",
      kinds: [.loop]),
    Case(
      name: "paragraph",
      text: rounds("Light is a wave, and waves of other lengths go other ways through the air above us. ", 3),
      kinds: [.loop]),
    Case(name: "Chinese sentence", text: rounds("今天天气很好，我们一起去公园散步吧。", 6), prompt: "天气怎么样？", kinds: [.loop]),
    Case(name: "word", text: beginning + rounds(" the", 40), kinds: [.repeatedToken]),
    Case(name: "marks of rules without end", text: beginning + rounds("@", 330), kinds: [.repeatedToken]),
    Case(name: "exclamation marks", text: beginning + rounds("!", 60), kinds: [.repeatedToken]),
    Case(name: "one character of Han", text: rounds("的", 64), prompt: "你好", kinds: [.repeatedToken]),
    Case(name: "line feeds", text: beginning + rounds("\n", 500) + "x", kinds: [.repeatedToken]),
    Case(
      name: "Cyrillic in English", text: beginning + "The sky этого больше нельзя понять is.", kinds: [.foreignScript]),
    Case(name: "Han in English", text: beginning + "The 天空是蓝色的因为 light.", kinds: [.foreignScript]),
    Case(name: "several scripts", text: beginning + "light の волна 하늘 sky", kinds: [.foreignScript]),
    Case(
      name: "Cyrillic in Chinese", text: "天空是蓝色的，因为空气把短波光散射得比长波光多得多，所以白天看上去是蓝色 этого больше нельзя понять 因为光",
      prompt: "天空为什么是蓝色的？",
      kinds: [.foreignScript]),
    Case(
      name: "Chinese items",
      text: beginning + "\n- 短波长的光散射得更强，所以蓝光到处都是\n- 因此白天的天空看起来是蓝色的\n"
        + "- 日落时光线穿过更多的大气，只剩红光\n\n综上所述，天空的颜色由散射决定。",
      kinds: [.foreignScript]),
    Case(
      name: "short Chinese lines",
      text: beginning + "\n短波散射更强\n蓝光到处都是\n白天天空是蓝\n日落光线变红\n大气越来越厚\n只剩一些红光\n"
        + "夜里看见星星\n云是白色的水\n雨后出现彩虹\n海也反射天空\n山上空气稀薄\n太空没有颜色\n月球天空全黑\n",
      kinds: [.foreignScript]),
    Case(
      name: "Russian items",
      text: beginning + "\n- Короткие волны рассеиваются\n- Поэтому небо днём голубое\n- Вечером свет идёт дальше\n"
        + "- И остаются красные лучи", kinds: [.foreignScript]),
    Case(
      name: "Cyrillic in a Chinese line", text: "天空是蓝色的，因为 этого больше нельзя понять 空气把短波光散射得比长波光多得多，所以白天看上去是蓝色的",
      prompt: "天空为什么是蓝色的？", kinds: [.foreignScript]),
    Case(name: "private use", text: beginning + "\u{E000}\u{E001}\u{E002}\u{E003}", kinds: [.foreignScript]),
    Case(
      name: "control characters", text: beginning + "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{1}", kinds: [.foreignScript]),
    Case(
      name: "marks on one letter", text: beginning + "a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
      kinds: [.foreignScript]),
    Case(name: "replacement", text: beginning + "caf\u{FFFD} au lait", kinds: [.replacementCharacter]),
    Case(name: "empty", text: "", kinds: [.empty]), Case(name: "white space", text: " \n\t ", kinds: [.empty]),
    Case(name: "end of a turn", text: beginning + "<|im_end|>", kinds: [.templateToken]),
    Case(name: "DeepSeek's mark", text: beginning + "<｜end▁of▁sentence｜>", kinds: [.templateToken]),
    Case(name: "Llama's marks", text: "[INST] Why? [/INST] " + beginning, kinds: [.templateToken]),
    Case(name: "byte token", text: beginning + "<0x0A>And more.", kinds: [.templateToken]),
    Case(name: "end mark at the end", text: beginning + "</s>", kinds: [.templateToken]),
    Case(name: "padding", text: beginning + "<pad><pad><pad> and more", kinds: [.templateToken]),
    Case(name: "unknown", text: "The <unk> sky", kinds: [.templateToken]),
    Case(name: "thought without end", text: "<think> Let me see. It is blue.", kinds: [.templateToken]),
  ]

  static let clean: [Case] = [
    Case(name: "sentence", text: beginning),
    Case(name: "rule of a table", text: "| a | b |\n|" + rounds("-", 120) + "|\n| 1 | 2 |\n| 1 | 2 |\n| 1 | 2 |"),
    Case(name: "rules of a comment", text: "#" + rounds("@", 77) + "\nsub f { }\n#" + rounds(" @", 38) + "\n"),
    Case(name: "zeros", text: "int zeros[64] = {\n" + rounds("0, 0, 0, 0, 0, 0, 0, 0,\n", 8) + "};"),
    Case(name: "truth values", text: "[" + rounds("false, false, false, false,\n ", 6) + "]"),
    Case(name: "Base64", text: "iVBORw0KGgo" + rounds("A", 90) + "SUVORK5CYII="),
    Case(name: "laughter", text: "Ha" + rounds(" ha", 10) + ", that is good! 哈哈哈哈 😂😂😂😂😂"),
    Case(name: "refrain", text: rounds("Row, row, row your boat,\nGently down the stream.\n", 2) + "Merrily, merrily."),
    Case(name: "contents", text: "Introduction " + rounds(".", 70) + " 1\nMethods " + rounds(".", 75) + " 12\n"),
    Case(name: "closing braces", text: "      }\n    }\n  }\n}\n" + rounds("    <td></td>\n", 6)),
    Case(name: "names", text: "Beijing (北京) and Moscow (Москва) are capitals; so is Tokyo (東京都)."),
    Case(
      name: "names in a list",
      text: "The capitals:\n- Beijing: 北京\n- Tokyo: 東京都\n- Seoul: 서울\n- Moscow: Москва\n- Athens: Αθήνα\n"
        + "- Kyiv – Київ\n"),
    Case(
      name: "names in a table",
      text: "| city | name |\n|---|---|\n| Beijing | 北京 |\n| Moscow | Москва |\n"
        + "| Saint Petersburg | Санкт-Петербург |\n"),
    Case(name: "names after bullets", text: "Capitals: Beijing • 北京市 • Tokyo • 東京都 • Moscow • Москва"),
    Case(
      name: "Chinese names in a Russian list",
      text: "Города:\n- Пекин: 北京市\n- Санкт-Петербург: 圣彼得堡\n- Шанхай — 上海市\n", prompt: "Назови города."),
    Case(name: "quoted sentence", text: "One says “Я не понимаю этого” when one does not understand."),
    Case(name: "language that is named", text: "In Russian: привет, как дела сегодня. In Japanese: こんにちは、元気ですか"),
    Case(name: "translation", text: "天空是蓝色的，因为空气散射短波光。", prompt: "Translate to Chinese: the sky is blue."),
    Case(name: "mathematics", text: "∑ αᵢβᵢ = π/2, where Δx → 0 and θ ∈ ℝ; λ, μ, σ² as usual. 5 µm, 3 Ω."),
    Case(name: "emoji and letters", text: "Café, naïve, Größe, 100 € 👍🏽 👨‍👩‍👧 ✔ → done…"),
    Case(name: "Japanese with Latin", text: "Linuxカーネルは、OSの中核です。APIを使います。", prompt: "Linuxとは何ですか"),
    Case(name: "Hindi", text: "आकाश नीला है क्योंकि हवा प्रकाश को बिखेरती है।", prompt: "आकाश नीला क्यों है?"),
    Case(name: "strike-through", text: "<p>It is <s>green</s> blue.</p>"),
    Case(
      name: "mark that was asked for", text: "It is <|im_end|>.",
      prompt: "Which mark ends a turn, <|im_end|> or <|eot|>?"),
    Case(name: "mark in quotes", text: "ChatML ends turns with `<|im_end|>`, and \"<|im_start|>\" begins them."),
    Case(name: "generics", text: "let x: Array<Optional<Int>> = []; if a < b && c > d { return x[0] }"),
    Case(name: "thought with its end", text: "<think>Hm.</think> It is blue."),
    Case(name: "thought cut by its limit", text: "<think> Let me see", endsByItself: false),
    Case(name: "about U+FFFD", text: "The character U+FFFD (\u{FFFD}) stands for what is no character."),
  ]

  private static func found(_ test: Case, by feed: (inout TextAnomalyDetector, String) -> Void)
    -> TextAnomalyDetector.Result
  {
    var detector = TextAnomalyDetector(prompt: test.prompt.map { PromptTraits($0) })
    feed(&detector, test.text)
    return detector.finish(endedByItself: test.endsByItself)
  }

  @Test("What is wrong is found, and nothing else", arguments: wrong + clean)
  func kinds(_ test: Case) {
    let result = Self.found(test) { $0.feed($1) }
    #expect(Set(result.anomalies.map(\.kind)) == test.kinds, "\(result.anomalies)")
  }

  @Test("A text gives the same whole and character by character", arguments: wrong + clean)
  func pieces(_ test: Case) {
    let whole = Self.found(test) { $0.feed($1) }
    let parts = Self.found(test) { detector, text in
      for scalar in text.unicodeScalars { detector.feed(String(scalar)) }
    }
    #expect(whole == parts)
  }

  @Test("A response that begins in a script that nobody asked for is left to the run")
  func unaskedScript() {
    var detector = TextAnomalyDetector(prompt: PromptTraits("Why is the sky blue?"))
    detector.feed("天空是蓝色的，因为空气散射短波光。")
    let result = detector.finish()
    #expect(result.anomalies.isEmpty)
    #expect(result.unaskedScript == .han)
  }

  @Test("A loop is found whatever the length of its unit", arguments: [1, 2, 5, 12, 40, 100, 300, 1000])
  func periods(_ words: Int) {
    var generator = SeededGenerator(seed: UInt64(words))
    var unit = ""
    while unit.unicodeScalars.count < words {
      unit += " " + String((0..<4).map { _ in Character(Unicode.Scalar(UInt8(generator.integer(in: 97...122)))) })
    }
    unit = String(unit.prefix(max(words, 3)))
    var detector = TextAnomalyDetector()
    detector.feed(Self.beginning + Self.rounds(unit, max(40, 400 / unit.count)))
    #expect(!detector.finish().anomalies.filter { $0.kind == .loop || $0.kind == .repeatedToken }.isEmpty, "\(unit)")
  }
}

@Suite("Collapsed lengths")
struct LengthCollapseTests {
  @Test("Few responses decide nothing, lengths of one kind have a limit at a quarter, broad ones far below")
  func thresholds() {
    #expect(LengthCollapse.threshold([300: 49]) == nil)
    // Where limits end nearly all, those that the model ended are held against the cut ones.
    #expect(LengthCollapse.threshold(cut: [400: 95], ended: 5) == 50)
    #expect(LengthCollapse.threshold(cut: [400: 90], ended: 10) == nil)
    #expect(LengthCollapse.threshold(cut: [400: 49], ended: 0) == nil)
    #expect(LengthCollapse.threshold([300: 1000, 4: 10]) == 75)
    // Half of the responses are a word: nothing is too short.
    #expect(LengthCollapse.threshold([3: 500, 2000: 500]) ?? 0 <= 3)
  }

  @Test("Up to nearly a quarter of the responses may have collapsed", arguments: [1, 50, 100, 200, 240])
  func share(_ collapsed: Int) throws {
    #expect(try #require(LengthCollapse.threshold([1000: 1000 - collapsed, 5: collapsed])) == 250)
    var generator = SeededGenerator(seed: 7)
    var lengths = Self.lengths(1000 - collapsed, spread: 0.2, &generator)
    lengths[5, default: 0] += collapsed
    #expect(try #require(LengthCollapse.threshold(lengths)) > 5)
  }

  /// Lengths whose logarithms are normal, around 3,000.
  private static func lengths(_ count: Int, spread: Double, _ generator: inout SeededGenerator) -> [Int: Int] {
    var lengths: [Int: Int] = [:]
    for _ in 0..<count {
      let length = Int(8 + 3000 * generator.normal(standardDeviation: spread).reproducibleExponential)
      lengths[length, default: 0] += 1
    }
    return lengths
  }

  @Test("Of lengths whose logarithms are normal none is too short", arguments: [0.1, 0.3, 0.6, 1, 1.5])
  func normal(_ spread: Double) throws {
    var generator = SeededGenerator(seed: 3)
    for count in [50, 100, 400, 2000] {
      for _ in 0..<(20_000 / count) {
        let lengths = Self.lengths(count, spread: spread, &generator)
        let threshold = try #require(LengthCollapse.threshold(lengths))
        #expect(lengths.keys.allSatisfy { $0 >= threshold }, "\(count)")
      }
    }
  }
}
