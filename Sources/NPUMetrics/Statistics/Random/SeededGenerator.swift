/// A random generator whose numbers follow from a seed alone, on every platform and in every version.
///
/// The algorithm is xoshiro256** 1.0, its state filled from the seed by SplitMix64 as its authors advise. Source:
/// Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM Transactions on Mathematical Software
/// 47 (2021). Period 2^256 - 1; not for secrets. Draws use only operations that IEEE 754 rounds in one way, so that
/// they too are the same everywhere; prefer them to the standard library's `random(in:using:)`, whose use of a
/// generator may change.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable {
  private var a: UInt64
  private var b: UInt64
  private var c: UInt64
  private var d: UInt64

  /// Creates a generator; equal seeds give equal numbers.
  public init(seed: UInt64) {
    var seeder = SplitMix64(seed: seed)
    a = seeder.next()
    b = seeder.next()
    c = seeder.next()
    d = seeder.next()
  }

  /// Creates a generator in a given state, of which at least one word must not be zero.
  package init(state: (UInt64, UInt64, UInt64, UInt64)) {
    precondition(state != (0, 0, 0, 0), "A xoshiro256** state of zeros gives zeros forever; use another state.")
    (a, b, c, d) = state
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let result = Self.rotate(b &* 5, by: 7) &* 9
    let shifted = b << 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = Self.rotate(d, by: 45)
    return result
  }

  private static func rotate(_ value: UInt64, by bits: UInt64) -> UInt64 {
    (value << bits) | (value >> (64 - bits))
  }
}
