internal import HTTPTypes
internal import NPUBase
public import NPUTransport

/// Why an object store did not do what was asked.
public struct StorageError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A bucket, a key or the address of the store cannot be used.
    case invalidAddress = "invalid_address"
    /// There is no such object or bucket.
    case notFound = "not_found"
    /// The key, its signature or its rights are not accepted.
    case accessDenied = "access_denied"
    /// The store asks for fewer requests, or is out of order for now.
    case throttled
    /// The object is another one than it was before.
    case changed
    /// The store refuses for another reason, which the code tells.
    case refused
    /// The exchange broke; ``StorageError/transport`` says how.
    case transport
    /// The bytes are not those that the store says it keeps, or that were sent to it.
    case integrity
    /// The response is not what the protocol asks for.
    case malformedResponse = "malformed_response"
    /// The object is larger than what was to be read or can be written.
    case tooLarge = "too_large"
    /// A file on this machine cannot be read or written.
    case file
  }

  /// The cause.
  public var kind: Kind
  /// What happened, with the values that explain it and what to do.
  public var message: String
  /// The store's own code, such as `NoSuchKey`.
  public var code: String?
  /// The HTTP status, where a response arrived.
  public var status: Int?
  /// The identity of the request at the store.
  public var requestID: String?
  /// How long to wait before trying again, where the store says so.
  public var retryAfter: Duration?
  /// How the exchange broke, where it did.
  public var transport: TransportError.Kind?

  /// Creates an error.
  public init(
    kind: Kind, message: String, code: String? = nil, status: Int? = nil, requestID: String? = nil,
    retryAfter: Duration? = nil, transport: TransportError.Kind? = nil
  ) {
    self.kind = kind
    self.message = message
    self.code = code
    self.status = status
    self.requestID = requestID
    self.retryAfter = retryAfter
    self.transport = transport
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind == .transport ? transport?.rawValue ?? kind.rawValue : kind.rawValue }

  /// Whether the same request may succeed later: overload, a broken connection, bytes that were damaged on their way.
  public var isTransient: Bool {
    switch kind {
    case .throttled, .integrity: true
    case .transport: Self.transient.contains(transport ?? .other)
    default: false
    }
  }

  private static let transient: Set<TransportError.Kind> = [
    .nameResolution, .connectionRefused, .connectionFailed, .connectTimeout, .firstByteTimeout, .idleTimeout,
    .totalTimeout, .connectionLost, .truncatedBody, .protocolViolation, .proxy,
  ]
}

extension StorageError: CustomStringConvertible {
  /// The message, the code of the store and its status.
  public var description: String {
    var facts = [shortDescription]
    if let code { facts.append(code) }
    if let status { facts.append("status \(status)") }
    if let requestID { facts.append("request \(requestID)") }
    return "\(message) [\(facts.joined(separator: ", "))]"
  }
}

extension StorageError {
  init(_ error: FileError) {
    self.init(kind: .file, message: "\(error.path): \(error.message)")
  }

  init(_ error: TransportError) {
    self.init(kind: .transport, message: "\(error.message) (\(error.request))", transport: error.kind)
  }

  /// What a response that is not 2xx says, or an error under a good status.
  ///
  /// - Parameters:
  ///   - head: The head.
  ///   - body: The body, which a response to `HEAD` has none of.
  ///   - what: What was asked for.
  ///   - redactor: Knows the keys, which some stores repeat.
  init(response head: HTTPResponse, body: [UInt8], to what: String, redactor: Redactor) {
    let document = try? XMLReader.read(body)
    let code = document?["Code"].map { Excerpt.of($0, limit: 100) }
    let said = document?["Message"].map { Excerpt.of($0) } ?? Excerpt.of(head.status.reasonPhrase, limit: 100)
    let status = head.status.code
    let kind = Self.kind(status, code)
    var message = "\(what): \(said.isEmpty ? "status \(status) without a message" : said)"
    if let advice = Self.advice(kind, status, code, document) { message += "; \(advice)" }
    self.init(
      kind: kind, message: redactor.clean(message), code: code.map(redactor.clean), status: status,
      requestID: (document?["RequestId"] ?? head.headerFields.value("x-amz-request-id")).map {
        redactor.clean(Excerpt.of($0, limit: 100))
      },
      retryAfter: head.headerFields[.retryAfter].flatMap(Double.init).flatMap {
        (0...86_400).contains($0) ? .seconds($0) : nil
      })
  }

  private static func kind(_ status: Int, _ code: String?) -> Kind {
    switch code {
    case "NoSuchKey", "NoSuchBucket", "NoSuchUpload": return .notFound
    case "SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "OperationAborted": return .throttled
    case "BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody": return .integrity
    default: break
    }
    switch status {
    case 404: return .notFound
    case 401, 403: return .accessDenied
    case 412: return .changed
    case 408, 429, 500, 502, 503, 504: return .throttled
    default: return .refused
    }
  }

  private static func advice(_ kind: Kind, _ status: Int, _ code: String?, _ document: XMLElement?) -> String? {
    switch code {
    case "SignatureDoesNotMatch": return "check the secret key and the region"
    case "InvalidAccessKeyId": return "check the access key"
    case "RequestTimeTooSkewed": return "set the clock of this machine"
    case "NoSuchBucket": return "check the bucket and the address of the store"
    case "AuthorizationHeaderMalformed":
      return document?["Region"].map { "the region is \(Excerpt.of($0, limit: 60))" } ?? "check the region"
    default: break
    }
    if (300...399).contains(status) {
      let place = document?["Endpoint"].map { "use \(Excerpt.of($0, limit: 200))" }
      return place ?? "redirects are not followed, check the address and the region of the store"
    }
    return kind == .accessDenied && document == nil ? "check the keys and what they may do" : nil
  }
}
