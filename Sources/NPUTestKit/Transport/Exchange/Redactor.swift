package import HTTPTypes
internal import NPUBase

/// Takes secrets out of texts that servers wrote and people will read.
///
/// A server may send back whatever it was sent: a gateway that refuses a key often shows it. What a request bore is
/// known where the request is known, so every text that comes of its response goes through the redactor of its header
/// fields before it becomes an error, a record or evidence.
package struct Redactor: Sendable {
  /// What stands in place of a secret.
  package static let mark = "<secret>"

  private let secrets: [[UInt8]]

  /// Knows texts.
  package init(_ texts: [String]) {
    var known: Set<[UInt8]> = []
    for text in texts.flatMap(Self.written) {
      // A value of a few letters is no secret, and its removal would tear ordinary words.
      if text.utf8.count >= 6 { known.insert(Array(text.utf8)) }
    }
    secrets = known.sorted { $0.count == $1.count ? $0.lexicographicallyPrecedes($1) : $0.count > $1.count }
  }

  /// Knows the values of all header fields but those that say nothing of who sends them.
  ///
  /// - Parameters:
  ///   - fields: The fields of a request.
  ///   - others: What else must not be shown, such as the password of a proxy.
  package init(_ fields: HTTPFields, others: [String] = []) {
    var texts = others
    for field in fields where !Self.harmless.contains(field.name) {
      texts.append(field.value)
      // Of "Bearer abc" a server may show the key alone.
      if field.name == .authorization || field.name == .proxyAuthorization {
        texts += field.value.split(separator: " ", maxSplits: 1).dropFirst().map(String.init)
      }
    }
    self.init(texts)
  }

  /// Knows what a request bears, and what its transport keeps.
  package init(_ request: TransferRequest, over transport: any Transport) {
    self.init(request.head.headerFields, others: transport.secrets)
  }

  /// Fields that the kit itself writes.
  private static let harmless: Set<HTTPField.Name> = {
    var names: Set<HTTPField.Name> = [
      .accept, .acceptEncoding, .connection, .contentLength, .contentType, .expect, .range, .userAgent,
    ]
    for name in ["X-Request-Id", "Host"].compactMap({ HTTPField.Name($0) }) { names.insert(name) }
    return names
  }()

  /// A text as it stands in plain text, in JSON with escaped slashes, and in an address.
  private static func written(_ text: String) -> [String] {
    var forms = [text]
    if text.contains("/") { forms.append(text.replacing("/", with: "\\/")) }
    if text.contains("\"") || text.contains("\\") {
      forms.append(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))
    }
    let encoded = text.utf8.map { byte in
      let isPlain =
        byte < 0x80 && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber)
        || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
      guard !isPlain else { return String(Unicode.Scalar(byte)) }
      return "%" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
    if encoded != text { forms.append(encoded) }
    return forms
  }

  /// The longest secret in bytes: a text is to be cut this much later than wanted, so that no half of a secret stays.
  package var margin: Int { secrets.first?.count ?? 0 }

  /// Whether there is nothing to take out.
  package var isIdle: Bool { secrets.isEmpty }

  /// The bytes with each secret replaced.
  package func clean(_ bytes: [UInt8]) -> [UInt8] {
    secrets.reduce(bytes) { bytes, secret in
      bytes.span.firstPlace(of: secret) == nil ? bytes : bytes.replacing(secret, with: Self.mark.utf8)
    }
  }

  /// The text with each secret replaced, and with the beginning of one where the text was cut by an ellipsis.
  package func clean(_ text: String) -> String {
    guard !secrets.isEmpty else { return text }
    let bytes = clean(Array(text.utf8))
    let ellipsis = Array("…".utf8)
    var result: [UInt8] = []
    var rest = bytes[...]
    while let place = rest.span.firstPlace(of: ellipsis) {
      let end = rest.startIndex + place
      let part = rest[..<end]
      let half = secrets.lazy.compactMap { Self.half(of: $0, endingIn: part) }.max() ?? 0
      result += part.dropLast(half)
      if half > 0 { result += Self.mark.utf8 }
      result += ellipsis
      rest = rest[(end + ellipsis.count)...]
    }
    return String(decoding: result + rest, as: UTF8.self)
  }

  /// How many bytes of the beginning of a secret a text ends in; `nil` where they tell nothing.
  private static func half(of secret: [UInt8], endingIn text: ArraySlice<UInt8>) -> Int? {
    let longest = min(secret.count - 1, text.count)
    guard longest >= tellingPart else { return nil }
    return (tellingPart...longest).reversed().first { text.suffix($0).elementsEqual(secret.prefix($0)) }
  }

  /// The beginning of a text with each secret replaced; a secret that begins in it and goes on behind it is left out.
  ///
  /// - Parameters:
  ///   - bytes: The text, with at least the margin behind the beginning unless it ends there.
  ///   - limit: How many bytes the beginning has.
  /// - Returns: The beginning; longer or shorter than the limit by what the mark differs from the secrets.
  package func cleanHead(_ bytes: [UInt8], limit: Int) -> [UInt8] {
    let limit = min(limit, bytes.count)
    let cut = places(in: bytes).first { $0.contains(limit) }?.lowerBound ?? limit
    return clean(Array(bytes[..<cut]))
  }

  /// The end of a text with each secret replaced; a secret that ends in it and begins before it is left out.
  ///
  /// - Parameters:
  ///   - bytes: The text, with at least the margin before the end unless it begins there.
  ///   - limit: How many bytes the end has.
  /// - Returns: The end; longer or shorter than the limit by what the mark differs from the secrets.
  package func cleanTail(_ bytes: [UInt8], limit: Int) -> [UInt8] {
    let start = max(0, bytes.count - limit)
    let cut = places(in: bytes).first { $0.lowerBound < start && start < $0.upperBound }?.upperBound ?? start
    return clean(Array(bytes[cut...]))
  }

  /// Fewer letters of a secret than this tell nothing.
  private static let tellingPart = 4

  private func places(in bytes: [UInt8]) -> [Range<Int>] { secrets.flatMap { bytes.ranges(of: $0) } }
}

extension Span<UInt8> {
  /// Where bytes begin; `nil` where they do not stand.
  fileprivate func firstPlace(of bytes: [UInt8]) -> Int? {
    guard let first = bytes.first else { return nil }
    var start = 0
    while start + bytes.count <= count, let hit = firstIndex(of: first, in: start..<(count - bytes.count + 1)) {
      if bytes.indices.allSatisfy({ self[hit + $0] == bytes[$0] }) { return hit }
      start = hit + 1
    }
    return nil
  }
}
