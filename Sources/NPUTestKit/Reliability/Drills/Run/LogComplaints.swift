internal import NPUBase

/// What a service wrote to its log during a scenario that speaks of an error.
///
/// A line counts if its kind is new: a kind is a line without its numbers, and one that came before the fault, too, is
/// of every day. Lines are compared by their number, because a log repeats itself.
struct LogComplaints: Sendable, Hashable {
  /// Lines that say by their level or the name of an exception that something failed.
  private(set) var errors: [String] = []
  /// Lines that warn, or speak of errors in some other way.
  private(set) var warnings: [String] = []

  /// Of each sort that many are kept.
  private static let most = 8

  /// - Parameters:
  ///   - earlier: The end of the log just before the fault.
  ///   - later: The end of the log afterwards.
  init(from earlier: String, to later: String) {
    let old = Self.lines(earlier)
    let kinds = Set(old.map(Self.kind))
    for line in Self.new(old, earlier, later) where !kinds.contains(Self.kind(line)) {
      let words = Self.words(line)
      if Self.isError(words) {
        if errors.count < Self.most { errors.append(Excerpt.of(String(line), limit: 200)) }
      } else if Self.mayBeError(line) {
        if warnings.count < Self.most { warnings.append(Excerpt.of(String(line), limit: 200)) }
      }
    }
  }

  private static func lines(_ text: String) -> [Substring] { text.split(whereSeparator: \.isNewline) }

  /// The lines that came after the earlier end of the log.
  private static func new(_ old: [Substring], _ earlier: String, _ later: String) -> [Substring] {
    if later.hasPrefix(earlier) { return lines(String(later.dropFirst(earlier.count))) }
    // The end has moved on and may begin within a line, which says nothing; what stood there before may stand there yet.
    var known: [Substring: Int] = [:]
    for line in old { known[line, default: 0] += 1 }
    return lines(later).dropFirst().filter { line in
      guard let count = known[line], count > 0 else { return true }
      known[line] = count - 1
      return false
    }
  }

  /// A line without its numbers, in any base: times, addresses, counts.
  private static func kind(_ line: Substring) -> String {
    words(line).map { $0.contains(where: \.isNumber) ? "#" : $0 }.joined(separator: " ")
  }

  private static func words(_ line: Substring) -> [String] {
    line.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// Whether one of the words is a level or an exception, and is not said to be none; what is told at the level of
  /// information is none.
  private static func isError(_ words: [String]) -> Bool {
    let levels: Set<String> = ["error", "fatal", "critical", "panic", "traceback", "exception"]
    let none: Set<String> = ["0", "no", "without", "none"]
    guard !words.contains("info"), !words.contains("debug") else { return false }
    return words.indices.contains { index in
      let word = words[index]
      guard levels.contains(word) || word.hasSuffix("error") || word.hasSuffix("exception") else { return false }
      let neighbours = [index - 1, index + 1].filter { words.indices.contains($0) }.map { words[$0] }
      return none.isDisjoint(with: neighbours)
    }
  }

  private static func mayBeError(_ line: Substring) -> Bool {
    let lowered = line.lowercased()
    return ["warn", "error", "fail", "exception", "fatal", "critical"].contains { lowered.contains($0) }
  }
}
