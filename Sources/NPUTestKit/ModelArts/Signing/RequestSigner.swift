internal import NPUDigest
internal import NPUTransport

/// Which of the two published signers is followed, where they differ.
public enum SigningDialect: String, Sendable, Hashable, CaseIterable {
  /// The signing SDK of the API gateway: signs every header field, and the hash of any body.
  case apig
  /// Huawei's SDK of version 3: leaves out fields with an underscore in their name, and signs `UNSIGNED-PAYLOAD` in
  /// place of a body that is neither JSON nor BSON.
  case sdk
}

/// Signs requests with `SDK-HMAC-SHA256`, as the API gateway of the Huawei Cloud checks them.
///
/// It is pure: the date is one of its values, and the same request gives the same signature.
///
/// ```swift
/// let signer = RequestSigner(key: AccessKey("AK", "SK"), date: try SigningDate("20240115T083000Z"))
/// let request = try SignableRequest(method: "GET", address: "https://example.com/v1/models?limit=2")
/// let signature = try signer.sign(request)
/// print(signature.authorization)
/// ```
public struct RequestSigner: Sendable, Hashable {
  /// What signatures begin with.
  static let algorithm = "SDK-HMAC-SHA256"
  /// What stands in place of the hash of a body that is not signed.
  static let unsignedPayload = "UNSIGNED-PAYLOAD"
  /// The SHA-256 of nothing.
  static let emptyDigest = ContentDigest.text(of: [])

  /// The key.
  public var key: AccessKey
  /// The date of the signature; a request that has an `X-Sdk-Date` of its own keeps it.
  public var date: SigningDate
  /// Which of the published signers is followed.
  public var dialect: SigningDialect

  /// Creates a signer.
  public init(key: AccessKey, date: SigningDate, dialect: SigningDialect = .apig) {
    self.key = key
    self.date = date
    self.dialect = dialect
  }

  /// Signs a request.
  ///
  /// - Returns: The signature, and the header fields to add to the request.
  /// - Throws: ``ModelArtsError`` of kind `invalidHeader` for a key or a field that no header can hold, `invalidDate`
  ///   for a request with an `X-Sdk-Date` that is none.
  public func sign(_ request: SignableRequest) throws(ModelArtsError) -> RequestSignature {
    try check(request)
    var request = request
    var added: [SignableRequest.Field] = []
    func add(_ name: String, _ value: String?) {
      guard let value, request.value(of: name) == nil else { return }
      request.fields.append(.init(name, value))
      added.append(.init(name, value))
    }
    let date = try request.value(of: "X-Sdk-Date").map { text throws(ModelArtsError) in try SigningDate(text) }
    add("X-Sdk-Date", (date ?? self.date).description)
    add("X-Security-Token", key.securityToken?.reveal())
    add("X-Project-Id", key.project)
    if leavesBodyUnsigned(request) {
      // The signer of the SDK replaces what the request says of its hash.
      request.fields.removeAll { $0.name.lowercased() == "x-sdk-content-sha256" }
      add("X-Sdk-Content-Sha256", Self.unsignedPayload)
    }
    if request.value(of: "Host") == nil { request.fields.append(.init("Host", request.host)) }

    let canonical = CanonicalRequest(request, digest: digest(request), dialect: dialect)
    let text = canonical.text
    let stringToSign = [
      Self.algorithm, (date ?? self.date).description, ContentDigest.text(of: Array(text.utf8)),
    ].joined(separator: "\n")
    let signature = KeyedDigest.text(of: stringToSign, key: key.secret.reveal())
    return RequestSignature(
      canonicalRequest: text, stringToSign: stringToSign,
      authorization: "\(Self.algorithm) Access=\(key.identifier.reveal()), SignedHeaders=\(canonical.signedHeaders), "
        + "Signature=\(signature)", addedFields: added)
  }

  /// Whether the body is left out: where nobody knows it beforehand, and where the dialect of the SDK says so.
  private func leavesBodyUnsigned(_ request: SignableRequest) -> Bool {
    if request.payload == .unsigned { return true }
    guard dialect == .sdk, let type = request.value(of: "Content-Type"), !type.isEmpty else { return false }
    return !type.hasPrefix("application/json") && !type.hasPrefix("application/bson")
  }

  /// What the last line of the canonical request says of the body.
  private func digest(_ request: SignableRequest) -> String {
    let stated = request.value(of: "X-Sdk-Content-Sha256")
    switch request.payload {
    // The signer of the SDK asks for the hash of nothing whatever the field says.
    case .empty: return dialect == .sdk ? Self.emptyDigest : stated ?? Self.emptyDigest
    case .digest(let digest): return stated ?? digest
    case .unsigned: return stated ?? Self.unsignedPayload
    }
  }

  private func check(_ request: SignableRequest) throws(ModelArtsError) {
    func refuse(_ message: String) -> ModelArtsError { ModelArtsError(kind: .invalidHeader, message: message) }
    for (name, secret) in [("access key", key.identifier), ("secret key", key.secret)] {
      let text = secret.reveal()
      guard !text.isEmpty else { throw refuse("the \(name) is empty; give one") }
      guard text.utf8.allSatisfy({ 0x20 < $0 && $0 != 0x7F }) else {
        throw refuse("the \(name) holds a space or a control character; remove line breaks and spaces around it")
      }
    }
    for field in request.fields {
      guard !field.name.isEmpty, field.name.utf8.allSatisfy({ 0x20 < $0 && $0 < 0x7F && $0 != UInt8(ascii: ":") })
      else { throw refuse("a header field has no name, or one with a character that no name may hold") }
      guard field.value.utf8.allSatisfy({ 0x20 <= $0 && $0 != 0x7F || $0 == 0x09 }) else {
        throw refuse("the header field \(field.name) holds a line break or another control character; remove it")
      }
    }
  }
}

/// A signature, and what it was made of.
public struct RequestSignature: Sendable, Hashable {
  /// The request in the form that both sides hash.
  public var canonicalRequest: String
  /// What the key signs: algorithm, date, and the hash of the canonical request.
  public var stringToSign: String
  /// The value of the `Authorization` field.
  public var authorization: String
  /// Fields that the signature covers and the request did not have; they must be sent too.
  public var addedFields: [SignableRequest.Field]

  /// Creates a signature.
  public init(
    canonicalRequest: String, stringToSign: String, authorization: String, addedFields: [SignableRequest.Field]
  ) {
    self.canonicalRequest = canonicalRequest
    self.stringToSign = stringToSign
    self.authorization = authorization
    self.addedFields = addedFields
  }
}
