/// Notices that another answer begins after the first, whatever the two are: only the first is read, and that is said.
struct SecondAnswer {
  /// What the first answer is, as far as it decides which lines belong to it.
  enum First {
    case table, keyValues, watch, other
  }

  /// Whether another answer was named; once is enough.
  var isNamed = false

  /// Lines that look like those of a `-t` query.
  private var candidates = KeyValueReader()

  /// Takes a line below the first line of the first answer.
  mutating func take(_ line: String, after first: First, log: inout DiagnosticLog) {
    guard !isNamed, begins(line, after: first) else { return }
    log.note(.furtherOutput, line)
    isNamed = true
  }

  /// Whether a line is the heading of an answer, as no log has it.
  static func isHeading(_ line: String) -> Bool {
    NamedColumns(mapping: line) != nil || NamedColumns(watch: line) != nil || TopologyReader(heading: line) != nil
      || line.hasPrefix("Usage: npu-smi")
  }

  private mutating func begins(_ line: String, after first: First) -> Bool {
    if line.hasPrefix("npu-smi version:") { return true }
    // A watch repeats its headings, and looks itself whether they are the same.
    if Self.isHeading(line) { return first != .watch || NamedColumns(watch: line) == nil }
    guard first != .keyValues, let keyValue = KeyValueLine(line), KeyValueReader.begins(keyValue) else { return false }
    // One line with a key in a unit may be of any log; two in a row, or a key of the tool's own, are not.
    var unused = DiagnosticLog()
    candidates.take(line, log: &unused)
    return !candidates.isWeak || candidates.entries.count > 1
  }
}
