/// The words of a command line, as a shell would part them.
package enum CommandWords {
  /// Why a command line cannot be parted.
  package struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found and what is expected.
    package var description: String
  }

  /// Parts a command line at blanks; single and double quotes and the backslash keep them, nothing else is special.
  ///
  /// - Parameter line: Such as `ssh -o BatchMode=yes host npu-smi`.
  /// - Returns: The words, at least one.
  /// - Throws: ``Malformed`` for an open quote, a backslash at the end, or no word.
  package static func split(_ line: String) throws(Malformed) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        // Inside double quotes a backslash stands for itself before an ordinary character.
        if quote == "\"", character != "\"", character != "\\" { word = (word ?? "") + "\\" }
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let finished = word { words.append(finished) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let quote { throw Malformed(description: "found a command with an open \(quote), expected its other half") }
    if isEscaped {
      throw Malformed(description: "found a command that ends with a backslash, expected a character after it")
    }
    if let word { words.append(word) }
    guard !words.isEmpty else { throw Malformed(description: "found an empty command, expected a program") }
    return words
  }
}
