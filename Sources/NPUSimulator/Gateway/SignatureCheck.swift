internal import Crypto
internal import NIOHTTP1

/// Checks a signature of the kind SDK-HMAC-SHA256 over a request as it arrived, by the rules of the signing guide.
///
/// Written from the guide and not from a client: a mistake that both shared would go unseen.
struct SignatureCheck {
  /// What an Authorization field of the kind holds.
  let access: String
  private let signedHeaders: [String]
  private let signature: String

  /// Takes the field apart; nothing for one of another kind.
  init?(authorization: String) {
    let mark = "SDK-HMAC-SHA256 "
    guard authorization.hasPrefix(mark) else { return nil }
    var parts: [String: String] = [:]
    for part in authorization.dropFirst(mark.count).split(separator: ",") {
      let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      guard pair.count == 2 else { return nil }
      parts[String(pair[0])] = String(pair[1])
    }
    guard let access = parts["Access"], let headers = parts["SignedHeaders"], let signature = parts["Signature"]
    else { return nil }
    self.access = access
    signedHeaders = headers.split(separator: ";").map(String.init)
    self.signature = signature
  }

  /// Whether the secret has signed the request.
  func isValid(_ request: IncomingRequest, secret: String) -> Bool {
    guard signedHeaders.contains("x-sdk-date"), signedHeaders == signedHeaders.sorted(),
      let date = request.head.headers.first(name: "x-sdk-date")
    else { return false }
    return bodyLines(request).contains { line in
      let canonical = canonicalRequest(request, lastLine: line)
      let text = "SDK-HMAC-SHA256\n\(date)\n\(Self.hexadecimal(SHA256.hash(data: Array(canonical.utf8))))"
      let code = HMAC<SHA256>.authenticationCode(
        for: Array(text.utf8), using: SymmetricKey(data: Array(secret.utf8)))
      return Self.hexadecimal(code) == signature
    }
  }

  /// What the last line may say: the hash of the body, or the word of the field that stands for it.
  ///
  /// Of an empty body one of the published signers takes the hash and the other the word.
  private func bodyLines(_ request: IncomingRequest) -> [String] {
    let hash = Self.hexadecimal(SHA256.hash(data: request.bytes))
    guard let stated = request.head.headers.first(name: "x-sdk-content-sha256") else { return [hash] }
    guard signedHeaders.contains("x-sdk-content-sha256") else { return [] }
    if stated == "UNSIGNED-PAYLOAD" { return request.bodySize == 0 ? [stated, hash] : [stated] }
    return stated == hash ? [hash] : []
  }

  private func canonicalRequest(_ request: IncomingRequest, lastLine: String) -> String {
    let target = request.head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = Self.decoded(target[0]).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map(Self.encoded).joined(separator: "/")
    var pairs: [(key: [UInt8], value: [UInt8])] = []
    for pair in (target.count == 2 ? target[1] : "").split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if !sides[0].isEmpty { pairs.append((Self.decoded(sides[0]), sides.count == 2 ? Self.decoded(sides[1]) : [])) }
    }
    pairs.sort { left, right in
      left.key == right.key
        ? left.value.lexicographicallyPrecedes(right.value) : left.key.lexicographicallyPrecedes(right.key)
    }
    let query = pairs.map { "\(Self.encoded($0.key[...]))=\(Self.encoded($0.value[...]))" }.joined(separator: "&")
    var lines = "\(request.head.method.rawValue)\n\(path.hasSuffix("/") ? path : path + "/")\n\(query)\n"
    for name in signedHeaders {
      let value = request.head.headers[name].last ?? ""
      let start = value.drop { $0 == " " || $0 == "\t" }
      let end = start.lastIndex { $0 != " " && $0 != "\t" }
      lines += "\(name):\(end.map { String(start[...$0]) } ?? "")\n"
    }
    return lines + "\n\(signedHeaders.joined(separator: ";"))\n\(lastLine)"
  }

  static func decoded(_ text: Substring) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      if byte == UInt8(ascii: "%"), rest.count >= 3,
        let value = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
        rest = rest.dropFirst()
      }
    }
    return bytes
  }

  static func encoded(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { byte in
      let character = Character(Unicode.Scalar(byte))
      if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
        return String(character)
      }
      let digits = String(byte, radix: 16, uppercase: true)
      return digits.count == 1 ? "%0" + digits : "%" + digits
    }.joined()
  }

  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
