internal import NPUBase

/// A place in an object store: a bucket, and a key or the beginning of keys in it.
public struct ObjectAddress: Sendable, Hashable {
  /// The bucket.
  public var bucket: String
  /// The key, or what keys begin with; empty for the whole bucket.
  public var key: String

  /// Names a place.
  public init(bucket: String, key: String = "") {
    self.bucket = bucket
    self.key = key
  }

  /// Reads an address such as `s3://bucket/prefix` or `obs://bucket/prefix`.
  ///
  /// - Throws: ``StorageError`` of kind `invalidAddress`.
  public init(_ text: String) throws(StorageError) {
    guard let scheme = ["s3://", "obs://"].first(where: text.hasPrefix) else {
      throw StorageError(
        kind: .invalidAddress, message: "\"\(Excerpt.of(text))\" is no address such as s3://bucket/prefix")
    }
    let rest = text.dropFirst(scheme.count)
    let bucket = rest.prefix { $0 != "/" }
    self.init(bucket: String(bucket), key: String(rest.dropFirst(bucket.count + 1)))
    try check()
  }

  /// Whether a text is meant to be such an address.
  public static func isAddress(_ text: String) -> Bool { text.hasPrefix("s3://") || text.hasPrefix("obs://") }

  /// A place below this one, with a slash between.
  public func appending(_ name: String) -> ObjectAddress {
    ObjectAddress(bucket: bucket, key: key.isEmpty || key.hasSuffix("/") ? key + name : "\(key)/\(name)")
  }

  /// Refuses what no store takes, before a request could mean something else.
  func check() throws(StorageError) {
    let isName = bucket.utf8.allSatisfy {
      0x61...0x7A ~= $0 || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
    }
    guard isName, (3...63).contains(bucket.utf8.count), !bucket.contains(".."), bucket.first != ".", bucket.last != "."
    else {
      throw StorageError(
        kind: .invalidAddress,
        message: "\"\(Excerpt.of(bucket))\" is no name of a bucket: 3 to 63 small letters, digits, hyphens and dots")
    }
    guard key.utf8.count <= 1024 else {
      throw StorageError(
        kind: .invalidAddress, message: "a key of \(key.utf8.count) bytes is too long; stores take up to 1024")
    }
  }
}

extension ObjectAddress: CustomStringConvertible {
  /// The address as it is written, `s3://bucket/key`.
  public var description: String { "s3://\(bucket)/\(Excerpt.of(key, limit: 1024))" }
}
