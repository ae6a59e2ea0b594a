internal import NPUBase

/// Watches whether the texts of one stream repeat one another, as they do where MindIE is set to `fullTextEnabled`.
struct TextRepetition: Sendable {
  /// The last text, while every text has begun with the one before it.
  private var last: [UInt8] = []
  private var growths = 0
  private var isPossible = true
  /// Bytes of all texts together, and of the longest.
  private var sum = 0
  private var longest = 0

  /// Whether the texts are repetitions: at least twice one has repeated the whole of the text before it, and more.
  var isCertain: Bool { isPossible && growths >= 2 }

  /// Takes a text that is not empty.
  mutating func take(_ text: Span<UInt8>) {
    sum = sum.addingReportingOverflow(text.count).partialValue
    longest = max(longest, text.count)
    guard isPossible else { return }
    guard begins(text) else {
      isPossible = false
      last = []
      return
    }
    if text.count > last.count, !last.isEmpty { growths += 1 }
    last.append(copying: text.extracting(last.count..<text.count))
  }

  /// How many bytes of a whole text have not come yet; all of them where texts repeat what came before.
  mutating func bytesBeyond(_ whole: Int) -> Int {
    end(whole)
    if isCertain { return whole }
    return max(0, whole - sum)
  }

  /// Takes note of the length of the whole text: texts that add up to it are no repetitions.
  mutating func end(_ whole: Int) { if sum == whole { isPossible = false } }

  private func begins(_ text: Span<UInt8>) -> Bool {
    guard text.count >= last.count else { return false }
    for position in last.indices where text[position] != last[position] { return false }
    return true
  }
}
