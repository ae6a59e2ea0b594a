/// The half-width forms of full-width letters, digits, signs and the ideographic space.
enum HalfWidth {
  /// The half-width form of a scalar, or the scalar.
  static func folded(_ scalar: UInt32) -> UInt32 {
    switch scalar {
    case 0xFF01...0xFF5E: return scalar - 0xFEE0
    case 0x3000: return 0x20
    case 0xFFE0: return 0xA2
    case 0xFFE1: return 0xA3
    case 0xFFE2: return 0xAC
    case 0xFFE3: return 0xAF
    case 0xFFE4: return 0xA6
    case 0xFFE5: return 0xA5
    case 0xFFE6: return 0x20A9
    default: return scalar
    }
  }
}
