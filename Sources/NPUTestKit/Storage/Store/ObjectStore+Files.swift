internal import HTTPTypes
internal import NPUBase
internal import NPUDigest
internal import NPUTransport

/// Objects that are files on this machine, which are never held in memory as a whole.
extension ObjectStore {
  /// Reads an object into a file, which is there whole afterwards or not at all.
  ///
  /// Where the connection breaks, the rest is asked for.
  ///
  /// - Parameters:
  ///   - address: The object.
  ///   - path: The file; one that is there is replaced.
  ///   - etag: The tag that the object must still have.
  /// - Returns: What the store says of the object.
  /// - Throws: ``StorageError``; `CancellationError`.
  @discardableResult
  public func download(
    _ address: ObjectAddress, to path: String, matching etag: String? = nil
  ) async throws -> StoredObject {
    let temporary = path + ".part"
    do {
      let received = try Self.local { () throws(FileError) in try Received(into: temporary, etag: etag) }
      try await retrying { try await receive(address, received) }
      try Self.local { () throws(FileError) in try File.move(temporary, to: path) }
      return StoredObject(key: address.key, size: received.count, etag: received.etag ?? "")
    } catch {
      File.remove(temporary)
      throw error
    }
  }

  /// Writes a file to an object, in parts if it is large.
  ///
  /// The file must not change meanwhile. Where a part cannot be written, the store is told to forget the others.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - address: The object.
  ///   - contentType: What it is.
  /// - Returns: What the store says of the object.
  /// - Throws: ``StorageError``; `CancellationError`.
  @discardableResult
  public func upload(
    _ path: String, to address: ObjectAddress, contentType: String = "application/octet-stream"
  ) async throws -> StoredObject {
    let size = try Self.local { () throws(FileError) in try File(readingRegular: path).size }
    if size > configuration.multipartThreshold {
      return try await uploadParts(path, size: size, to: address, contentType: contentType)
    }
    let digests = try Self.local { () throws(FileError) in try Self.digests(ofFile: path) }
    return try await put(.file(path: path), digests, size: size, to: address, contentType: contentType)
  }

  /// What was received of an object by now.
  private final class Received {
    private let file: File
    /// The tag that the object must have.
    private let wanted: String?
    private(set) var count: Int64 = 0
    private(set) var md5 = MD5Digest()
    /// The tag that the rest must have.
    var etag: String?
    /// Whether all has to be asked for again.
    var isDamaged = false

    init(into path: String, etag: String?) throws(FileError) {
      file = try File(creating: path, replacing: true)
      wanted = etag
      self.etag = etag
    }

    func add(_ bytes: [UInt8]) throws(FileError) {
      try file.write(bytes)
      md5.add(bytes)
      count += Int64(bytes.count)
    }

    func beginAgain() throws(FileError) {
      try file.empty()
      (count, md5, etag, isDamaged) = (0, MD5Digest(), wanted, false)
    }
  }

  /// Asks for an object, or for what is left of it.
  private func receive(_ address: ObjectAddress, _ received: Received) async throws {
    if received.isDamaged { try Self.local { () throws(FileError) in try received.beginAgain() } }
    var request = try self.request(.get, address)
    request.limits.bodyBytes = .max
    if let etag = received.etag { request.head.headerFields[.ifMatch] = "\"\(etag)\"" }
    let start = received.count
    if start > 0 { request.head.headerFields[.range] = "bytes=\(start)-" }
    do {
      let response = try await transport.stream(request)
      let head = response.head
      guard head.status.kind == .successful else { throw try await refusal(response, address) }
      guard start == 0 || head.status.code == 206 else {
        received.isDamaged = true
        throw StorageError(
          kind: .integrity, message: "\(address): the rest was asked for, and the store sends all of it again")
      }
      if received.etag == nil, let tag = head.headerFields[.eTag], !tag.isEmpty {
        received.etag = ObjectTag(tag).text
      }
      for try await piece in response.body {
        try Self.local { () throws(FileError) in try received.add(piece.bytes) }
      }
      received.isDamaged = true
      try check(head, address, count: received.count - start, range: nil)
      try check(head, address, md5: received.md5.text)
    } catch let error as TransportError {
      throw failed(error)
    }
  }

  private func refusal(_ response: StreamingResponse, _ address: ObjectAddress) async throws -> StorageError {
    var body: [UInt8] = []
    for try await piece in response.body {
      body += piece.bytes
      if body.count > 64 << 10 { break }
    }
    return StorageError(response: response.head, body: body, to: "\(address)", redactor: configuration.redactor)
  }

  static func local<Value: ~Copyable>(_ work: () throws(FileError) -> Value) throws(StorageError) -> Value {
    do throws(FileError) { return try work() } catch { throw StorageError(error) }
  }

  private static func digests(ofFile path: String) throws(FileError) -> BodyDigests {
    let file = try File(readingRegular: path)
    var (sha256, md5) = (ContentDigest(), MD5Digest())
    var buffer: [UInt8] = []
    while try file.read(upTo: 256 << 10, into: &buffer) > 0 {
      sha256.add(buffer)
      md5.add(buffer)
      buffer.removeAll(keepingCapacity: true)
    }
    return BodyDigests(sha256: sha256.text, md5: md5.bytes)
  }
}
