/// Gives Unicode scalars small numbers: those of Latin-1 their own value, the others 256 and up as they appear.
struct ScalarTable {
  /// One more than the largest number given so far.
  private(set) var alphabet = 256
  /// Open addressing with linear probing; a slot holds scalar + 1 in its upper half and the number in its lower.
  private var slots: [UInt64] = []
  private var used = 0

  /// The numbers of a string's scalars.
  mutating func numbers(of text: String) -> [UInt32] {
    let bytes = Array(text.utf8)
    // Without a branch for each byte, so that the compiler uses wide registers.
    var all: UInt8 = 0
    for byte in bytes { all |= byte }
    if all < 0x80 { return bytes.map(UInt32.init) }
    var numbers: [UInt32] = []
    numbers.reserveCapacity(bytes.count)
    for scalar in text.unicodeScalars {
      numbers.append(scalar.value < 256 ? scalar.value : number(of: scalar.value))
    }
    return numbers
  }

  private mutating func number(of scalar: UInt32) -> UInt32 {
    if used * 2 >= slots.count { grow() }
    let mask = slots.count - 1
    var index = Self.home(of: scalar, mask: mask)
    while true {
      let slot = slots[index]
      if slot >> 32 == UInt64(scalar) + 1 { return UInt32(truncatingIfNeeded: slot) }
      if slot == 0 { break }
      index = (index + 1) & mask
    }
    let number = UInt32(alphabet)
    slots[index] = (UInt64(scalar) + 1) << 32 | UInt64(number)
    used += 1
    alphabet += 1
    return number
  }

  private mutating func grow() {
    let old = slots
    slots = Array(repeating: 0, count: max(128, old.count * 2))
    let mask = slots.count - 1
    for slot in old where slot != 0 {
      var index = Self.home(of: UInt32(slot >> 32) - 1, mask: mask)
      while slots[index] != 0 { index = (index + 1) & mask }
      slots[index] = slot
    }
  }

  private static func home(of scalar: UInt32, mask: Int) -> Int {
    // Fibonacci hashing; texts draw on few blocks of neighbours, which this spreads evenly.
    Int(truncatingIfNeeded: (UInt64(scalar) &* 0x9E37_79B9_7F4A_7C15) >> 40) & mask
  }
}
