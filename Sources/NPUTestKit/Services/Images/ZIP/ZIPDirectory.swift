internal import NPUBase

/// The central directory of an archive, walked through with every place and length checked.
struct ZIPDirectory {
  let bytes: [UInt8]

  private static let endLength = 22
  private static let headerLength = 46
  private static let localHeaderLength = 30

  /// The files and folders that the directory names.
  func entries(_ limits: ZIPLimits) throws(ZIPError) -> [ZIPArchive.Entry] {
    let end = try endRecord()
    let count = Int(number16(end + 10))
    let start = Int(number32(end + 16))
    guard count <= limits.files else {
      throw ZIPError(
        kind: .limitExceeded, message: "The archive holds \(count) files; at most \(limits.files) are taken.")
    }
    guard number16(end + 4) == 0, number16(end + 8) == number16(end + 10) else {
      throw ZIPError(kind: .unsupported, message: "The archive is split over several volumes.")
    }
    guard start != 0xFFFF_FFFF else {
      throw ZIPError(kind: .unsupported, message: "The archive is in the 64-bit form, which no response needs.")
    }
    var place = start
    var total = 0
    var entries: [ZIPArchive.Entry] = []
    for index in 0..<count {
      guard place <= end - Self.headerLength, number32(place) == 0x0201_4B50 else {
        throw ZIPError(
          kind: .damaged, message: "Entry \(index) of the directory should stand at byte \(place); it does not.")
      }
      let next =
        place + Self.headerLength + Int(number16(place + 28)) + Int(number16(place + 30))
        + Int(number16(place + 32))
      guard next <= end else {
        throw ZIPError(kind: .damaged, message: "Entry \(index) of the directory goes beyond its end.")
      }
      let entry = try entry(at: place, before: start, limits)
      total += entry.unpackedCount
      guard total <= limits.totalBytes else {
        throw ZIPError(
          kind: .limitExceeded,
          message: "The files would unpack to more than \(limits.totalBytes) bytes, the most that is taken.")
      }
      entries.append(entry)
      place = next
    }
    try checkDisjoint(entries)
    return entries
  }

  /// Where the record at the end stands: behind it is only a comment of at most 65535 bytes.
  private func endRecord() throws(ZIPError) -> Int {
    guard bytes.count >= Self.endLength else {
      throw ZIPError(kind: .truncated, message: "\(bytes.count) bytes are too few for an archive.")
    }
    let last = bytes.count - Self.endLength
    for place in stride(from: last, through: max(0, last - 0xFFFF), by: -1)
    where number32(place) == 0x0605_4B50 && place + Self.endLength + Int(number16(place + 20)) == bytes.count {
      return place
    }
    throw ZIPError(
      kind: .truncated, message: "The archive of \(bytes.count) bytes has no directory at its end; it is cut off.")
  }

  private func entry(at place: Int, before end: Int, _ limits: ZIPLimits) throws(ZIPError) -> ZIPArchive.Entry {
    let nameStart = place + Self.headerLength
    let name = String(decoding: bytes[nameStart..<nameStart + Int(number16(place + 28))], as: UTF8.self)
    let shown = Excerpt.of(name, limit: 100)
    guard number16(place + 8) & 0x41 == 0 else {
      throw ZIPError(kind: .unsupported, message: "The file \"\(shown)\" is encrypted.")
    }
    let method = number16(place + 10)
    guard method == 0 || method == 8 else {
      throw ZIPError(
        kind: .unsupported, message: "The file \"\(shown)\" is packed by method \(method); only 0 and 8 are read.")
    }
    let (packed, unpacked, local) = (number32(place + 20), number32(place + 24), number32(place + 42))
    guard packed != .max, unpacked != .max, local != .max else {
      throw ZIPError(
        kind: .unsupported, message: "The file \"\(shown)\" is in the 64-bit form, which no response needs.")
    }
    guard Int(unpacked) <= limits.fileBytes else {
      throw ZIPError(
        kind: .limitExceeded,
        message: "The file \"\(shown)\" would unpack to \(unpacked) bytes; at most \(limits.fileBytes) are taken.")
    }
    let header = Int(local)
    guard header <= end - Self.localHeaderLength, number32(header) == 0x0403_4B50 else {
      throw ZIPError(kind: .damaged, message: "The file \"\(shown)\" should stand at byte \(header); it does not.")
    }
    let start = header + Self.localHeaderLength + Int(number16(header + 26)) + Int(number16(header + 28))
    guard start + Int(packed) <= end else {
      throw ZIPError(
        kind: .damaged, message: "The \(packed) bytes of \"\(shown)\" from byte \(start) go beyond the directory.")
    }
    return ZIPArchive.Entry(
      name: name, method: method, checksum: number32(place + 16), unpackedCount: Int(unpacked),
      data: start..<start + Int(packed))
  }

  private func checkDisjoint(_ entries: [ZIPArchive.Entry]) throws(ZIPError) {
    let ranges = entries.map(\.data).filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
    for (first, second) in zip(ranges, ranges.dropFirst()) where first.upperBound > second.lowerBound {
      throw ZIPError(
        kind: .damaged, message: "Two files share the bytes from \(second.lowerBound), as only harmful archives do.")
    }
  }

  /// The little-endian number at a place; 0 outside, where the caller's comparison then fails.
  private func number16(_ place: Int) -> UInt16 {
    guard place >= 0, place + 1 < bytes.count else { return 0 }
    return UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8
  }

  private func number32(_ place: Int) -> UInt32 { UInt32(number16(place)) | UInt32(number16(place + 2)) << 16 }
}
