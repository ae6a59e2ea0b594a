internal import NPUBase
internal import NPUMetrics

/// A ZIP archive in memory, read by its directory (PKWARE APPNOTE 6.3, sections 4.3.7 to 4.3.16).
///
/// Files are stored or deflated; encryption, other methods and the 64-bit form are refused. Two files may not share
/// bytes, as they do in archives that are made to unpack to more than any disk.
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

  init(reading bytes: [UInt8], limits: ZIPLimits = ZIPLimits()) throws(ZIPError) {
    self.bytes = bytes
    entries = try ZIPDirectory(bytes: bytes).entries(limits)
  }

  /// The bytes of one file.
  ///
  /// - Throws: ``ZIPError`` if its data or its checksum is wrong.
  func contents(of entry: Entry) throws(ZIPError) -> [UInt8] {
    let contents = entry.method == 0 ? try stored(entry) : try inflated(entry)
    let checksum = CRC32.of(contents.span)
    guard checksum == entry.checksum else {
      throw ZIPError(
        kind: .damaged,
        message: "The file \(shown(entry)) has CRC-32 \(String(checksum, radix: 16)), but the archive says "
          + "\(String(entry.checksum, radix: 16)).")
    }
    return contents
  }

  private func stored(_ entry: Entry) throws(ZIPError) -> [UInt8] {
    guard entry.data.count == entry.unpackedCount else {
      throw ZIPError(
        kind: .damaged,
        message:
          "The stored file \(shown(entry)) has \(entry.data.count) bytes, its directory says \(entry.unpackedCount).")
    }
    return Array(bytes[entry.data])
  }

  /// Unpacks the bytes of a file, never more than its directory says.
  private func inflated(_ entry: Entry) throws(ZIPError) -> [UInt8] {
    let count = entry.unpackedCount
    // One byte more than promised shows a stream that would go on.
    let (contents, state) = InflateStream.unpack(bytes.span.extracting(entry.data), .none, limit: count + 1)
    guard state != .outOfMemory else {
      throw ZIPError(kind: .limitExceeded, message: "zlib could not get the memory of about 50 KiB that it needs.")
    }
    guard contents.count <= count else {
      throw ZIPError(
        kind: .damaged, message: "The file \(shown(entry)) unpacks to more than the \(count) bytes that were announced."
      )
    }
    guard state == .ended, contents.count == count else {
      throw ZIPError(
        kind: .damaged,
        message: "The file \(shown(entry)) unpacks to \(contents.count) of \(count) bytes; its data is damaged.")
    }
    return contents
  }

  private func shown(_ entry: Entry) -> String { "\"\(Excerpt.of(entry.name, limit: 100))\"" }
}
