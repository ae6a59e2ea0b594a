import NPUMetrics

/// Random choices, and the changes that break formats: flips, cuts, repeats, extreme numbers.
struct FuzzMutator {
  private var generator: SeededGenerator

  init(generator: SeededGenerator) { self.generator = generator }

  mutating func number(_ range: ClosedRange<Int>) -> Int { generator.integer(in: range) }

  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: generator.next() >> 56) }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }

  /// True once in so many times.
  mutating func once(in times: Int) -> Bool { number(1...times) == 1 }

  mutating func pick<Element>(_ choices: [Element]) -> Element? {
    choices.isEmpty ? nil : choices[number(0...choices.count - 1)]
  }

  /// Bytes after a few random changes.
  mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<number(1...6) { change(&bytes) }
    return bytes
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return bytes = self.bytes(number(0...64)) }
    let place = number(0...bytes.count - 1)
    let end = min(bytes.count, place + number(1...64))
    switch number(0...7) {
    case 0: bytes[place] ^= 1 << UInt8(number(0...7))
    case 1: bytes[place] = byte()
    case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF][number(0...5)]
    case 3: bytes.removeSubrange(place..<end)
    case 4: bytes.insert(contentsOf: bytes[place..<end], at: number(0...bytes.count))
    case 5: bytes.insert(contentsOf: self.bytes(number(1...16)), at: place)
    case 6: bytes.removeSubrange(place...)
    default:
      // A number of four bytes at the edge of a range.
      let edge: UInt32 = [0, 1, 0x7FFF_FFFF, 0x8000_0000, .max, 0x0001_0000][number(0...5)]
      for offset in 0..<4 where place + offset < bytes.count {
        bytes[place + offset] = UInt8(truncatingIfNeeded: edge >> UInt32(24 - 8 * offset))
      }
    }
  }
}
