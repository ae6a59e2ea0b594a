internal import NPUBase

/// A ZIP archive in memory, read by its directory (PKWARE APPNOTE 6.3, sections 4.3.7 to 4.3.16).
///
/// Files are stored or deflated; encryption, other methods and the 64-bit form are refused. Two files may not share bytes, as
/// they do in archives that are made to unpack to more than any disk.
struct ZIPArchive: Sendable {
  /// One file or folder.
  struct Entry: Sendable, Hashable {
    /// The name as it stands in the archive; not fit to be used as a path.
    var name: String
    var method: UInt16
    var checksum: UInt32
    var unpackedCount: Int
    /// Where its bytes stand in the archive.
    var data: Range<Int>

    var isFolder: Bool { name.hasSuffix("/") }
  }

  private let bytes: [UInt8]
  let entries: [Entry]

  /// Whether bytes begin like an archive, an empty one included.
  static func isArchive(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
  }

  init(reading bytes: [UInt8], limits: ZIPLimits = ZIPLimits()) throws(ZIPError) {
    self.bytes = bytes
    entries = try ZIPDirectory(bytes: bytes).entries(limits)
  }

  /// The bytes of one file.
  ///
  /// - Throws: ``ZIPError`` if its data or its checksum is wrong.
  func contents(of entry: Entry) throws(ZIPError) -> [UInt8] {
    let packed = bytes[entry.data]
    let contents: [UInt8]
    if entry.method == 0 {
      guard packed.count == entry.unpackedCount else {
        throw ZIPError(
          kind: .damaged,
          message:
            "The stored file \(shown(entry)) has \(packed.count) bytes, its directory says \(entry.unpackedCount).")
      }
      contents = Array(packed)
    } else {
      contents = try RawInflate.unpack(packed, count: entry.unpackedCount, name: shown(entry))
    }
    let checksum = RawInflate.checksum(contents)
    guard checksum == entry.checksum else {
      throw ZIPError(
        kind: .damaged,
        message: "The file \(shown(entry)) has CRC-32 \(String(checksum, radix: 16)), but the archive says "
          + "\(String(entry.checksum, radix: 16)).")
    }
    return contents
  }

  private func shown(_ entry: Entry) -> String { "\"\(Excerpt.of(entry.name, limit: 100))\"" }
}
