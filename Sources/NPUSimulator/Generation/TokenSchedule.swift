/// When the tokens of one response are due, as offsets from its start.
///
/// Every instant is computed from the start alone, so that a late wake-up never moves the tokens behind it. Chunk *j*
/// of *m* tokens is due at `ttft + j * m * itl`. With jitter *f* the first instant moves by up to `f / 2` of the time
/// to first token (and the whole stream with it), each later one by up to `f / 2` of the step: gaps then lie between
/// `1 - f` and `1 + f` of the step, and the order is kept for any *f* up to 1.
struct TokenSchedule: Sendable, Hashable {
  /// Nanoseconds to the first chunk, before jitter.
  var firstToken: Int64
  /// Nanoseconds between two tokens, before jitter.
  var interToken: Int64
  /// The fraction by which instants move, 0 to 1.
  var jitter: Double
  /// How many tokens arrive together, at least one.
  var tokensPerChunk: Int
  /// What decides the jitter.
  var seed: UInt64

  /// Whether every token is due at once.
  var isImmediate: Bool { firstToken == 0 && interToken == 0 }

  /// The offset in nanoseconds at which a chunk is due.
  func offset(ofChunk index: Int) -> Int64 {
    let step = Double(interToken) * Double(tokensPerChunk)
    let first = Double(firstToken) * (1 + deviation(0))
    guard index > 0 else { return Int64(first) }
    let moved = Double(index) + deviation(index)
    // A century is never reached, and leaves room for pauses on top.
    return Int64(min(first + moved * step, 3e18))
  }

  /// The offset in nanoseconds at which a number of tokens is complete; a plain response is sent then.
  func offset(ofTokens count: Int) -> Int64 {
    offset(ofChunk: max(0, (count - 1) / tokensPerChunk))
  }

  private func deviation(_ index: Int) -> Double {
    guard jitter > 0 else { return 0 }
    return (SplitMix64.unit(SplitMix64.mix(seed, UInt64(index))) - 0.5) * jitter
  }
}

extension Behaviour {
  /// When the tokens of a request with a seed of its own are due.
  func schedule(seed: UInt64) -> TokenSchedule {
    TokenSchedule(
      firstToken: timeToFirstToken.pauseNanoseconds, interToken: interTokenLatency.pauseNanoseconds,
      jitter: min(max(0, jitter), 1), tokensPerChunk: max(1, tokensPerChunk), seed: seed)
  }
}
