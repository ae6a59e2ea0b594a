/// Finds marks of chat templates and tokenizers in a text that arrives in pieces, in constant memory.
///
/// - Definition: a mark between angle brackets with bars, as in `<|im_start|>` or `<｜end▁of▁sentence｜>`; a byte token,
///   `<0x0A>`; one of the marks of ``strong``; or `<think>` without its end in a response that ended by itself. Marks
///   that are also words of HTML or manuals, those of ``weak``, count only at the end of the text, at its beginning, or
///   three in a row. A mark that the prompt has counts nowhere, and neither does one in quotes.
struct TemplateTokens: Sendable {
  private static let strong: Set<String> = [
    "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "[gMASK]", "<start_of_turn>", "<end_of_turn>", "<unk>", "<tool_call>",
    "</tool_call>", "<tool_response>", "</tool_response>", "<end_of_sentence>", "<eod>", "<eop>", "<sop>", "<eot>",
  ]
  private static let weak: Set<String> = [
    "<s>", "</s>", "<pad>", "[PAD]", "<mask>", "[MASK]", "[UNK]", "<bos>", "<eos>", "[CLS]", "[SEP]",
  ]
  private static let longest = 48

  /// The marks that were found, which is what a prompt excuses.
  private(set) var found: Set<String> = []
  private let excused: Set<String>
  private var mark: [UInt32] = []
  private var previous: UInt32 = 0
  private var isQuoted = false
  /// Whether a letter stands before it, as in the markup of Perl's manuals.
  private var isGlued = false
  private var hasBegun = false
  private var first: String?
  private var openThoughts = 0
  /// Weak marks in a row, up to the last character that was no white space.
  private var row: [String] = []
  private var opened = 0

  /// Creates a detector.
  ///
  /// - Parameter excused: The marks that the prompt has.
  init(excused: Set<String> = []) { self.excused = excused }

  /// Takes the next character.
  mutating func feed(_ scalar: UInt32) {
    defer { previous = scalar }
    if mark.isEmpty {
      if scalar == 0x3C || scalar == 0x5B { begin(scalar) } else { pass(scalar) }
      return
    }
    switch scalar {
    // The second of two angle brackets still begins a mark.
    case 0x3C where mark == [0x3C]: mark.append(scalar)
    case 0x3C, 0x5B:
      abandon()
      begin(scalar)
    case 0x3E where mark.count > 1 && mark[1] == 0x3C && previous != 0x3E: mark.append(scalar)
    case 0x3E, 0x5D:
      mark.append(scalar)
      end()
    case 0x21...0x7E, 0xFF5C, 0x2581:
      if mark.count < Self.longest { mark.append(scalar) } else { abandon() }
    default:
      abandon()
      pass(scalar)
    }
  }

  private mutating func begin(_ scalar: UInt32) {
    isQuoted = previous == 0x60 || previous == 0x22 || previous == 0x27
    isGlued = LetterScript.isASCIILetter(previous)
    mark = [scalar]
  }

  private mutating func abandon() {
    mark = []
    hasBegun = true
    row = []
  }

  private mutating func pass(_ scalar: UInt32) {
    guard !WhiteSpace.contains(scalar) else { return }
    hasBegun = true
    row = []
  }

  private mutating func end() {
    let name = String(
      String.UnicodeScalarView(
        mark.map { scalar in scalar == 0xFF5C ? "|" : scalar == 0x2581 ? "_" : Unicode.Scalar(scalar) ?? "?" }))
    mark = []
    let isFirst = !hasBegun
    hasBegun = true
    guard !isQuoted else { return row = [] }
    if name == "<think>" { openThoughts += 1 }
    if name == "</think>" { openThoughts = max(0, openThoughts - 1) }
    if Self.weak.contains(name) {
      if name == "<s>" { opened += 1 }
      row.append(name)
      if isFirst && name == "<s>" || row.count > 2 { note(name) }
      return
    }
    row = []
    if Self.strong.contains(name) || Self.isBarred(name) || Self.isByte(name) && !isGlued { note(name) }
  }

  private mutating func note(_ name: String) {
    guard !excused.contains(name), found.count < 64 else { return }
    found.insert(name)
    first = first ?? name
  }

  /// Whether a mark is of the form `<|name|>`.
  private static func isBarred(_ name: String) -> Bool {
    guard name.hasPrefix("<|"), name.hasSuffix("|>"), name.utf8.count >= 6 else { return false }
    return name.dropFirst(2).dropLast(2).utf8.allSatisfy {
      LetterScript.isASCIILetter(UInt32($0)) || $0 >= 0x30 && $0 <= 0x39 || $0 == 0x5F || $0 == 0x2D
    }
  }

  /// Whether a mark is of the form `<0x0A>`.
  private static func isByte(_ name: String) -> Bool {
    name.utf8.count == 6 && name.hasPrefix("<0x") && name.dropFirst(3).dropLast().allSatisfy(\.isHexDigit)
  }

  /// What is wrong once the text has ended; nil if nothing is.
  ///
  /// - Parameter endedByItself: Whether the model ended the response, and no limit.
  /// - Returns: The anomaly.
  mutating func finish(endedByItself: Bool) -> Anomaly? {
    // A strike-through of HTML whose beginning is there ends a text as well, and so do placeholders of manuals.
    if let last = row.last, !["<pad>", "<mask>", "[MASK]"].contains(last), last != "</s>" || opened == 0 { note(last) }
    if endedByItself, openThoughts > 0, !excused.contains("<think>") { note("<think>") }
    return first.map { Anomaly(.templateToken, $0) }
  }
}
