/// Finds stop strings in a text that arrives token by token, and holds back what may yet become one.
///
/// As vLLM does, everything but the last `longest - 1` bytes is let go, so that no part of a stop string is ever sent.
struct StopMatcher: Sendable {
  private let stops: [(text: String, bytes: [UInt8])]
  private let longest: Int
  private let keepsStop: Bool
  private var held: [UInt8] = []

  /// - Parameters:
  ///   - stops: The strings that end the text; empty ones are ignored.
  ///   - keepsStop: Whether the string itself stays in the text.
  init(stops: [String], keepsStop: Bool) {
    self.stops = stops.filter { !$0.isEmpty }.map { ($0, Array($0.utf8)) }
    self.longest = self.stops.map(\.bytes.count).max() ?? 0
    self.keepsStop = keepsStop
  }

  /// Takes the next token, and returns what may be sent now and the stop string if one is complete.
  mutating func push(_ bytes: [UInt8], matches: Bool) -> (text: [UInt8], stop: String?) {
    guard longest > 0 else { return (bytes, nil) }
    let old = held.count
    held += bytes
    if matches, let hit = firstHit(from: max(0, old - longest + 1)) {
      let text = Array(held.prefix(keepsStop ? hit.end : hit.start))
      held = []
      return (text, hit.text)
    }
    var cut = max(0, held.count - (longest - 1))
    // A character is never torn: continuation bytes stay with their first byte.
    while cut > 0, cut < held.count, held[cut] & 0xC0 == 0x80 { cut -= 1 }
    let text = Array(held.prefix(cut))
    held.removeFirst(cut)
    return (text, nil)
  }

  /// What was held back, once the text has ended without a stop string.
  mutating func flush() -> [UInt8] {
    defer { held = [] }
    return held
  }

  private func firstHit(from: Int) -> (start: Int, end: Int, text: String)? {
    var best: (start: Int, end: Int, text: String)?
    for stop in stops where stop.bytes.count <= held.count {
      for start in from...max(from, held.count - stop.bytes.count) where start + stop.bytes.count <= held.count {
        guard held[start..<(start + stop.bytes.count)].elementsEqual(stop.bytes) else { continue }
        if start < best?.start ?? .max { best = (start, start + stop.bytes.count, stop.text) }
        break
      }
    }
    return best
  }
}
