/// Finds letters of foreign scripts, and characters that no text has, in a text that arrives in pieces.
///
/// - Definition: a script is native if the prompt has it or names a language of it, if the response names one, or if it
///   goes with a native one, as Han with Kana; Latin always is, since names and code are written in it. Where the prompt
///   is not known, or not all of it, every script of a third of the letters is too. Letters of others weigh 3 in
///   scripts without spaces and 1 in alphabets, where a single letter is a symbol and weighs nothing. What stands in
///   brackets or quotes on one line weighs nothing either, nor does a name where a line, an item, a cell or a value
///   begins: its first 30 letters, of scripts without spaces 8, and in the whole response 60 of an alphabet or of all
///   scripts without spaces. They are foreign from a weight of ``weight`` on, or of ``mixedWeight`` in several scripts,
///   if they are one letter in fifty or more. A response that begins in such a script is no anomaly by itself but
///   unasked: whether it is one, the other responses of the run must say.
/// - Characters that no text has: three or more for private use, two that are not assigned, eight control characters,
///   one that is no character, or six combining marks on one letter.
struct ScriptWatch: Sendable {
  /// From which weight on letters of one script are foreign.
  static let weight = 18
  /// From which weight on letters of several scripts are foreign together.
  static let mixedWeight = 12
  /// Letters that may stand where a name begins, in an alphabet and in a script without spaces.
  private static let nameLimit = (alphabet: 30, dense: 8)
  /// Letters of an alphabet, or of all scripts without spaces, that names may have in the whole response.
  private static let namesLimit = 60
  /// Letters by which the beginning of a response is told.
  private static let early = 60

  private var total = 0
  private var counts = [Int](repeating: 0, count: LetterScript.allCases.count)
  private var earlyCounts = [Int](repeating: 0, count: LetterScript.allCases.count)
  /// Letters outside brackets and quotes, in words.
  private var weights = [Int](repeating: 0, count: LetterScript.allCases.count)
  private var names = LanguageNames()
  private var last: LetterScript?
  private var run = 0
  private var depth = 0
  /// The last letter, line feed, or mark that may stand before a name.
  private var before: UInt32 = 0x0A
  /// What stood before the last letters that were not interrupted by those of another kind of script or by a line feed,
  /// how many they are, and their kind.
  private var introduction: UInt32 = 0
  private var introduced = 0
  private var introducedKind = LetterScript.latin
  /// Letters that were taken for names, by the kind of their script.
  private var named = [Int](repeating: 0, count: LetterScript.allCases.count)
  private var isQuoted = false
  private var odd: [String: Int] = [:]
  private var marks = 0

  /// Takes the next character.
  mutating func feed(_ scalar: UInt32) {
    names.feed(scalar)
    guard let script = LetterScript.of(scalar) else {
      last = nil
      if scalar < 0x80 { layOut(scalar) } else { take(other: scalar) }
      if scalar < 0x20 || scalar == 0x7F { take(control: scalar) }
      return
    }
    marks = 0
    let index = Int(script.rawValue)
    if total < Self.early { earlyCounts[index] += 1 }
    total += 1
    counts[index] += 1
    run = last == script ? run + 1 : 1
    last = script
    let kind = script.isDense ? LetterScript.han : script
    if introduced == 0 || kind != introducedKind { (introduction, introduced, introducedKind) = (before, 0, kind) }
    introduced += 1
    before = scalar
    guard script != .latin, depth == 0, !isQuoted, !isName(kind) else { return }
    if script.isDense {
      weights[index] += 3
    } else {
      // Two letters make a word, in Greek three: mathematics has many.
      let least = script == .greek ? 3 : 2
      weights[index] += run < least ? 0 : run == least ? least : 1
    }
  }

  /// Whether a letter stands where something else may be said to begin: a name in a list, a cell, a text in code.
  private mutating func isName(_ kind: LetterScript) -> Bool {
    switch introduction {
    // An apostrophe opens a text in code; there it goes on to the end of the line.
    case 0x27: return true
    // Line feeds, * - : = > | and those of ``take(other:)``
    case 0x0A, 0x2A, 0x2D, 0x3A, 0x3D, 0x3E, 0x7C, 0x2013, 0x2014, 0x2022, 0xFF1A:
      let index = Int(kind.rawValue)
      let limit = kind.isDense ? Self.nameLimit.dense : Self.nameLimit.alphabet
      guard introduced <= limit, named[index] < Self.namesLimit else { return false }
      named[index] += 1
      return true
    default: return false
    }
  }

