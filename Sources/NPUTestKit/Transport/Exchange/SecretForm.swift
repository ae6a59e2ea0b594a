internal import NPUBase

/// One secret, and how to find it in a text in which it may be written in another way.
///
/// Servers write what they were sent as plain text, in JSON (`\/`, `\u002f`), in addresses (`%2F`, `%2f`) and in pages
/// (`&#x2F;`, `&quot;`), and each of them is free to escape more than it must.
struct SecretForm: Sendable {
  /// The secret in plain text.
  let bytes: [UInt8]
  private let scalars: [Unicode.Scalar]

  /// The longest way in which a byte is written here, as `\u002f` and `&#x2F;`.
  static let longestByte = 6

  /// Fewer letters of a secret than this tell nothing.
  private static let tellingPart = 4

  init(_ text: String) {
    bytes = Array(text.utf8)
    scalars = Array(text.unicodeScalars)
  }

  /// How many bytes the secret takes where a text holds it; `nil` where it does not begin there.
  func length(in text: Span<UInt8>, at start: Int) -> Int? {
    if isPlain(bytes.count, in: text, at: start) { return bytes.count }
    guard case .whole(let length) = escaped(in: text, at: start) else { return nil }
    return length
  }

  /// Whether the text from a place to its end is the beginning of the secret, and long enough to tell something of it.
  func begins(in text: Span<UInt8>, at start: Int) -> Bool {
    let count = text.count - start
    if count >= Self.tellingPart, count < bytes.count, isPlain(count, in: text, at: start) { return true }
    guard case .cut(let known) = escaped(in: text, at: start) else { return false }
    return known >= Self.tellingPart
  }

  /// Whether so many bytes of the beginning of the secret stand at a place.
  private func isPlain(_ count: Int, in text: Span<UInt8>, at start: Int) -> Bool {
    guard count <= text.count - start else { return false }
    for offset in 0..<count where text[start + offset] != bytes[offset] { return false }
    return true
  }

  private enum Match {
    case whole(Int)
    /// The text ends within the secret, of which it holds so many characters.
    case cut(Int)
    case none
  }

  /// The secret with any of its characters escaped.
  private func escaped(in text: Span<UInt8>, at start: Int) -> Match {
    var place = start
    for (known, scalar) in scalars.enumerated() {
      guard place < text.count else { return .cut(known) }
      if let length = Self.escape(of: scalar, in: text, at: place) ?? Self.plain(scalar, in: text, at: place) {
        place += length
      } else {
        return Self.isCutEscape(in: text, at: place) ? .cut(known) : .none
      }
    }
    return .whole(place - start)
  }

  private static func plain(_ scalar: Unicode.Scalar, in text: Span<UInt8>, at start: Int) -> Int? {
    let letters = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    var place = start
    for letter in letters {
      guard place < text.count, text[place] == letter else { return nil }
      place += 1
    }
    return place - start
  }

  private static func escape(of scalar: Unicode.Scalar, in text: Span<UInt8>, at start: Int) -> Int? {
    switch text[start] {
    case UInt8(ascii: "\\"): json(scalar, in: text, at: start)
    case UInt8(ascii: "%"): percent(scalar, in: text, at: start)
    case UInt8(ascii: "&"): entity(scalar, in: text, at: start)
    default: nil
    }
  }

  /// Of JSON: a backslash before the character itself, or its number in UTF-16.
  private static func json(_ scalar: Unicode.Scalar, in text: Span<UInt8>, at start: Int) -> Int? {
    guard start + 1 < text.count else { return nil }
    if text[start + 1] != UInt8(ascii: "u") {
      switch text[start + 1] {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
        return scalar.value == UInt32(text[start + 1]) ? 2 : nil
      default: return nil
      }
    }
    var place = start
    for unit in String(scalar).utf16 {
      guard place + 6 <= text.count, text[place] == UInt8(ascii: "\\"), text[place + 1] == UInt8(ascii: "u"),
        number(in: text, place + 2..<place + 6, radix: 16) == UInt32(unit)
      else { return nil }
      place += 6
    }
    return place - start
  }

  /// Of addresses: each byte as a percent sign and two digits.
  private static func percent(_ scalar: Unicode.Scalar, in text: Span<UInt8>, at start: Int) -> Int? {
    var place = start
    for byte in String(scalar).utf8 {
      guard place + 3 <= text.count, text[place] == UInt8(ascii: "%"),
        number(in: text, place + 1..<place + 3, radix: 16) == UInt32(byte)
      else { return nil }
      place += 3
    }
    return place - start
  }

  private static let entities: [(name: StaticString, value: Unicode.Scalar)] = [
    ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"),
  ]

  /// Of pages: the number of the character, or one of five names.
  private static func entity(_ scalar: Unicode.Scalar, in text: Span<UInt8>, at start: Int) -> Int? {
    let semicolon = UInt8(ascii: ";")
    guard let end = text.firstIndex(of: semicolon, in: start..<min(text.count, start + longestByte)), start + 2 < end
    else { return nil }
    if text[start + 1] == UInt8(ascii: "#") {
      let isHex = text[start + 2] | 0x20 == UInt8(ascii: "x")
      let digits = isHex ? start + 3..<end : start + 2..<end
      guard !digits.isEmpty, number(in: text, digits, radix: isHex ? 16 : 10) == scalar.value else { return nil }
      return end + 1 - start
    }
    let word = text.extracting(start..<end + 1)
    for entity in entities where entity.value == scalar && word.equals(entity.name) { return end + 1 - start }
    return nil
  }

  private static func number(in text: Span<UInt8>, _ digits: Range<Int>, radix: UInt32) -> UInt32? {
    var number: UInt32 = 0
    for place in digits {
      guard let digit = Character(Unicode.Scalar(text[place])).hexDigitValue, digit < radix else { return nil }
      number = number * radix + UInt32(digit)
    }
    return number
  }

  /// Whether an escape begins at a place and the text ends before it does.
  private static func isCutEscape(in text: Span<UInt8>, at start: Int) -> Bool {
    let rest = text.count - start
    return switch text[start] {
    case UInt8(ascii: "\\"): rest < 6 && (rest == 1 || text[start + 1] == UInt8(ascii: "u"))
    case UInt8(ascii: "%"): rest < 3
    case UInt8(ascii: "&"): rest < longestByte
    default: false
    }
  }
}
