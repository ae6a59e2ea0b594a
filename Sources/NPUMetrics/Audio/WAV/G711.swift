/// The expansion of telephone samples to 16 bits.
///
/// Source: ITU-T Recommendation G.711 (1988), with the results in the upper bits as in G.191's reference tools.
enum G711 {
  /// Expands an A-law byte, whose even bits are inverted: sign, three bits of segment, four of interval.
  static func aLaw(_ byte: UInt8) -> Int {
    let code = byte ^ 0x55
    let segment = Int(code >> 4 & 7)
    let middle = Int(code & 15) << 4 | 8
    let magnitude = segment == 0 ? middle : (middle | 0x100) << (segment - 1)
    return code & 0x80 != 0 ? magnitude : -magnitude
  }

  /// Expands a µ-law byte, whose bits are all inverted; segments are offset by 132.
  static func muLaw(_ byte: UInt8) -> Int {
    let code = ~byte
    let magnitude = ((Int(code & 15) << 3) + 132) << Int(code >> 4 & 7) - 132
    return code & 0x80 != 0 ? -magnitude : magnitude
  }
}
