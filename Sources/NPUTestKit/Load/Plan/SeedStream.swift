internal import NPUMetrics

/// The uses of a plan's seed, each with random numbers of its own.
///
/// Arrivals and prompts must not share one sequence: a change of the dataset would move the schedule, and the length of
/// a prompt would depend on the gap before it.
enum SeedStream: UInt64 {
  case arrivals = 1
  case promptLengths
  case promptWords
  case sharedPrefix
  case promptOrder
  case vocabulary
  case images

  /// A seed for this use, and for one item of it.
  func seed(from base: UInt64, item: Int = 0) -> UInt64 {
    // The generator spreads each seed over its whole state, so that neighbouring seeds give unrelated numbers.
    var perUse = SeededGenerator(seed: base ^ (rawValue &* 0x9E37_79B9_7F4A_7C15))
    var perItem = SeededGenerator(seed: perUse.next() &+ UInt64(bitPattern: Int64(item)))
    return perItem.next()
  }

  /// A generator for this use, and for one item of it.
  func generator(from base: UInt64, item: Int = 0) -> SeededGenerator {
    SeededGenerator(seed: seed(from: base, item: item))
  }
}
