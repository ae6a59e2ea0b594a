import TestSupport

/// Zeros, packed as RFC 1952 has it, for tests that must not depend on a packer.
enum GzipOfZeros {
  /// Packs megabytes of zeros; a megabyte takes about 1 KiB.
  static func make(megabytes: Int) -> [UInt8] {
    var bits = BitWriter(bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    var left = megabytes << 20
    // One block with fixed Huffman codes (RFC 1951, 3.2.6): a literal zero, then copies of up to 258 bytes at distance
    // 1.
    bits.write(0b011, 3)
    bits.writeCode(0x30, 8)
    left -= 1
    while left >= 258 {
      bits.writeCode(0b1100_0101, 8)  // length 258
      bits.writeCode(0, 5)  // distance 1
      left -= 258
    }
    while left > 0 {
      bits.writeCode(0x30, 8)
      left -= 1
    }
    bits.writeCode(0, 7)  // end of block
    var packed = bits.finish()
    let size = UInt32(truncatingIfNeeded: megabytes << 20)
    for word in [checksumOfZeros(megabytes << 20), size] {
      for shift in [0, 8, 16, 24] { packed.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
    }
    return packed
  }

  /// CRC-32 of zeros (RFC 1952, section 8).
  private static func checksumOfZeros(_ count: Int) -> UInt32 {
    let table = (0..<256 as Range<UInt32>).map { start in
      (0..<8).reduce(start) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }
    var value: UInt32 = 0xFFFF_FFFF
    for _ in 0..<count { value = table[Int(value & 0xFF)] ^ (value >> 8) }
    return ~value
  }

  private struct BitWriter {
    var bytes: [UInt8]
    private var pending: UInt32 = 0
    private var count = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Writes bits, the lowest first.
    mutating func write(_ value: UInt32, _ width: Int) {
      pending |= value << UInt32(count)
      count += width
      while count >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: pending))
        pending >>= 8
        count -= 8
      }
    }

    /// Writes a Huffman code, the highest bit first.
    mutating func writeCode(_ code: UInt32, _ width: Int) {
      for bit in stride(from: width - 1, through: 0, by: -1) { write(code >> UInt32(bit) & 1, 1) }
    }

    mutating func finish() -> [UInt8] {
      if count > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
      return bytes
    }
  }
}
