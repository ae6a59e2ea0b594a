/// Writes PNG files for tests: any chunk anywhere, any filter, compressed in stored blocks only.
///
/// It shares nothing with the encoder under test, and its arithmetic follows the words of the specification.
struct PNGBuilder {
  var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  mutating func chunk(_ type: String, _ data: [UInt8] = [], damaged: Bool = false) {
    bytes += Self.number(UInt32(data.count))
    let body = Array(type.utf8) + data
    bytes += body
    bytes += Self.number(Self.crc(body) ^ (damaged ? 1 : 0))
  }

  mutating func header(
    width: UInt32, height: UInt32, depth: UInt8 = 8, type: UInt8 = 2, interlace: UInt8 = 0
  ) {
    chunk("IHDR", Self.number(width) + Self.number(height) + [depth, type, 0, 0, interlace])
  }

  static func number(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  static func crc(_ data: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in data {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  /// A zlib stream of stored blocks.
  static func stored(_ data: [UInt8], windowByte: UInt8 = 0x78) -> [UInt8] {
    // The second byte makes the first two a multiple of 31.
    let check = UInt8((31 - Int(windowByte) * 256 % 31) % 31)
    var stream: [UInt8] = [windowByte, check]
    var start = 0
    repeat {
      let end = min(data.count, start + 65535)
      let length = UInt16(end - start)
      stream += [end == data.count ? 1 : 0, UInt8(length & 255), UInt8(length >> 8)]
      stream += [UInt8(~length & 255), UInt8(~length >> 8)]
      stream += data[start..<end]
      start = end
    } while start < data.count
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in data {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return stream + number(high << 16 | low)
  }

  /// Applies a filter to every row of raw bytes; each row begins with its number.
  static func filtered(_ raw: [UInt8], rowBytes: Int, distance: Int, filters: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for row in 0..<raw.count / rowBytes {
      let filter = filters[row % filters.count]
      result.append(filter)
      for column in 0..<rowBytes {
        let place = row * rowBytes + column
        let left = column >= distance ? Int(raw[place - distance]) : 0
        let above = row > 0 ? Int(raw[place - rowBytes]) : 0
        let corner = column >= distance && row > 0 ? Int(raw[place - rowBytes - distance]) : 0
        let prediction =
          switch filter {
          case 1: left
          case 2: above
          case 3: (left + above) / 2
          case 4: paeth(left, above, corner)
          default: 0
          }
        result.append(UInt8((Int(raw[place]) - prediction) & 255))
      }
    }
    return result
  }

  private static func paeth(_ a: Int, _ b: Int, _ c: Int) -> Int {
    let p = a + b - c
    let (pa, pb, pc) = (abs(p - a), abs(p - b), abs(p - c))
    if pa <= pb && pa <= pc { return a }
    return pb <= pc ? b : c
  }
}
