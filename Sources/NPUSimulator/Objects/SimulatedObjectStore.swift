internal import Crypto
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// The simulated object store: keeps what is put into its buckets, in memory.
final class SimulatedObjectStore: Sendable {
  private let shelf = Mutex(ObjectShelf())

  /// Everything in a bucket.
  func objects(in bucket: String) -> [String: [UInt8]] {
    shelf.withLock { ($0.buckets[bucket] ?? [:]).mapValues(\.bytes) }
  }

  func put(_ bytes: [UInt8], _ bucket: String, _ key: String) {
    _ = shelf.withLock { $0.put(bytes, bucket, key, contentType: "application/octet-stream") }
  }

  /// Uploads that were begun and neither ended nor given up.
  var unfinishedUploads: Int { shelf.withLock(\.uploads.count) }

  /// The response to a request for a bucket or an object; nothing for one that is for none.
  func response(
    to request: IncomingRequest, _ behaviour: ObjectStoreBehaviour, format: WireFormat
  ) -> Response? {
    guard let asked = StoreRequest(request), behaviour.buckets.contains(asked.bucket) || asked.isForStore else {
      return nil
    }
    do throws(StoreRefusal) {
      guard behaviour.buckets.contains(asked.bucket) else { throw StoreRefusal(404, "NoSuchBucket") }
      try check(request, behaviour)
      let failure = nextFailure(request.head.method.rawValue, behaviour)
      if failure == .slowDown { throw StoreRefusal(503, "SlowDown", "Please reduce your request rate.") }
      return try respond(asked, request, behaviour, failure, format)
    } catch {
      return .fixed(error.response(to: asked, isHead: request.head.method == .HEAD, format))
    }
  }

  // MARK: - What a request must bear

  private static let tolerance = 900

