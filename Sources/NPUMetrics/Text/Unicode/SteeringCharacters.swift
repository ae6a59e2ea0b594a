extension Unicode.Scalar {
  /// Whether the character steers what shows it instead of being shown: the control characters of ASCII and Latin-1,
  /// line and paragraph separators, and the marks that turn the direction of a text.
  ///
  /// In a text from outside they move a cursor, hide words or show them in another order. This is the only list of them.
  package var isSteering: Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F: true
    case 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}

extension String {
  /// The text of several lines with a space for each character that would steer a terminal; line feeds and tabs stay.
  package var withoutSteering: String {
    let isLayout = { (scalar: Unicode.Scalar) in scalar == "\n" || scalar == "\t" }
    guard unicodeScalars.contains(where: { $0.isSteering && !isLayout($0) }) else { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.isSteering && !isLayout($0) ? " " : $0 }))
  }

  /// The text with each character that steers as Swift writes it, such as `\\u{1B}`.
  package var withEscapedControls: String {
    guard unicodeScalars.contains(where: \.isSteering) else { return self }
    var escaped = ""
    for scalar in unicodeScalars {
      if scalar.isSteering {
        escaped += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
