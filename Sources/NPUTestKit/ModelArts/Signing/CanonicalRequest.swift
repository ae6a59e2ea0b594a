internal import NPUBase

/// A request in the one form that the client and the gateway both hash.
struct CanonicalRequest {
  /// The names of the signed fields, in lower case, separated by semicolons.
  let signedHeaders: String
  /// The whole text.
  let text: String

  /// Brings a request into the form.
  ///
  /// - Parameters:
  ///   - request: The request with all its fields.
  ///   - digest: What the last line says of the body.
  ///   - dialect: Which signer is followed.
  init(_ request: SignableRequest, digest: String, dialect: SigningDialect) {
    var values: [String: String] = [:]
    for field in request.fields where dialect == .apig || !field.name.contains("_") {
      values[field.name.lowercased()] = Self.trimmed(field.value)
    }
    let names = values.keys.sorted(by: Self.precedes)
    signedHeaders = names.joined(separator: ";")
    let headers = names.map { "\($0):\(values[$0] ?? "")\n" }.joined()
    text = [
      request.method.uppercased(), Self.path(request.path), Self.query(request.query), headers, signedHeaders, digest,
    ].joined(separator: "\n")
  }

  /// The path, decoded and encoded again segment by segment, with a slash at its end that is not sent.
  ///
  /// A slash that is encoded becomes a separator; dots and empty segments stay.
  static func path(_ path: String) -> String {
    let segments = PercentText.decode(path).unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
    let encoded = segments.map { PercentText.encode(String($0)) }.joined(separator: "/")
    return encoded.hasSuffix("/") ? encoded : encoded + "/"
  }

  /// The pairs of the query, sorted by key and value as they read decoded; a plus sign is itself, and no space.
  static func query(_ query: String) -> String {
    let pairs = query.utf8.split(separator: UInt8(ascii: "&")).compactMap { pair -> (key: String, value: String)? in
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let texts = parts.map { PercentText.decode(Substring($0)) }
      guard let key = texts.first, !key.isEmpty else { return nil }
      return (key, texts.count == 2 ? texts[1] : "")
    }
    return
      pairs
      .sorted { left, right in
        let haveOneKey = left.key.utf8.elementsEqual(right.key.utf8)
        return haveOneKey ? precedes(left.value, right.value) : precedes(left.key, right.key)
      }
      .map { PercentText.encode($0.key) + "=" + PercentText.encode($0.value) }
      .joined(separator: "&")
  }

  /// By code points, which is the order of the bytes of UTF-8; Swift's own order takes equivalent texts for equal.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  private static func trimmed(_ value: String) -> String {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    let start = value.utf8.drop(while: isSpace)
    guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(Substring(start[...last]))
  }
}
