/// Collects the lines of a `-t` query, of `-l` and of similar answers.
struct KeyValueReader {
  /// One line with whether a blank line was above it.
  struct Entry {
    var line: KeyValueLine
    var isAfterBlank: Bool
  }

  /// The lines in order.
  private(set) var entries: [Entry] = []

  /// Whether nothing was taken that only the tool prints: a line of a log can end its key in a unit too.
  private(set) var isWeak = true

  private var distance: Int?
  private var blankAbove = false
  private var isClosed = false
  private var npuIDs: Set<String> = []
  /// Whether another answer was named.
  private(set) var saidFurther = false

  /// Whether a line can begin an answer.
  static func begins(_ line: KeyValueLine) -> Bool {
    switch line {
    case .value(let value, _): QueryKeys.isKnown(value.key)
    case .process, .noProcess: true
    case .continuation: false
    }
  }

  /// Ends the answer: what follows is another one.
  mutating func close() { isClosed = true }

  /// Takes a blank line, which ends a block.
  mutating func takeBlank() { blankAbove = true }

  /// Takes a line that may be of the answer; a line that is not is skipped.
  mutating func take(_ text: String, log: inout DiagnosticLog) {
    guard let line = KeyValueLine(text), accepts(line) else {
      // A command line after the answer begins another one.
      if !entries.isEmpty, text.contains("npu-smi") { isClosed = true }
      return
    }
    // An answer names each card once.
    if case .value(let value, _) = line, value.key == "NPU ID", !npuIDs.insert(value.text).inserted { isClosed = true }
    guard !isClosed else {
      if !saidFurther { log.note(.furtherOutput, text) }
      saidFurther = true
      return
    }
    switch line {
    case .value(let value, let distance):
      self.distance = distance
      if QueryKeys.isExact(value.key) { isWeak = false }
    case .process, .noProcess: isWeak = false
    case .continuation: break
    }
    entries.append(Entry(line: line, isAfterBlank: blankAbove))
    blankAbove = false
  }

  /// Unknown keys are kept if they stand in the same column as the others, so that log lines are not taken for keys.
  private func accepts(_ line: KeyValueLine) -> Bool {
    switch line {
    case .value(let value, let distance): QueryKeys.isKnown(value.key) || distance == self.distance
    case .process, .noProcess: true
    case .continuation: !entries.isEmpty
    }
  }
}
