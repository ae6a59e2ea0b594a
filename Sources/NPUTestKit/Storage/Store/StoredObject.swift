/// What a store says of an object.
public struct StoredObject: Sendable, Hashable {
  /// The key.
  public var key: String
  /// How many bytes it has.
  public var size: Int64
  /// The tag of its content, without the quotation marks; another content has another tag.
  public var etag: String

  /// Describes an object.
  public init(key: String, size: Int64, etag: String) {
    self.key = key
    self.size = size
    self.etag = etag
  }
}

/// One page of the objects of a bucket, in the order of their keys.
public struct ObjectPage: Sendable, Hashable {
  /// The objects.
  public var objects: [StoredObject]
  /// After which key the next page begins; `nil` after the last.
  public var next: String?
}

/// The tag of an object as a check of its bytes.
struct ObjectTag: Hashable, Sendable {
  /// The tag without quotation marks.
  let text: String

  init(_ field: String) {
    let bare = field.hasPrefix("W/") ? field.dropFirst(2) : field[...]
    text = bare.filter { $0 != "\"" }
  }

  /// Whether it has the form of an MD5.
  private var isMD5: Bool { text.utf8.count == 32 && text.utf8.allSatisfy(Self.isDigit) }

  /// Whether it is the MD5 of bytes, so that they are those of the object.
  func proves(_ md5: String) -> Bool { text.lowercased() == md5 }

  /// Whether it contradicts the MD5 of bytes that were sent or have come.
  func contradicts(_ md5: String) -> Bool { isMD5 && text.lowercased() != md5 }

  /// Whether it contradicts the MD5 of the MD5s of parts.
  func contradicts(_ md5: String, parts: Int) -> Bool {
    let sides = text.split(separator: "-", omittingEmptySubsequences: false)
    guard sides.count == 2, sides[0].utf8.count == 32, sides[0].utf8.allSatisfy(Self.isDigit) else { return false }
    return sides[0].lowercased() != md5 || sides[1] != "\(parts)"
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    0x30...0x39 ~= byte || 0x41...0x46 ~= byte || 0x61...0x66 ~= byte
  }
}