  private func check(_ request: IncomingRequest, _ behaviour: ObjectStoreBehaviour) throws(StoreRefusal) {
    let headers = request.head.headers
    guard let field = headers.first(name: "authorization") else {
      throw StoreRefusal(403, "AccessDenied", "Access Denied")
    }
    guard let check = StoreSignatureCheck(authorization: field) else {
      throw StoreRefusal(400, "AuthorizationHeaderMalformed", "The authorization header is malformed.")
    }
    guard let secret = behaviour.accessKeys[check.access] else {
      throw StoreRefusal(403, "InvalidAccessKeyId", "The Access Key Id \(check.access) does not exist in our records.")
    }
    guard check.scope[1] == behaviour.region, check.scope[2] == "s3" else {
      throw StoreRefusal(
        400, "AuthorizationHeaderMalformed", "the region '\(check.scope[1])' is wrong; expecting '\(behaviour.region)'",
        more: [("Region", behaviour.region)])
    }
    let now = WallTime.seconds + behaviour.clockOffset
    guard let date = headers.first(name: "x-amz-date").flatMap(Gateway.seconds), abs(date - now) <= Self.tolerance
    else {
      throw StoreRefusal(403, "RequestTimeTooSkewed", "The difference between the request time and ours is too large.")
    }
    guard behaviour.securityToken == headers.first(name: "x-amz-security-token") else {
      throw StoreRefusal(403, "InvalidToken", "The provided token is malformed or otherwise invalid.")
    }
    guard let text = check.textToSign(request), check.isValid(text, secret: secret) else {
      // Real stores tell the access key and more, which a client must not show.
      throw StoreRefusal(
        403, "SignatureDoesNotMatch", "The signature we calculated does not match the one you provided.",
        more: [("AWSAccessKeyId", check.access), ("StringToSign", check.textToSign(request) ?? "")])
    }
    let hash = headers.first(name: "x-amz-content-sha256") ?? ""
    guard hash == "UNSIGNED-PAYLOAD" || hash == SignatureCheck.hexadecimal(SHA256.hash(data: request.bytes)) else {
      throw StoreRefusal(400, "XAmzContentSHA256Mismatch", "The provided hash does not match what was computed.")
    }
    if let md5 = headers.first(name: "content-md5") {
      guard Array(md5.utf8) == Base64Text.encode(Array(Insecure.MD5.hash(data: request.bytes))) else {
        throw StoreRefusal(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
      }
    }
  }

  private func nextFailure(_ method: String, _ behaviour: ObjectStoreBehaviour) -> ObjectStoreBehaviour.Failure.Kind? {
    shelf.withLock { shelf in
      var kind: ObjectStoreBehaviour.Failure.Kind?
      for (place, failure) in behaviour.failures.enumerated() where failure.method ?? method == method {
        let count = shelf.failureCounts[place, default: 0]
        shelf.failureCounts[place] = count + 1
        if kind == nil, count >= failure.after, count - failure.after < failure.times { kind = failure.kind }
      }
      return kind
    }
  }

  // MARK: - What is done

  private func respond(
    _ asked: StoreRequest, _ request: IncomingRequest, _ behaviour: ObjectStoreBehaviour,
    _ failure: ObjectStoreBehaviour.Failure.Kind?, _ format: WireFormat
  ) throws(StoreRefusal) -> Response {
    let (bucket, key) = (asked.bucket, asked.key)
    let contentType = request.head.headers.first(name: "content-type") ?? "binary/octet-stream"
    switch (request.head.method, key.isEmpty) {
    case (.GET, true):
      let shelf = shelf.withLock { $0 }
      let list =
        asked.query["uploads"] == nil
        ? StoreList.objects(of: shelf, asked, behaviour) : StoreList.uploads(of: shelf, asked, behaviour)
      return .fixed(xml(format, list))
    case (.GET, false) where asked.query["uploadId"] != nil:
      guard let upload = shelf.withLock({ $0.uploads[asked.query["uploadId"] ?? ""] }) else {
        throw StoreRefusal(404, "NoSuchUpload", "The specified upload does not exist.")
      }
      return .fixed(xml(format, StoreList.parts(of: upload, asked, behaviour)))
    case (.GET, false), (.HEAD, false):
      guard let object = shelf.withLock({ $0[bucket, key] }) else {
        throw StoreRefusal(404, "NoSuchKey", "The specified key does not exist.")
      }
      return try StoreDelivery(object: object, failure: failure).response(to: request, format)
    case (.PUT, false):
      if let upload = asked.query["uploadId"] {
        let number = asked.query["partNumber"].flatMap { Int($0) } ?? 0
        guard (1...10_000).contains(number) else { throw StoreRefusal(400, "InvalidArgument", "Part number") }
        guard let tag = shelf.withLock({ $0.putPart(request.bytes, number, of: upload) }) else {
          throw StoreRefusal(404, "NoSuchUpload", "The specified upload does not exist.")
        }
        return .fixed(empty(format, tag, failure))
      }
      let tag = shelf.withLock { $0.put(request.bytes, bucket, key, contentType: contentType) }
      return .fixed(empty(format, tag, failure))
    case (.POST, false) where asked.query["uploads"] != nil:
      let upload = shelf.withLock { $0.beginUpload(bucket, key, contentType: contentType) }
      return .fixed(document(format, "InitiateMultipartUploadResult", [("UploadId", upload)]))
    case (.POST, false):
      if failure == .lateError {
        return .fixed(document(format, "Error", [("Code", "InternalError"), ("Message", "We encountered an error.")]))
      }
      let upload = asked.query["uploadId"] ?? ""
      let parts = StoreRequest.parts(in: String(decoding: request.bytes, as: UTF8.self))
      let result = shelf.withLock { shelf -> Result<String, ObjectShelf.Refusal> in
        do throws(ObjectShelf.Refusal) {
          return .success(try shelf.complete(upload, parts, least: behaviour.leastPartBytes))
        } catch { return .failure(error) }
      }
      switch result {
      case .success(let tag):
        let shown = failure == .wrongETag ? Self.otherTag(tag) : tag
        return .fixed(document(format, "CompleteMultipartUploadResult", [("ETag", "\"\(shown)\"")]))
      case .failure(let refusal): throw StoreRefusal(refusal == .noSuchUpload ? 404 : 400, refusal.rawValue)
      }
    case (.DELETE, false):
      if let upload = asked.query["uploadId"] {
        guard shelf.withLock({ $0.abort(upload) }) else { throw StoreRefusal(404, "NoSuchUpload") }
      } else {
        shelf.withLock { $0.remove(bucket, key) }
      }
      return .fixed(format.response(204, contentType: nil))
    default: throw StoreRefusal(405, "MethodNotAllowed")
    }
  }

  private func document(_ format: WireFormat, _ name: String, _ members: [(String, String)]) -> ByteBuffer {
    let text = members.map { "<\($0.0)>\(StoreRefusal.escaped($0.1))</\($0.0)>" }.joined()
    return xml(format, StoreRefusal.document(name, text))
  }

  private func xml(_ format: WireFormat, _ document: String) -> ByteBuffer {
    format.response(200, contentType: "application/xml", body: ByteBuffer(string: document))
  }

  private func empty(
    _ format: WireFormat, _ tag: String, _ failure: ObjectStoreBehaviour.Failure.Kind?
  ) -> ByteBuffer {
    let tag = failure == .wrongETag ? Self.otherTag(tag) : tag
    return format.response(200, contentType: nil, extra: [("ETag", "\"\(tag)\"")])
  }

  /// A tag of the same form.
  static func otherTag(_ tag: String) -> String {
    String(tag.map { $0 == "-" ? "-" : $0 == "0" ? "1" : "0" })
  }
}
