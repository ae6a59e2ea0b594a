internal import NPUTelemetry

/// What must not be shown of a line for a shell: the values of its keys, tokens and passwords.
package enum ShellSecrets {
  /// Words by whose end an option or a variable is known to hold a secret.
  private static let names = ["KEY", "TOKEN", "SECRET", "PASSWORD"]

  /// The secrets of a line: what stands behind `--api-key`, `HF_TOKEN=` and their like.
  ///
  /// - Parameter line: The line, or the only argument of `sh -c`.
  /// - Returns: The values as they stand in it, and as a shell reads them.
  package static func values(in line: String) -> [String] {
    let words = line.split { $0.isWhitespace || ";&|()".contains($0) }.map(String.init)
    let read = (try? CommandWords.split(line)) ?? []
    return values(of: words) + values(of: read)
  }

  /// The secrets of the words of a command.
  package static func values(of words: [String]) -> [String] {
    var values: [String] = []
    for (index, word) in words.enumerated() {
      if let equals = word.firstIndex(of: "="), isSecret(word[..<equals]) {
        values += forms(of: word[word.index(after: equals)...])
      } else if word.hasPrefix("-"), isSecret(word[...]), words.indices.contains(index + 1) {
        values += forms(of: words[index + 1][...])
      }
    }
    return values
  }

  /// Whether a name says that its value is a secret.
  static func isSecret(_ name: Substring) -> Bool {
    let name = name.uppercased()
    return names.contains { name.hasSuffix($0) }
  }

  /// A value as it stands there, and without quotes around it.
  private static func forms(of value: Substring) -> [String] {
    let bare = value.drop { "\"'".contains($0) }
    let end = bare.lastIndex { !"\"'".contains($0) }.map { bare.index(after: $0) } ?? bare.startIndex
    return [String(value), String(bare[..<end])].filter { !$0.isEmpty }
  }
}