  private mutating func layOut(_ scalar: UInt32) {
    marks = 0
    if scalar != 0x20, scalar != 0x0D, scalar != 0x09 { before = scalar }
    switch scalar {
    case 0x0A: (depth, isQuoted, introduced) = (0, false, 0)
    case 0x28, 0x5B: depth += 1
    case 0x29, 0x5D: depth = max(0, depth - 1)
    case 0x22, 0x60: isQuoted.toggle()
    default: break
    }
  }

  private mutating func take(control scalar: UInt32) {
    // Tabs, line ends, steps back, and the escape by which terminals are coloured.
    if !(0x08...0x0D).contains(scalar), scalar != 0x1B { odd["control characters", default: 0] += 1 }
  }

  private mutating func take(other scalar: UInt32) {
    switch scalar {
    // Dashes, the bullet and the wide colon, which stand before names too.
    case 0x2013, 0x2014, 0x2022, 0xFF1A: before = scalar
    case 0x300...0x36F, 0x1DC0...0x1DFF, 0x20D0...0x20FF, 0xFE20...0xFE2F:
      marks += 1
      if marks == 6 { odd["combining marks on one letter"] = 6 }
      return
    case 0x2018, 0x201C, 0xAB, 0x2039, 0x3008, 0x300A, 0x300C, 0x300E, 0x3010, 0xFF08, 0x201E: depth += 1
    case 0x2019, 0x201D, 0xBB, 0x203A, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0xFF09: depth = max(0, depth - 1)
    case 0x80...0x84, 0x86...0x9F: odd["control characters", default: 0] += 1
    case 0xE000...0xF8FF, 0xF0000...0xFFFFD, 0x100000...0x10FFFD: odd["characters for private use", default: 0] += 1
    case 0xA0...0x2FF, 0x2000...0x2BFF, 0x3000...0x303F, 0xFE00...0xFEFF, 0xFF00...0xFFEF, 0x1F000...0x1FAFF: break
    case _ where scalar & 0xFFFE == 0xFFFE: odd["noncharacters", default: 0] += 1
    default:
      if Unicode.Scalar(scalar)?.properties.generalCategory == .unassigned {
        odd["unassigned characters", default: 0] += 1
      }
    }
    marks = 0
  }

  private static let most = [
    "control characters": 7, "characters for private use": 2, "noncharacters": 0, "unassigned characters": 1,
    "combining marks on one letter": 5,
  ]

  /// What is wrong once the text has ended, and in which script it began without a reason.
  ///
  /// - Parameter prompt: What the prompt excuses; nil if it is not known.
  /// - Returns: The anomaly, and the script; nil where there is none.
  mutating func finish(_ prompt: PromptTraits?) -> (anomaly: Anomaly?, unasked: LetterScript?) {
    names.finish()
    if let (name, count) = odd.sorted(by: { $0.key < $1.key }).first(where: { $0.value > Self.most[$0.key] ?? 0 }) {
      return (Anomaly(.foreignScript, "\(count) \(name)"), nil)
    }
    guard total > 0 else { return (nil, nil) }
    var native = (prompt?.scripts ?? []).union(names.scripts)
    if prompt?.isWhole != true {
      for script in LetterScript.allCases where counts[Int(script.rawValue)] * 3 >= total {
        native.insert(LetterScripts(script))
      }
    }
    native = native.withCompanions
    let foreign = LetterScript.allCases.filter { !native.contains($0) && counts[Int($0.rawValue)] > 0 }
    let beginning = earlyCounts.reduce(0, +)
    if let script = foreign.first(where: { earlyCounts[Int($0.rawValue)] * 2 >= beginning }) {
      return (nil, total >= 6 ? script : nil)
    }
    let weighty = foreign.filter { weights[Int($0.rawValue)] > 1 }
    let sum = weighty.reduce(0) { $0 + weights[Int($1.rawValue)] }
    let letters = weighty.reduce(0) { $0 + counts[Int($1.rawValue)] }
    guard sum >= (weighty.count > 1 ? Self.mixedWeight : Self.weight), letters * 50 >= total else { return (nil, nil) }
    let names = weighty.map { "\(counts[Int($0.rawValue)]) \($0.name)" }.joined(separator: ", ")
    return (Anomaly(.foreignScript, "letters: \(names) of \(total)"), nil)
  }
}
