/// Finds what is wrong with a generated text by looking at it alone: no reference, no model.
///
/// The text may come in pieces of any size, and the result is the same as for the whole. The memory does not depend on
/// the length of the text, and time is proportional to it.
///
/// ```swift
/// var detector = TextAnomalyDetector(prompt: PromptTraits("Why is the sky blue?"))
/// detector.feed("Because of of of of of of of of of of of of of of of")
/// print(detector.finish().anomalies)
/// ```
///
/// It finds ``AnomalyKind/loop``, ``AnomalyKind/repeatedToken``, ``AnomalyKind/foreignScript``,
/// ``AnomalyKind/replacementCharacter``, ``AnomalyKind/templateToken`` and ``AnomalyKind/empty``; the other kinds need to
/// know more than the text. Clean text of many languages, code, tables and lists gives fewer than one false alarm in
/// 10,000 texts.
public struct TextAnomalyDetector: Sendable {
  /// What was found in a text.
  public struct Result: Sendable, Hashable {
    /// What is wrong, one of each kind at most.
    public var anomalies: [Anomaly]
    /// The script in which the text began although nothing in the prompt gives a reason for it.
    ///
    /// A model that always responds in its own language does that, and so does one that went wrong: compare with other
    /// responses.
    public var unaskedScript: LetterScript?
    /// Characters of the text, as Unicode scalars, without white space.
    public var characters: Int
  }

  private let prompt: PromptTraits?
  private let watchesScripts: Bool
  private var loops = LoopDetector()
  private var scripts = ScriptWatch()
  private var tokens: TemplateTokens
  private var replacements = 0
  private var characters = 0
  /// Whether the text speaks of U+FFFD, and may then show it.
  private var speaksOfReplacements = false
  private var tail: UInt64 = 0

  /// Creates a detector for one text.
  ///
  /// - Parameters:
  ///   - prompt: What the prompt excuses; nil if it is not known.
  ///   - watchesScripts: Whether letters of foreign scripts are wrong. Models think in whatever language they like, so
  ///     that reasoning needs none.
  public init(prompt: PromptTraits? = nil, watchesScripts: Bool = true) {
    self.prompt = prompt
    self.watchesScripts = watchesScripts
    tokens = TemplateTokens(excused: prompt?.templateTokens ?? [])
  }

  /// Takes the next piece of the text.
  public mutating func feed(_ text: some StringProtocol) {
    for scalar in text.unicodeScalars { feed(scalar) }
  }

  /// Takes the next character.
  public mutating func feed(_ scalar: Unicode.Scalar) {
    let value = scalar.value
    if !WhiteSpace.contains(value) { characters += 1 }
    loops.feed(value)
    tokens.feed(value)
    if watchesScripts { scripts.feed(value) }
    tail = tail << 8 | UInt64(truncatingIfNeeded: value < 0x80 ? value | 0x20 : 0)
    if tail & 0xFFFF_FFFF == 0x6666_6664 { speaksOfReplacements = true }
    if value == 0xFFFD { replacements += 1 }
  }

  /// What was found; to be asked for once, after the last piece.
  ///
  /// - Parameter endedByItself: Whether the model ended the text, and no limit on its length.
  /// - Returns: What was found.
  public mutating func finish(endedByItself: Bool = true) -> Result {
    guard characters > 0 else {
      return Result(anomalies: [Anomaly(.empty, "no character")], unaskedScript: nil, characters: 0)
    }
    loops.finish()
    var anomalies = loops.anomalies
    var unasked: LetterScript?
    if watchesScripts {
      let (anomaly, script) = scripts.finish(prompt)
      if let anomaly { anomalies.append(anomaly) }
      unasked = script
    }
    if replacements > 0, prompt?.hasReplacements != true, !speaksOfReplacements {
      anomalies.append(Anomaly(.replacementCharacter, "\(replacements) times U+FFFD"))
    }
    if let anomaly = tokens.finish(endedByItself: endedByItself) { anomalies.append(anomaly) }
    return Result(anomalies: anomalies, unaskedScript: unasked, characters: characters)
  }
}
