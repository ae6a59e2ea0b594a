/// Writes an archive of stored files (PKWARE APPNOTE 6.3): images are compressed already.
struct ZIPWriter {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count: UInt16 = 0

  /// Adds a file of less than 4 GiB.
  mutating func add(_ name: String, _ contents: [UInt8]) {
    let place = UInt32(truncatingIfNeeded: bytes.count)
    let size = UInt32(truncatingIfNeeded: contents.count)
    // Version, flags, method, time and date, then checksum and both lengths and the length of the name.
    var common = Self.number16(20) + Self.number16(0) + Self.number16(0) + Self.number16(0) + Self.number16(0x21)
    common += Self.number32(CRC32.of(contents)) + Self.number32(size) + Self.number32(size)
    common += Self.number16(UInt16(truncatingIfNeeded: name.utf8.count)) + Self.number16(0)
    bytes += Self.number32(0x0403_4B50) + common + Array(name.utf8) + contents
    directory += Self.number32(0x0201_4B50) + Self.number16(20) + common + Self.number16(0) + Self.number16(0)
    directory += Self.number16(0) + Self.number32(0) + Self.number32(place) + Array(name.utf8)
    count += 1
  }

  /// The archive with its directory.
  func finished() -> [UInt8] {
    var end = Self.number32(0x0605_4B50) + Self.number16(0) + Self.number16(0) + Self.number16(count)
    end += Self.number16(count) + Self.number32(UInt32(truncatingIfNeeded: directory.count))
    end += Self.number32(UInt32(truncatingIfNeeded: bytes.count)) + Self.number16(0)
    return bytes + directory + end
  }

  private static func number16(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }

  private static func number32(_ value: UInt32) -> [UInt8] {
    number16(UInt16(value & 0xFFFF)) + number16(UInt16(value >> 16))
  }
}

/// The checksum of archives and of PNG, by its table (ISO 3309).
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }

  static func of(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { table[Int(UInt8($0 & 0xFF) ^ $1)] ^ $0 >> 8 }
  }
}
