/// Codes that name the request they were made for, such as `7KQM-2PDT-R9XW`.
///
/// A code holds the number of its request and a check of 25 bits, both bound to a secret of the run. Whoever finds a code
/// in a response can tell whether it was made in this run, and for which request, without a list of all codes: a text
/// that only looks like a code passes the check once in 33 million times.
struct RequestNonces: Sendable {
  private static let letters = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".unicodeScalars)
  private static let length = 12
  private static let checkBits: UInt64 = 25
  private static let numberBits: UInt64 = 35

  private let secret: UInt64

  /// Creates the codes of a run.
  init(secret: UInt64) { self.secret = secret }

  /// The code of a request.
  ///
  /// - Parameter number: The number of the request, of which the lowest 35 bits count.
  /// - Returns: The code, in three groups of four letters or digits.
  func code(of number: Int) -> String {
    let number = UInt64(truncatingIfNeeded: number) & (1 << Self.numberBits - 1)
    let check = check(number)
    var value = (number ^ mask(check)) << Self.checkBits | check
    var scalars: [Unicode.Scalar] = []
    for position in 0..<Self.length {
      if position > 0, position % 4 == 0 { scalars.append("-") }
      scalars.append(Self.letters[Int(value & 31)])
      value >>= 5
    }
    return String(String.UnicodeScalarView(scalars))
  }

  /// The requests whose codes stand in a text, in their order, a few at most.
  func numbers(in text: String) -> [Int] {
    var found: [Int] = []
    var value: UInt64 = 0
    var count = 0
    for scalar in text.unicodeScalars {
      if scalar == "-", count == 4 || count == 8 { continue }
      guard let digit = Self.digit(scalar) else {
        (value, count) = (0, 0)
        continue
      }
      // The first letter is the lowest digit: a window of twelve moves over letters in a row.
      if count == Self.length { value >>= 5 } else { count += 1 }
      value = count == Self.length ? value & (1 << 55 - 1) | digit << 55 : value | digit << UInt64(5 * (count - 1))
      if count == Self.length, let number = number(value), !found.contains(number), found.count < 8 {
        found.append(number)
      }
    }
    return found
  }

  private func number(_ value: UInt64) -> Int? {
    let check = value & (1 << Self.checkBits - 1)
    let number = (value >> Self.checkBits) ^ mask(check)
    return self.check(number) == check ? Int(number) : nil
  }

  private static func digit(_ scalar: Unicode.Scalar) -> UInt64? {
    switch scalar.value {
    case 0x32...0x39: UInt64(scalar.value - 0x32)
    case 0x41...0x48: UInt64(scalar.value - 0x41 + 8)
    case 0x4A...0x4E: UInt64(scalar.value - 0x4A + 16)
    case 0x50...0x5A: UInt64(scalar.value - 0x50 + 21)
    default: nil
    }
  }

  private func check(_ number: UInt64) -> UInt64 { Self.mix(secret, number) & (1 << Self.checkBits - 1) }
  private func mask(_ check: UInt64) -> UInt64 { Self.mix(~secret, check) & (1 << Self.numberBits - 1) }

  /// The finalizer of SplitMix64 over two words.
  private static func mix(_ first: UInt64, _ second: UInt64) -> UInt64 {
    var z = (first ^ second &* 0x9E37_79B9_7F4A_7C15) &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
