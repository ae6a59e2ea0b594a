/// A number that belongs to some bytes, computed as they arrive: not secure, but fast and the same on every machine.
///
/// Eight bytes at a time are mixed as a little-endian number, the last ones filled with zeros, then the count of bytes.
struct ContentDigest: Sendable, Hashable {
  private var state: UInt64 = 0x243F_6A88_85A3_08D3
  private var word: UInt64 = 0
  private var filled = 0
  private var count: UInt64 = 0

  mutating func update(_ bytes: some Collection<UInt8>) {
    let done: Void? = bytes.withContiguousStorageIfAvailable { unsafe update(UnsafeRawBufferPointer($0)) }
    if done == nil { for byte in bytes { update(byte) } }
  }

  private mutating func update(_ bytes: UnsafeRawBufferPointer) {
    var position = 0
    while filled > 0, position < bytes.count {
      unsafe update(bytes[position])
      position += 1
    }
    while position + 8 <= bytes.count {
      mix(UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
      count &+= 8
      position += 8
    }
    while position < bytes.count {
      unsafe update(bytes[position])
      position += 1
    }
  }

  private mutating func update(_ byte: UInt8) {
    word |= UInt64(byte) << UInt64(filled * 8)
    filled += 1
    count &+= 1
    if filled == 8 {
      mix(word)
      (word, filled) = (0, 0)
    }
  }

  private mutating func mix(_ value: UInt64) {
    state = (state ^ value) &* 0x9E37_79B9_7F4A_7C15
    state ^= state >> 29
  }

  /// The number of all bytes so far.
  var value: UInt64 {
    var end = self
    if filled > 0 { end.mix(word) }
    return SplitMix64.mix(end.state, count)
  }

  /// The number in 16 hexadecimal digits.
  var text: String { value.hexDigits }
}
