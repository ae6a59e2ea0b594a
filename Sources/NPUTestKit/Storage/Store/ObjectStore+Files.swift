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
  ///   - limit: How many bytes it may have; `nil` for as many as the store announces, and
  ///     ``ObjectStoreConfiguration/unannouncedLimit`` where it announces none.
  /// - Returns: What the store says of the object.
  /// - Throws: ``StorageError`` of kind `tooLarge`, `changed`, `integrity` or another; `CancellationError`.
  @discardableResult
  public func download(
    _ address: ObjectAddress, to path: String, matching etag: String? = nil, limit: Int64? = nil
  ) async throws -> StoredObject {
    let temporary = path + ".part"
    do {
      let received = try Self.local { () throws(FileError) in
        try Received(into: temporary, etag: etag, limit: limit, unannounced: configuration.unannouncedLimit)
      }
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
  /// The file must not change meanwhile. Where a part cannot be written, the store is told to forget the others, unless
  /// the upload is to be gone on with.
  ///
  /// An upload in parts that a killed process, a broken connection or a cancelled task left is gone on with by the next
  /// one that resumes: parts whose length and MD5 are those of the file are not sent again. One that has a part of
  /// anything else is given up, and so is every other upload to the object that was left, also one that somebody else
  /// is still busy with. Where the store does not tell, all is sent again.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - address: The object.
  ///   - contentType: What it is; an upload that is gone on with keeps what was said when it was begun.
  ///   - resumes: Whether an upload in parts that was left is gone on with, and this one left where what ended it may
  ///     pass.
  /// - Returns: What the store says of the object.
  /// - Throws: ``StorageError``; `CancellationError`.
  @discardableResult
  public func upload(
    _ path: String, to address: ObjectAddress, contentType: String = "application/octet-stream", resumes: Bool = false
  ) async throws -> StoredObject {
    let size = try Self.local { () throws(FileError) in try File(readingRegular: path).size }
    if size > configuration.multipartThreshold {
      return try await uploadParts(path, size: size, to: address, contentType: contentType, resumes: resumes)
    }
    let digests = try Self.local { () throws(FileError) in try Self.digests(ofFile: path) }
    return try await put(.file(path: path), digests, size: size, to: address, contentType: contentType)
  }

  /// What was received of an object by now.
  private final class Received {
    private let file: File
    /// The tag that the object must have.
    private let wanted: String?
    /// How many bytes there may be, where that was said.
    private let limit: Int64?
    /// How many bytes there may be where nothing was said.
    private let unannouncedLimit: Int64
    /// How many bytes the store has announced.
    private var announced: Int64?
    private(set) var count: Int64 = 0
    private(set) var md5 = MD5Digest()
    /// The tag that the rest must have.
    var etag: String?
    /// Whether all has to be asked for again.
    var isDamaged = false

    init(into path: String, etag: String?, limit: Int64?, unannounced: Int64) throws(FileError) {
      file = try File(creating: path, replacing: true)
      wanted = etag
      self.limit = limit
      unannouncedLimit = unannounced
      self.etag = etag
    }

    /// Takes note of how long the body is that begins now.
    func announce(_ length: Int64?) {
      guard announced == nil, let length, length >= 0 else { return }
      let (sum, isTooMuch) = count.addingReportingOverflow(length)
      announced = isTooMuch ? .max : sum
    }

    /// Why a number of bytes more is not taken; `nil` if it is.
    func refusal(of more: Int64) -> String? {
      let (most, reason) =
        limit.map { ($0, "which is as much as is wanted") }
        ?? announced.map { ($0, "which is as much as the store has announced") }
        ?? (
          unannouncedLimit,
          "which is as much as is taken where the store announces no length; give the download a limit of its own"
        )
      return count > most || more > most - count ? "more than \(most) bytes, \(reason)" : nil
    }

    func add(_ bytes: [UInt8]) throws(FileError) {
      try file.write(bytes)
      md5.add(bytes)
      count += Int64(bytes.count)
    }

    func beginAgain() throws(FileError) {
      try file.empty()
      (count, md5, etag, announced, isDamaged) = (0, MD5Digest(), wanted, nil, false)
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
      try checkEncoding(head, address)
      let length = head.headerFields[.contentLength].flatMap { Int64($0) }
      received.announce(length)
      try refuse(length ?? 0, received, address)
      for try await piece in response.body {
        try refuse(Int64(piece.bytes.count), received, address)
        try Self.local { () throws(FileError) in try received.add(piece.bytes) }
      }
      received.isDamaged = true
      try check(head, address, count: received.count - start, range: nil)
      try check(head, address, md5: received.md5.text)
    } catch let error as TransportError {
      throw failed(error)
    }
  }

  /// Takes no more bytes than may come.
  private func refuse(_ more: Int64, _ received: Received, _ address: ObjectAddress) throws(StorageError) {
    guard let reason = received.refusal(of: more) else { return }
    throw StorageError(kind: .tooLarge, message: "\(address) has \(reason)")
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
