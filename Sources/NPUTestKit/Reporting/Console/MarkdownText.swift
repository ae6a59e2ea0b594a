internal import NPUBase

/// Text from outside in the Markdown of GitHub: shown as it is, whatever it holds.
enum MarkdownText {
  /// The text on one line, with a backslash before each character that Markdown or HTML would take for a mark.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    let scalars = Array(text.onOneLine.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      if isMark(scalar, in: scalars, at: index) { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }

  private static func isMark(_ scalar: Unicode.Scalar, in scalars: [Unicode.Scalar], at index: Int) -> Bool {
    switch scalar {
    case "\\", "`", "*", "[", "]", "<", ">", "|", "~": true
    // Emphasis begins and ends at the edge of a word.
    case "_": !isWord(scalars, index - 1) || !isWord(scalars, index + 1)
    // References of HTML.
    case "&": index + 1 < scalars.count && (scalars[index + 1] == "#" || isWord(scalars, index + 1))
    // Headings and lists at the beginning of a line.
    case "#", "+", "-": index == 0
    // An address would become a link.
    case ":": index + 2 < scalars.count && scalars[index + 1] == "/" && scalars[index + 2] == "/"
    case ".": index >= 3 && scalars[(index - 3)..<index].allSatisfy { $0 == "w" || $0 == "W" }
    case "@": isWord(scalars, index + 1)
    default: false
    }
  }

  private static func isWord(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    scalars.indices.contains(index) && (scalars[index].properties.isAlphabetic || ("0"..."9").contains(scalars[index]))
  }

  /// The text as code, on one line; the marks around it are longer than any in it.
  static func code(_ text: String) -> String {
    let line = text.onOneLine
    var longest = 0
    var run = 0
    for character in line.unicodeScalars {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let mark = String(repeating: "`", count: longest + 1)
    let pad = line.hasPrefix("`") || line.hasSuffix("`") ? " " : ""
    return mark + pad + line + pad + mark
  }
}
