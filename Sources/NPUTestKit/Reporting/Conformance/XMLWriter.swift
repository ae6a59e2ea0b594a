internal import NPUBase
internal import NPUMetrics

/// Writes an XML document, indented, with every text escaped.
///
/// XML 1.0 has no way to write most control characters, surrogates or U+FFFE, not even escaped; each becomes U+FFFD, and
/// so does what would turn the direction of the text or steer whatever shows it.
struct XMLWriter {
  private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  private var open: [String] = []

  /// Begins an element, which holds whatever is written until its end.
  mutating func begin(_ name: String, _ attributes: KeyValuePairs<String, String>) {
    indent()
    text += "<" + name + Self.written(attributes) + ">\n"
    open.append(name)
  }

  /// Ends the element that was begun last.
  mutating func end() {
    guard let name = open.popLast() else { return }
    indent()
    text += "</\(name)>\n"
  }

  /// Writes an element with nothing but a text in it.
  mutating func element(_ name: String, _ attributes: KeyValuePairs<String, String>, text content: String = "") {
    indent()
    text += "<" + name + Self.written(attributes)
    text += content.isEmpty ? "/>\n" : ">" + Self.escaped(content, inAttribute: false) + "</\(name)>\n"
  }

  private mutating func indent() { text += String(repeating: "  ", count: open.count) }

  private static func written(_ attributes: KeyValuePairs<String, String>) -> String {
    attributes.reduce("") { $0 + " \($1.key)=\"\(escaped($1.value, inAttribute: true))\"" }
  }

  /// The text as it stands in a document; in attributes line breaks are escaped, since a reader would make spaces of
  /// them.
  static func escaped(_ text: String, inAttribute: Bool) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "\t", "\n":
        if inAttribute { result.append(contentsOf: "&#\(scalar.value);".unicodeScalars) } else { result.append(scalar) }
      // A bare carriage return is a line break to every reader.
      case "\r": result.append(contentsOf: "&#13;".unicodeScalars)
      case _ where scalar.isSteering:
        result.append("\u{FFFD}")
      case "\u{FFFE}", "\u{FFFF}": result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
