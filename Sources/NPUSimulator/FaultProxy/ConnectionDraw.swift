/// The number from 0 to below 1 by which a connection belongs to a share of all.
///
/// The numbers of connections in a row are those of a rotation by the golden ratio, which spreads them more evenly than
/// chance would: a share of a quarter is met by every fourth connection or so, in any stretch of them.
enum ConnectionDraw {
  /// The draw of a connection.
  ///
  /// - Parameters:
  ///   - number: Its number, from 0.
  ///   - seed: Where the rotation begins.
  /// - Returns: The number.
  static func value(of number: Int, seed: UInt64) -> Double {
    let step: UInt64 = 0x9E37_79B9_7F4A_7C15  // 2^64 / golden ratio
    return SplitMix64.unit(SplitMix64.mix(seed) &+ UInt64(truncatingIfNeeded: number) &* step)
  }
}
