package import HTTPTypes
internal import NPUBase

extension Redactor {
  /// Knows what a request bears, and what its transport keeps.
  package init(_ request: TransferRequest, over transport: any Transport) {
    self.init(
      request.head, others: transport.secrets + (request.signature?.secrets ?? []),
      authenticator: request.authenticator)
  }

  /// Knows the header fields of a request, and the query of its address.
  ///
  /// - Parameters:
  ///   - head: The head of the request.
  ///   - others: What else must not be shown, such as the password of a proxy.
  ///   - authenticator: What completes the request, whose secrets may change.
  package init(_ head: HTTPRequest, others: [String] = [], authenticator: (any RequestAuthenticator)? = nil) {
    self.init(Self.secrets(of: head) + others, later: Self.secrets(of: authenticator))
  }

  private static func secrets(of authenticator: (any RequestAuthenticator)?) -> (@Sendable () -> [String])? {
    guard let authenticator else { return nil }
    return { authenticator.secrets }
  }

  /// What the head of a request bears that must not be shown.
  package static func secrets(of head: HTTPRequest) -> [String] {
    secrets(of: head.headerFields) + query(of: head.path ?? "")
  }

  /// Knows the values of all header fields but those that say nothing of who sends them.
  ///
  /// - Parameters:
  ///   - fields: The fields of a request.
  ///   - others: What else must not be shown.
  ///   - authenticator: What completes the requests, whose secrets may change.
  package init(_ fields: HTTPFields, others: [String] = [], authenticator: (any RequestAuthenticator)? = nil) {
    self.init(Self.secrets(of: fields) + others, later: Self.secrets(of: authenticator))
  }

  private static func secrets(of fields: HTTPFields) -> [String] {
    fields.filter { !harmless.contains($0.name) }.flatMap(parts)
  }

  /// Fields that the kit itself writes.
  private static let harmless: Set<HTTPField.Name> = {
    var names: Set<HTTPField.Name> = [
      .accept, .acceptEncoding, .connection, .contentLength, .contentType, .expect, .range, .userAgent,
    ]
    for name in ["X-Request-Id", "Host", "X-Sdk-Date", "X-Sdk-Content-Sha256"].compactMap({ HTTPField.Name($0) }) {
      names.insert(name)
    }
    return names
  }()

  /// Words before a credential, which a server may leave out when it repeats it.
  private static let schemes: Set<String> = ["apikey", "basic", "bearer", "digest", "key", "negotiate", "token"]

  /// A value, and what it is made of: a server may show a key without the word before it, one of several cookies, or
  /// the password that stands in Base64.
  private static func parts(of field: HTTPField) -> [String] {
    var texts = [field.value]
    var credential = field.value[...]
    if let space = credential.firstIndex(of: " ") {
      let isAuthorization = field.name == .authorization || field.name == .proxyAuthorization
      if isAuthorization || schemes.contains(credential[..<space].lowercased()) {
        credential = credential[space...].drop { $0 == " " }
        texts.append(String(credential))
      }
    }
    // The names of signed fields are ordinary words.
    let signedHeaders = "SignedHeaders="
    let isSignature = credential.contains(signedHeaders)
    for pair in credential.split(whereSeparator: { $0 == ";" && !isSignature || $0 == "," }) {
      if isSignature, pair.drop(while: { $0 == " " }).hasPrefix(signedHeaders) { continue }
      let value = pair.firstIndex(of: "=").map { pair[pair.index(after: $0)...] } ?? pair
      texts.append(String(value.trimmed { $0 == " " || $0 == "\t" || $0 == "\"" }))
    }
    if let decoded = Base64.decode(credential), let text = String(validating: decoded, as: UTF8.self),
      let colon = text.firstIndex(of: ":")
    {
      texts += [text, String(text[..<colon]), String(text[text.index(after: colon)...])]
    }
    return texts
  }

  /// The values of a query as they stand in an address, and what they mean.
  private static func query(of path: String) -> [String] {
    guard let mark = path.firstIndex(of: "?") else { return [] }
    let query = path[path.index(after: mark)...].prefix { $0 != "#" }
    return query.split(separator: "&").flatMap { pair -> [String] in
      let value = pair.firstIndex(of: "=").map { pair[pair.index(after: $0)...] } ?? pair
      return [String(value), decoded(value)]
    }
  }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension Substring {
  /// The text without the characters of a kind at both ends.
  fileprivate func trimmed(_ isOutside: (Character) -> Bool) -> Substring {
    var rest = drop(while: isOutside)
    while let last = rest.last, isOutside(last) { rest = rest.dropLast() }
    return rest
  }
}
