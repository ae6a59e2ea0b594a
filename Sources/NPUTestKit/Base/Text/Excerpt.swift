/// Short, printable pieces of what a server sent, for error messages.
package enum Excerpt {
  /// The longest piece that goes into a message.
  package static let limit = 400

  /// The text on one line, cut to a readable length.
  package static func of(_ text: String, limit: Int = limit) -> String {
    var line = ""
    var count = 0
    for character in text {
      if count == limit { return line + "…" }
      let isControl = character.unicodeScalars.allSatisfy { $0.value < 0x20 || $0.value == 0x7F }
      line.append(isControl ? " " : character)
      count += 1
    }
    return line
  }

  /// The bytes as text on one line, cut to a readable length.
  package static func of(_ bytes: some Sequence<UInt8>, limit: Int = limit) -> String {
    // A character takes at most four bytes in UTF-8, so this prefix is always enough.
    of(String(decoding: Array(bytes.prefix(4 * limit + 4)), as: UTF8.self), limit: limit)
  }
}
