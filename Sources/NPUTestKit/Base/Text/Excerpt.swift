/// Short, printable pieces of what a server sent, for error messages.
package enum Excerpt {
  /// The longest piece that goes into a message.
  package static let limit = 400

  /// The text on one line, cut to a readable length.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - limit: How many characters are kept, of four bytes each on average at most: a single character may be
  ///     megabytes of marks.
  /// - Returns: The piece, with an ellipsis where the text went on.
  package static func of(_ text: String, limit: Int = limit) -> String {
    // Most are short and plain.
    if text.utf8.count <= limit, text.utf8.allSatisfy({ 0x20 <= $0 && $0 < 0x7F }) { return text }
    let bytes = text.utf8.prefix(byteLimit(limit))
    guard bytes.endIndex != text.utf8.endIndex else { return piece(of: text, limit, isCut: false) }
    return piece(of: whole(Array(bytes)), limit, isCut: true)
  }

  /// The bytes as text on one line, cut to a readable length.
  package static func of(_ bytes: some Sequence<UInt8>, limit: Int = limit) -> String {
    let beginning = Array(bytes.prefix(byteLimit(limit) + 1))
    guard beginning.count > byteLimit(limit) else {
      return piece(of: String(decoding: beginning, as: UTF8.self), limit, isCut: false)
    }
    return piece(of: whole(beginning.dropLast()), limit, isCut: true)
  }

  private static func byteLimit(_ limit: Int) -> Int { 4 * max(0, limit) + 4 }

  /// The text of bytes that were cut, without the character that the cut went through.
  private static func whole(_ bytes: [UInt8]) -> String {
    let last = bytes.suffix(4).lastIndex { $0 & 0xC0 != 0x80 } ?? bytes.endIndex
    guard last < bytes.endIndex, bytes[last] >= 0xC0 else { return String(decoding: bytes, as: UTF8.self) }
    return String(decoding: bytes[..<last], as: UTF8.self)
  }

  private static func piece(of text: String, _ limit: Int, isCut: Bool) -> String {
    var line = ""
    var count = 0
    for character in text {
      if count == limit { return line + "…" }
      // A line break of two characters is one to the reader.
      line.append(character == "\r\n" ? " " : String(character).onOneLine)
      count += 1
    }
    return isCut ? line + "…" : line
  }
}
