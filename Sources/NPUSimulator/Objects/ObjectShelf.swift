internal import Crypto

/// The objects of the simulated store, and what is being uploaded in parts: a value without requests.
struct ObjectShelf: Sendable {
  struct Object: Sendable {
    var bytes: [UInt8]
    var etag: String
    var contentType: String
  }

  struct Upload: Sendable {
    var bucket: String
    var key: String
    var contentType: String
    /// How many uploads were begun before it.
    var number: Int
    var parts: [Int: [UInt8]] = [:]
  }

  /// Why an upload cannot be ended.
  enum Refusal: String, Error {
    case noSuchUpload = "NoSuchUpload"
    case invalidPart = "InvalidPart"
    case partTooSmall = "EntityTooSmall"
  }

  private(set) var buckets: [String: [String: Object]] = [:]
  private(set) var uploads: [String: Upload] = [:]
  private var uploadCount = 0
  /// Requests that met or passed each failure.
  var failureCounts: [Int: Int] = [:]

  subscript(bucket: String, key: String) -> Object? { buckets[bucket]?[key] }

  /// - Returns: The tag.
  @discardableResult
  mutating func put(_ bytes: [UInt8], _ bucket: String, _ key: String, contentType: String) -> String {
    let etag = SignatureCheck.hexadecimal(Insecure.MD5.hash(data: bytes))
    buckets[bucket, default: [:]][key] = Object(bytes: bytes, etag: etag, contentType: contentType)
    return etag
  }

  mutating func remove(_ bucket: String, _ key: String) { buckets[bucket]?[key] = nil }

  /// The keys of a bucket that begin with a text and follow a key, in the order of their bytes.
  func keys(_ bucket: String, prefix: String, after marker: String) -> [String] {
    (buckets[bucket] ?? [:]).keys.filter { $0.utf8.starts(with: prefix.utf8) && Self.precedes(marker, $0) }
      .sorted(by: Self.precedes)
  }

  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  mutating func beginUpload(_ bucket: String, _ key: String, contentType: String) -> String {
    uploadCount += 1
    // As opaque as real ones, which hold letters that an address has to encode.
    let identity = "upload+\(uploadCount)/==\(key.utf8.count)"
    uploads[identity] = Upload(bucket: bucket, key: key, contentType: contentType, number: uploadCount)
    return identity
  }

  /// - Returns: The tag of the part; nothing without such an upload.
  mutating func putPart(_ bytes: [UInt8], _ number: Int, of upload: String) -> String? {
    guard uploads[upload] != nil else { return nil }
    uploads[upload]?.parts[number] = bytes
    return SignatureCheck.hexadecimal(Insecure.MD5.hash(data: bytes))
  }

  mutating func abort(_ upload: String) -> Bool { uploads.removeValue(forKey: upload) != nil }

  /// Makes an object of parts.
  ///
  /// - Parameters:
  ///   - upload: The upload.
  ///   - parts: The parts and their tags, as the client names them.
  ///   - least: The least bytes of a part that is not the last.
  /// - Returns: The tag of the object.
  /// - Throws: Why there is none.
  mutating func complete(_ upload: String, _ parts: [(Int, String)], least: Int) throws(Refusal) -> String {
    guard let found = uploads[upload] else { throw .noSuchUpload }
    var bytes: [UInt8] = []
    var digests: [UInt8] = []
    for (place, (number, tag)) in parts.enumerated() {
      guard let part = found.parts[number], place == 0 || parts[place - 1].0 < number else { throw .invalidPart }
      let digest = Insecure.MD5.hash(data: part)
      guard SignatureCheck.hexadecimal(digest) == tag else { throw .invalidPart }
      guard part.count >= least || place == parts.count - 1 else { throw .partTooSmall }
      bytes += part
      digests += Array(digest)
    }
    guard !parts.isEmpty else { throw .invalidPart }
    let etag = "\(SignatureCheck.hexadecimal(Insecure.MD5.hash(data: digests)))-\(parts.count)"
    buckets[found.bucket, default: [:]][found.key] = Object(
      bytes: bytes, etag: etag, contentType: found.contentType)
    uploads[upload] = nil
    return etag
  }
}
