/// What a prompt has that excuses the same in its response.
public struct PromptTraits: Sendable, Hashable {
  /// The scripts of its letters, and those of the languages that it names.
  public private(set) var scripts: LetterScripts = []
  /// The marks of templates and tokenizers in it.
  public private(set) var templateTokens: Set<String> = []
  /// Whether it has U+FFFD.
  public private(set) var hasReplacements = false
  /// Whether the model is given nothing else, such as token ids or an image with words in it.
  package let isWhole: Bool

  /// Reads a prompt, of which all texts count that the model is given.
  public init(_ text: String) { self.init(text, isWhole: true) }

  /// Reads what is known of a prompt.
  ///
  /// - Parameters:
  ///   - text: All texts that the model is given.
  ///   - isWhole: Whether it is given nothing else.
  package init(_ text: String, isWhole: Bool) {
    self.isWhole = isWhole
    var tokens = TemplateTokens()
    var names = LanguageNames()
    for scalar in text.unicodeScalars {
      if let script = LetterScript.of(scalar.value) { scripts.insert(LetterScripts(script)) }
      if scalar == "\u{FFFD}" { hasReplacements = true }
      tokens.feed(scalar.value)
      names.feed(scalar.value)
    }
    _ = tokens.finish(endedByItself: true)
    names.finish()
    templateTokens = tokens.found
    scripts.formUnion(names.scripts)
  }
}

/// Finds names of languages in a text, which give a reason for their scripts.
struct LanguageNames: Sendable {
  /// The scripts of the languages that were named; all of them where something is to be translated.
  private(set) var scripts: LetterScripts = []
  private var word = offset
  private var previous: UInt32 = 0

  private static let offset: UInt64 = 0xCBF2_9CE4_8422_2325
  private static let all = LetterScripts(rawValue: .max)

  /// Takes the next character.
  mutating func feed(_ scalar: UInt32) {
    defer { previous = scalar }
    switch scalar {
    case 0x41...0x5A: word = Self.mix(word, scalar | 0x20)
    case 0x61...0x7A: word = Self.mix(word, scalar)
    case 0xC0...0x24F, 0x400...0x45F: word = Self.mix(word, Self.lowercase(scalar))
    case 0x3040...0x9FFF, 0xAC00...0xD7A3:
      finish()
      if let named = Self.pairs[UInt64(previous) << 32 | UInt64(scalar)] { scripts.formUnion(named) }
    default: finish()
    }
  }

  /// Notes that the last word has ended.
  mutating func finish() {
    guard word != Self.offset else { return }
    if let named = Self.words[word] { scripts.formUnion(named) }
    word = Self.offset
  }

  private static func mix(_ hash: UInt64, _ scalar: UInt32) -> UInt64 {
    (hash ^ UInt64(scalar)) &* 0x0000_0100_0000_01B3
  }

  private static func lowercase(_ scalar: UInt32) -> UInt32 {
    switch scalar {
    case 0xC0...0xDE, 0x410...0x42F: scalar + 0x20
    case 0x400...0x40F: scalar + 0x50
    default: scalar
    }
  }

  private static func table(_ entries: [(String, LetterScripts)]) -> [UInt64: LetterScripts] {
    var table: [UInt64: LetterScripts] = [:]
    for (names, scripts) in entries {
      for name in names.split(separator: " ") {
        table[name.unicodeScalars.reduce(offset) { mix($0, $1.value) }] = scripts
      }
    }
    return table
  }

  private static let words = table([
    ("chinese mandarin cantonese hanzi pinyin chinesisch chinois chino", LetterScripts(.han)),
    ("japanese kanji hiragana katakana japanisch japonais japonés", [LetterScripts(.han), LetterScripts(.kana)]),
    ("korean hangul koreanisch coréen", LetterScripts(.hangul)),
    (
      "russian ukrainian bulgarian serbian macedonian belarusian kazakh mongolian cyrillic russisch russe ruso",
      LetterScripts(.cyrillic)
    ),
    ("greek griechisch grec griego", LetterScripts(.greek)), ("hebrew yiddish hebräisch", LetterScripts(.hebrew)),
    ("arabic persian farsi urdu pashto arabisch arabe árabe", LetterScripts(.arabic)),
    ("hindi sanskrit marathi nepali devanagari", LetterScripts(.devanagari)), ("bengali", LetterScripts(.bengali)),
    ("tamil", LetterScripts(.tamil)), ("telugu", LetterScripts(.telugu)), ("thai", LetterScripts(.thai)),
    ("georgian", LetterScripts(.georgian)), ("armenian", LetterScripts(.armenian)),
    (
      "translate translates translated translating translation translations translator translators traduire traduction "
        + "traducir traducción übersetzen übersetze übersetzung traduzir tradurre перевод переведи переведите перевести",
      all
    ),
  ])

  /// Names in Han and Hangul, by two of their characters.
  private static let pairs: [UInt64: LetterScripts] = {
    var table: [UInt64: LetterScripts] = [:]
    let entries: [(String, LetterScripts)] = [
      ("中文 汉语 漢語 国語 國語", LetterScripts(.han)), ("日语 日文 日語 本語", [LetterScripts(.kana), LetterScripts(.han)]),
      ("韩语 韩文 韓国", LetterScripts(.hangul)), ("俄语 俄文 俄語", LetterScripts(.cyrillic)),
      ("翻译 翻譯 翻訳 번역", all),
    ]
    for (names, scripts) in entries {
      for name in names.split(separator: " ") {
        let scalars = Array(name.unicodeScalars)
        table[UInt64(scalars[0].value) << 32 | UInt64(scalars[1].value)] = scripts
      }
    }
    return table
  }()
}
