internal import HTTPTypes
internal import NPUBase
internal import NPUDigest
public import NPUTransport

/// A client for object stores of the kind of S3, such as OBS of the Huawei Cloud.
///
/// ```swift
/// let store = try ObjectStore(
///   ObjectStoreConfiguration(
///     "https://obs.cn-north-4.myhuaweicloud.com", region: "cn-north-4", accessKey: "AK", secretKey: "SK"))
/// for object in try await store.objects(at: ObjectAddress("s3://bucket/in/")) { print(object.key, object.size) }
/// try await store.download(ObjectAddress("s3://bucket/in/1.wav"), to: "1.wav")
/// ```
///
/// Requests are signed by libcurl. What goes either way is checked: the length, the MD5 and SHA-256 of what is sent, the
/// tag of what comes. No call holds more of an object in memory than a part of it, but those that give bytes.
public struct ObjectStore: Sendable {
  /// Where the store is, and how it is asked.
  public var configuration: ObjectStoreConfiguration
  /// What carries the requests.
  public let transport: any Transport
  /// Told of each failure after which something is tried again.
  public var onRetry: (@Sendable (StorageError) -> Void)?

  /// Creates a client over a transport.
  public init(_ configuration: ObjectStoreConfiguration, over transport: any Transport) {
    self.configuration = configuration
    self.transport = transport
  }

  /// Creates a client with a transport of its own.
  ///
  /// - Throws: ``TransportError`` if the system gives no network thread.
  public init(
    _ configuration: ObjectStoreConfiguration, transport: TransportConfiguration = TransportConfiguration()
  ) throws {
    self.init(configuration, over: try CurlTransport(configuration: transport))
  }

  /// The most objects that ``objects(at:limit:)`` gives.
  public static let usualListLimit = 1_000_000

  // MARK: - Lists

  /// One page of the objects whose keys begin with that of an address.
  ///
  /// - Parameters:
  ///   - address: The bucket, and what the keys begin with.
  ///   - last: After which key the page begins.
  ///   - limit: How many objects it has at most; stores give no more than 1,000.
  /// - Returns: The page.
  /// - Throws: ``StorageError``; `CancellationError`.
  public func page(
    of address: ObjectAddress, after last: String? = nil, limit: Int = 1000
  ) async throws -> ObjectPage {
    // The first form of the list, which every store has; its keys may be encoded, since XML cannot hold all of them.
    var query = [("encoding-type", "url"), ("max-keys", "\(limit)"), ("prefix", address.key)]
    if let last { query.append(("marker", last)) }
    let place = ObjectAddress(bucket: address.bucket)
    let request = try self.request(.get, place, query: query)
    let what = "the list of \(address)"
    return try await retrying {
      let body = try await response(to: request, what).body
      let document = try document(body, what, of: "ListBucket")
      var objects: [StoredObject] = []
      for entry in document.all("Contents") {
        guard let name = entry["Key"], let size = entry["Size"].flatMap({ Int64($0) }), size >= 0 else {
          throw StorageError(
            kind: .malformedResponse, message: "\(what) has an object without a key or a size; is it a store of S3?")
        }
        objects.append(
          StoredObject(key: document.key(name), size: size, etag: ObjectTag(entry["ETag"] ?? "").text))
      }
      guard document["IsTruncated"] == "true" else { return ObjectPage(objects: objects, next: nil) }
      // A store that does not get on would be asked for ever.
      guard let next = document["NextMarker"].map(document.key) ?? objects.last?.key, next != last else {
        throw StorageError(
          kind: .malformedResponse, message: "\(what) goes on, and does not say after which key")
      }
      return ObjectPage(objects: objects, next: next)
    }
  }

