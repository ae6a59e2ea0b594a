extension String {
  /// The text with its control characters, and the marks that turn its direction, as Swift writes them, such as
  /// `\\u{1B}`.
  package var withEscapedControls: String {
    var escaped = ""
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
        escaped += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
