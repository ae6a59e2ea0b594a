import HTTPTypes
internal import NPUBase
internal import NPUDigest
internal import NPUTransport

/// What is sent along with a body, so that the store can tell whether it is whole.
struct BodyDigests: Sendable {
  var sha256: String
  var md5: [UInt8]

  var md5Text: String { ContentDigest.hexadecimal(md5) }

  /// What is said of no body.
  static let empty = BodyDigests(sha256: ContentDigest.text(of: []), md5: [])
}

extension BodyDigests {
  /// What is said of a body in memory.
  init(of bytes: [UInt8]) {
    var md5 = MD5Digest()
    md5.add(bytes)
    self.init(sha256: ContentDigest.text(of: bytes), md5: md5.bytes)
  }
}

extension ObjectStore {
  // MARK: - Requests

  /// Prepares a request in the canonical form, in which libcurl signs it.
  func request(
    _ method: HTTPRequest.Method, _ address: ObjectAddress, query: [(String, String)] = [], body: TransferBody = .empty,
    _ digests: BodyDigests = .empty, contentType: String? = nil
  ) throws(StorageError) -> TransferRequest {
    try address.check()
    var fields = HTTPFields()
    fields.set("x-amz-content-sha256", digests.sha256)
    if let token = configuration.securityToken { fields.set("x-amz-security-token", token.reveal()) }
    if !digests.md5.isEmpty { fields.set("Content-MD5", Base64.encode(digests.md5)) }
    if let contentType { fields[.contentType] = contentType }
    let isPath = configuration.addressing == .path
    let place = isPath ? "/\(address.bucket)" : ""
    let key = address.key.isEmpty ? (isPath ? "" : "/") : "/" + Self.encoded(key: address.key)
    let pairs = query.map { (PercentText.encode($0.0), PercentText.encode($0.1)) }.sorted { $0 < $1 }
    let text = pairs.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    var request = TransferRequest(
      head: HTTPRequest(
        method: method, scheme: configuration.scheme,
        authority: isPath ? configuration.authority : "\(address.bucket).\(configuration.authority)",
        path: place + key + (text.isEmpty ? "" : "?" + text), headerFields: fields),
      body: body, timeouts: configuration.timeouts)
    request.signature = configuration.signature
    return request
  }

  private static func encoded(key: String) -> String {
    key.split(separator: "/", omittingEmptySubsequences: false).map { PercentText.encode($0) }.joined(separator: "/")
  }

  // MARK: - Responses

  /// The response of a status that is 2xx.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - what: What an error says was asked for.
  ///   - limit: How many bytes of a good response are read.
  /// - Returns: The response.
  /// - Throws: ``StorageError`` for any other status, and where there is no response.
  func response(to request: TransferRequest, _ what: String, limit: Int = 64 << 20) async throws -> TransferResponse {
    var request = request
    request.limits.bodyBytes = max(limit, 64 << 10)
    do {
      let response = try await transport.response(to: request)
      guard response.head.status.kind == .successful else {
        throw StorageError(response: response.head, body: response.body, to: what, redactor: configuration.redactor)
      }
      guard response.body.count <= limit else { throw tooLarge(what, limit) }
      return response
    } catch let error as TransportError {
      throw error.kind == .bodyTooLarge ? tooLarge(what, limit) : failed(error)
    }
  }

  func failed(_ error: TransportError) -> StorageError {
    StorageError(error.redacted(by: configuration.redactor))
  }

  private func tooLarge(_ what: String, _ limit: Int) -> StorageError {
    StorageError(kind: .tooLarge, message: "\(what) has more than \(limit) bytes, which is as much as is read")
  }

  func document(_ body: [UInt8], _ what: String) throws(StorageError) -> XMLElement {
    do throws(XMLReader.Fault) { return try XMLReader.read(body) } catch {
      throw StorageError(
        kind: .malformedResponse,
        message: configuration.redactor.clean(
          "\(what): expected XML, got \(body.count) bytes: \"\(Excerpt.of(body))\"; is it a store of S3?"))
    }
  }

  /// The document that responds to a call of the name, such as `ListParts`.
  func document(_ body: [UInt8], _ what: String, of call: String) throws(StorageError) -> XMLElement {
    let document = try document(body, what)
    // Some stores follow the other habit of naming responses.
    guard [call + "Result", call + "Response"].contains(document.name) else {
      throw unexpected(document.name, what)
    }
    return document
  }

  func unexpected(_ name: String, _ what: String) -> StorageError {
    StorageError(
      kind: .malformedResponse, message: "\(what): the response is a document of \"\(Excerpt.of(name, limit: 100))\"")
  }

  // MARK: - Checks

  /// Refuses an object whose bytes come as others than are kept.
  func checkEncoding(_ head: HTTPResponse, _ address: ObjectAddress) throws(StorageError) {
    guard let encoding = head.headerFields[.contentEncoding], !encoding.isEmpty, encoding != "identity" else { return }
    throw StorageError(
      kind: .malformedResponse,
      message:
        "\(address) is kept with the content encoding \(Excerpt.of(encoding, limit: 60)), so its bytes cannot be "
        + "checked; store it without one")
  }

  /// Compares what came with what was announced and asked for.
  func check(
    _ head: HTTPResponse, _ address: ObjectAddress, count: Int64, range: Range<Int64>?
  ) throws(StorageError) {
    try checkEncoding(head, address)
    if let said = head.headerFields[.contentLength].flatMap({ Int64($0) }), said != count {
      throw StorageError(kind: .integrity, message: "\(address): \(said) bytes were announced, and \(count) came")
    }
    guard let range else { return }
    guard head.status.code == 206, count == range.upperBound - range.lowerBound else {
      throw StorageError(
        kind: .integrity,
        message:
          "\(address): \(range.upperBound - range.lowerBound) bytes from \(range.lowerBound) were asked for, and "
          + "\(count) came with status \(head.status.code)")
    }
  }

  /// Compares the tag of an object with its bytes, where it says something of them.
  func check(_ head: HTTPResponse, _ address: ObjectAddress, md5: String) throws(StorageError) {
    guard configuration.checksETag, !Self.hasOwnKey(head) else { return }
    let tag = ObjectTag(head.headerFields[.eTag] ?? "")
    guard tag.contradicts(md5) else { return }
    throw StorageError(
      kind: .integrity,
      message:
        "\(address): the MD5 of the bytes is \(md5), and the tag of the object \(tag.text); if this store's tags "
        + "are no MD5, have them not checked")
  }

  /// Whether an object is encrypted so that its tag says nothing of its bytes.
  static func hasOwnKey(_ head: HTTPResponse) -> Bool {
    let fields = head.headerFields
    return fields.value("x-amz-server-side-encryption").map { $0 != "AES256" } ?? false
      || fields.value("x-amz-server-side-encryption-customer-algorithm") != nil
  }

  // MARK: - Trying again

  /// Does something until it succeeds, as often as the configuration says.
  func retrying<Value>(_ work: () async throws -> Value) async throws -> Value {
    var number = 1
    while true {
      do { return try await work() } catch let error as StorageError {
        guard let pause = configuration.retries.pause(after: error, number: number) else { throw error }
        onRetry?(error)
        try await transport.wait(until: transport.now.advanced(by: pause))
        number += 1
      }
    }
  }
}

extension XMLElement {
  /// A key that a list has, which may be encoded in it.
  func key(_ text: String) -> String {
    guard self["EncodingType"] == "url" else { return text }
    return PercentText.decode(text.split(separator: "+", omittingEmptySubsequences: false).joined(separator: " "))
  }
}