  /// All objects whose keys begin with that of an address, in the order of their keys.
  ///
  /// - Parameters:
  ///   - address: The bucket, and what the keys begin with.
  ///   - limit: How many there may be.
  /// - Returns: The objects.
  /// - Throws: ``StorageError`` of kind `tooLarge` if there are more; `CancellationError`.
  public func objects(at address: ObjectAddress, limit: Int = usualListLimit) async throws -> [StoredObject] {
    var objects: [StoredObject] = []
    var next: String?
    repeat {
      let page = try await page(of: address, after: next)
      objects += page.objects
      guard objects.count <= limit else {
        throw StorageError(
          kind: .tooLarge, message: "there are more than \(limit) objects at \(address); name a longer prefix")
      }
      next = page.next
    } while next != nil
    return objects
  }

  // MARK: - Single objects

  /// What the store says of an object; `nil` if there is none.
  ///
  /// - Throws: ``StorageError``; `CancellationError`.
  public func facts(of address: ObjectAddress) async throws -> StoredObject? {
    let request = try self.request(.head, address)
    do {
      return try await retrying {
        let head = try await response(to: request, "\(address)").head
        guard let size = head.headerFields[.contentLength].flatMap({ Int64($0) }), size >= 0 else {
          throw StorageError(
            kind: .malformedResponse, message: "\(address): the store does not say how long it is")
        }
        return StoredObject(key: address.key, size: size, etag: ObjectTag(head.headerFields[.eTag] ?? "").text)
      }
    } catch let error as StorageError where error.kind == .notFound {
      return nil
    }
  }

  /// The bytes of an object, or of a part of it.
  ///
  /// - Parameters:
  ///   - address: The object.
  ///   - range: Which bytes; `nil` for all.
  ///   - limit: How many bytes are read at most.
  ///   - etag: The tag that the object must still have.
  /// - Returns: The bytes.
  /// - Throws: ``StorageError`` of kind `tooLarge`, `changed`, `integrity` or another; `CancellationError`.
  public func bytes(
    of address: ObjectAddress, range: Range<Int64>? = nil, limit: Int = 64 << 20, matching etag: String? = nil
  ) async throws -> [UInt8] {
    if range?.isEmpty == true { return [] }
    var request = try self.request(.get, address)
    if let range { request.head.headerFields[.range] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)" }
    if let etag { request.head.headerFields[.ifMatch] = "\"\(etag)\"" }
    request.limits.bodyBytes = limit
    let asked = request
    return try await retrying {
      let response = try await response(to: asked, "\(address)", limit: limit)
      try check(response.head, address, count: Int64(response.body.count), range: range)
      if range == nil {
        var md5 = MD5Digest()
        md5.add(response.body)
        try check(response.head, address, md5: md5.text)
      }
      return response.body
    }
  }

  /// Writes bytes to an object, which is there whole afterwards or as it was before.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - address: The object.
  ///   - contentType: What they are.
  /// - Returns: What the store says of the object.
  /// - Throws: ``StorageError``; `CancellationError`.
  @discardableResult
  public func put(
    _ bytes: [UInt8], to address: ObjectAddress, contentType: String = "application/octet-stream"
  ) async throws -> StoredObject {
    try await put(
      .bytes(bytes), BodyDigests(of: bytes), size: Int64(bytes.count), to: address, contentType: contentType)
  }

  /// Removes an object; one that is not there is no error.
  ///
  /// - Throws: ``StorageError``; `CancellationError`.
  public func remove(_ address: ObjectAddress) async throws {
    let request = try self.request(.delete, address)
    do {
      try await retrying { _ = try await response(to: request, "\(address)") }
    } catch let error as StorageError where error.kind == .notFound {}
  }

  func put(
    _ body: TransferBody, _ digests: BodyDigests, size: Int64, to address: ObjectAddress, contentType: String
  ) async throws -> StoredObject {
    let request = try self.request(.put, address, body: body, digests, contentType: contentType)
    return try await retrying {
      let head = try await response(to: request, "\(address)").head
      try check(head, address, md5: digests.md5Text)
      return StoredObject(key: address.key, size: size, etag: ObjectTag(head.headerFields[.eTag] ?? "").text)
    }
  }
}
