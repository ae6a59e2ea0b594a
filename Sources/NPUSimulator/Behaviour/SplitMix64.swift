/// A small seeded generator (Steele, Lea and Flood 2014): every response can be told again from its seed.
struct SplitMix64: RandomNumberGenerator, Sendable, Hashable {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.mix(state)
  }

  /// A number in 0..<1 with 53 random bits.
  mutating func unit() -> Double {
    Self.unit(next())
  }

  /// An index below a bound of at least one, without the bias that matters (multiply and shift).
  mutating func index(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
  }

  /// The finalizer alone: a random-looking number that belongs to one input.
  static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// One number from several: the order of the parts matters.
  static func mix(_ parts: UInt64...) -> UInt64 {
    parts.reduce(0x243F_6A88_85A3_08D3) { mix($0 &+ 0x9E37_79B9_7F4A_7C15 ^ $1) }
  }

  /// A number in 0..<1 from 64 random bits.
  static func unit(_ bits: UInt64) -> Double {
    Double(bits >> 11) * 0x1p-53
  }

  /// A 64-bit digest of a text (FNV-1a), which makes responses depend on their prompt.
  static func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}

extension UInt64 {
  /// The number in 16 hexadecimal digits.
  var hexDigits: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
