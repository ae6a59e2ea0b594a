internal import Crypto
internal import NIOHTTP1

/// Checks a signature of the kind AWS4-HMAC-SHA256 over a request as it arrived, by the rules of its published
/// description.
struct StoreSignatureCheck {
  /// The access key that signed.
  let access: String
  /// What the signature was made for: date, region, service and a fixed word.
  let scope: [String]
  private let signedHeaders: [String]
  private let signature: String

  /// Takes the field apart; nothing for one of another kind.
  init?(authorization: String) {
    let mark = "AWS4-HMAC-SHA256 "
    guard authorization.hasPrefix(mark) else { return nil }
    var parts: [String: String] = [:]
    for part in authorization.dropFirst(mark.count).split(separator: ",") {
      let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      guard pair.count == 2 else { return nil }
      parts[String(pair[0])] = String(pair[1])
    }
    let credential = (parts["Credential"] ?? "").split(separator: "/", omittingEmptySubsequences: false).map(
      String.init)
    guard credential.count == 5, credential[4] == "aws4_request", let headers = parts["SignedHeaders"],
      let signature = parts["Signature"]
    else { return nil }
    access = credential[0]
    scope = Array(credential[1...])
    signedHeaders = headers.split(separator: ";").map(String.init)
    self.signature = signature
  }

  /// What was signed by the one side and is to be by the other; nothing for a request that cannot be checked.
  func textToSign(_ request: IncomingRequest) -> String? {
    let headers = request.head.headers
    let owed = headers.map { $0.name.lowercased() }.filter { $0.hasPrefix("x-amz-") } + ["host"]
    guard owed.allSatisfy(signedHeaders.contains), signedHeaders == signedHeaders.sorted(),
      let date = headers.first(name: "x-amz-date"), date.hasPrefix(scope[0]),
      let payload = headers.first(name: "x-amz-content-sha256"),
      // A header that is signed and not sent is one that somebody has taken away.
      signedHeaders.allSatisfy({ !headers[$0].isEmpty })
    else { return nil }
    let target = request.head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = SignatureCheck.decoded(target[0]).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map(SignatureCheck.encoded).joined(separator: "/")
    let query = (target.count == 2 ? target[1] : "").split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let texts = [sides[0], sides.count == 2 ? sides[1] : ""].map {
        SignatureCheck.encoded(SignatureCheck.decoded($0)[...])
      }
      return (key: texts[0], value: texts[1])
    }
    .sorted { ($0.key, $0.value) < ($1.key, $1.value) }
    .map { "\($0.key)=\($0.value)" }.joined(separator: "&")
    var lines = "\(request.head.method.rawValue)\n\(path)\n\(query)\n"
    for name in signedHeaders {
      let words = headers[name].joined(separator: ",").split(separator: " ").joined(separator: " ")
      lines += "\(name):\(words)\n"
    }
    lines += "\n\(signedHeaders.joined(separator: ";"))\n\(payload)"
    let digest = SignatureCheck.hexadecimal(SHA256.hash(data: Array(lines.utf8)))
    return "AWS4-HMAC-SHA256\n\(date)\n\(scope.joined(separator: "/"))\n\(digest)"
  }

  /// Whether the secret has signed a text.
  func isValid(_ text: String, secret: String) -> Bool {
    var key = SymmetricKey(data: Array("AWS4\(secret)".utf8))
    for part in scope {
      key = SymmetricKey(data: Array(HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key)))
    }
    return SignatureCheck.hexadecimal(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)) == signature
  }
}
