internal import NIOCore
internal import NPUMetrics

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Changes a share of the bytes that pass, each to another value than its own.
struct ByteCorruption: Sendable {
  private var random: SeededGenerator
  private var share = 0.0
  /// How many bytes pass unchanged before the next that is changed.
  private var gap = 0

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
  }

  /// Changes the bytes that it falls to.
  ///
  /// - Parameters:
  ///   - bytes: What passes.
  ///   - share: Which share of all bytes is changed in the long run, from 0 to 1.
  /// - Returns: How many were changed.
  mutating func change(_ bytes: inout ByteBuffer, share: Double) -> Int {
    if share != self.share {
      self.share = share
      gap = nextGap()
    }
    guard share > 0 else { return 0 }
    var changed = 0
    var index = bytes.readerIndex
    while gap < bytes.writerIndex - index {
      index += gap
      if let byte: UInt8 = bytes.getInteger(at: index) {
        bytes.setInteger(byte ^ UInt8(random.integer(in: 1...255)), at: index)
        changed += 1
      }
      index += 1
      gap = nextGap()
    }
    gap -= bytes.writerIndex - index
    return changed
  }

  /// Geometric: one draw for each byte that is changed, and none for the others.
  private mutating func nextGap() -> Int {
    guard share > 0, share < 1 else { return 0 }
    let gap = random.exponential(mean: -1 / log1p(-share)).rounded(.down)
    return gap < 1e15 ? Int(gap) : 1_000_000_000_000_000
  }
}
