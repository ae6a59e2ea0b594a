import NPUMetrics

/// Files in the form of PNG: any header, any palette, a stream of stored blocks, right checksums.
enum RandomPNG {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  /// The CRC-32 of each byte value.
  private static let crcTable: [UInt32] = (0..<256).map { value in
    (0..<8).reduce(UInt32(value)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
  }

  static func make(from mutator: inout FuzzMutator) -> [UInt8] {
    let width = mutator.once(in: 20) ? mutator.number(1...70_000) : mutator.number(1...40)
    let height = mutator.once(in: 20) ? mutator.number(1...70_000) : mutator.number(1...40)
    let type = mutator.once(in: 20) ? 5 : mutator.pick([0, 2, 3, 4, 6]) ?? 0
    // Mostly a depth that the type may have.
    let depths = PNGInfo.ColorType(rawValue: UInt8(type))?.allowedBitDepths ?? []
    let depth = mutator.pick(mutator.once(in: 10) ? [1, 2, 4, 8, 16] : depths) ?? 8
    let interlace = UInt8(mutator.number(0...1))
    var file = signature
    append("IHDR", number(width) + number(height) + [UInt8(depth), UInt8(type), 0, 0, interlace], to: &file)
    if type == 3 || mutator.once(in: 8) { append("PLTE", mutator.bytes(3 * mutator.number(1...20)), to: &file) }
    if mutator.once(in: 2) { append("tRNS", mutator.bytes(mutator.number(0...8)), to: &file) }

    let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][type] ?? 1
    let rowBytes = 1 + (width * samples * depth + 7) / 8
    // Passes of an interlaced image have more rows and filters; what is too much must do no harm.
    let count = min(1 << 14, rowBytes * height * (interlace == 1 ? 2 : 1) + mutator.number(-2...20))
    var raw = mutator.bytes(max(0, count))
    for place in stride(from: 0, to: raw.count, by: rowBytes) { raw[place] %= mutator.once(in: 200) ? 8 : 5 }
    let stream = zlib(raw)
    let cut = mutator.number(0...stream.count)
    append("IDAT", Array(stream[..<cut]), to: &file)
    if mutator.once(in: 10) { append("tEXt", mutator.bytes(mutator.number(0...9)), to: &file) }
    append("IDAT", Array(stream[cut...]), to: &file)
    append("IEND", [], to: &file)
    return file
  }

  /// The file with the checksum of every chunk made right, as far as its chunks can be followed.
  static func repaired(_ file: [UInt8]) -> [UInt8] {
    var file = file
    var place = signature.count
    while place + 12 <= file.count {
      let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = place + 8 + length
      guard end + 4 <= file.count else { break }
      file.replaceSubrange(end..<end + 4, with: number(Int(crc(file[(place + 4)..<end]))))
      place = end + 4
    }
    return file
  }

  private static func append(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
    let body = Array(type.utf8) + data
    file += number(data.count) + body + number(Int(crc(body[...])))
  }

  private static func number(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crcTable[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
  }

  /// A zlib stream of one stored block, which takes up to 65,535 bytes.
  private static func zlib(_ raw: [UInt8]) -> [UInt8] {
    let length = UInt16(truncatingIfNeeded: raw.count)
    var low: UInt32 = 1
    var high: UInt32 = 0
    for byte in raw {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    let sizes = [length, ~length].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    return [0x78, 0x01, 0x01] + sizes + raw + number(Int(high << 16 | low))
  }
}
