internal import HTTPTypes
internal import NPUBase
internal import NPUTransport

/// Signs each request as it is sent, with the date of then.
final class SigningAuthenticator: RequestAuthenticator {
  private let key: AccessKey
  private let dialect: SigningDialect
  private let date: @Sendable () -> SigningDate
  let name: String

  init(_ key: AccessKey, _ dialect: SigningDialect, name: String, date: @escaping @Sendable () -> SigningDate) {
    self.key = key
    self.dialect = dialect
    self.name = name
    self.date = date
  }

  var secrets: [String] {
    [key.identifier.reveal(), key.secret.reveal()] + (key.securityToken.map { [$0.reveal()] } ?? [])
  }

  /// Takes the hash of the body where it is known by now; of a large one that takes milliseconds.
  func prepare(_ request: inout TransferRequest) {
    // A body that cannot be read is told of when the request is completed.
    if case .digest(let digest) = try? payload(of: request) { request.bodyDigest = digest }
  }

  func complete(_ request: TransferRequest, at instant: MonotonicInstant) throws(TransportError) -> TransferRequest? {
    // A field that was chosen by hand stays, a wrong one on purpose included.
    guard request.head.headerFields[.authorization] == nil else { return request }
    do throws(ModelArtsError) {
      var complete = request
      let signature = try RequestSigner(key: key, date: date(), dialect: dialect).sign(try signable(request))
      for field in signature.addedFields + [.init("Authorization", signature.authorization)] {
        guard let name = HTTPField.Name(field.name), HTTPField.isValidValue(field.value) else {
          throw ModelArtsError(kind: .invalidHeader, message: "\(field.name) cannot stand in a header; check the key")
        }
        complete.head.headerFields[name] = field.value
      }
      return complete
    } catch {
      throw TransportError(
        kind: .authentication, message: "the request cannot be signed: \(error.message)", request: request.identity)
    }
  }

  private func signable(_ request: TransferRequest) throws(ModelArtsError) -> SignableRequest {
    let target = (request.head.path ?? "/").utf8
    let path = target.prefix { $0 != UInt8(ascii: "?") }
    return SignableRequest(
      method: request.head.method.rawValue, host: Self.host(request.head), path: String(Substring(path)),
      query: String(Substring(target[path.endIndex...].dropFirst())),
      fields: request.head.headerFields.map { .init($0.name.rawName, $0.value) }, payload: try payload(of: request))
  }

  private func payload(of request: TransferRequest) throws(ModelArtsError) -> SignableRequest.Payload {
    if let digest = request.bodyDigest { return .digest(digest) }
    switch request.body {
    case .empty: return .empty
    case .bytes(let bytes): return PayloadDigest.payload(of: bytes)
    case .file(let path): return try PayloadDigest.payload(ofFile: path)
    // The transport chooses the boundary.
    case .form: return .unsigned
    }
  }

  /// The Host field as libcurl sends it: without the port that the scheme has anyway.
  private static func host(_ head: HTTPRequest) -> String {
    let authority = head.authority ?? ""
    let usual = head.scheme == "https" ? ":443" : ":80"
    return authority.hasSuffix(usual) ? String(authority.dropLast(usual.utf8.count)) : authority
  }
}
