/// Finds what is repeated over and over in a text that arrives in pieces, in constant memory.
///
/// - Definition: a stretch of the text is periodic with the period p if each of its characters equals the one p before
///   it; the unit is its last p characters, and the length over p its repetitions. Periods are 1 to 1,024 characters.
///   The stretch is an anomaly if the unit is repeated as often, and the stretch is as long, as ``RepeatedUnit`` asks for.
/// - Cost: some operations for each character. The last place of each sequence of eight characters is kept in a table of
///   fixed size, so that a period is known when eight characters of the second repetition have come. The memory grows
///   with the text up to 24 KiB: most texts are short, and what is not touched displaces nothing from the caches.
struct LoopDetector: Sendable {
  /// The most characters of a unit.
  static let longestPeriod = 1024
  /// The most characters that are remembered, a power of 2 above two periods and a sequence.
  private static let window = 4096
  /// Characters by which places are found again.
  private static let sequence = 8
  private static let base: UInt64 = 0x0000_0100_0000_01B3
  /// The weight that a character has when it leaves the sequence.
  private static let leaving: UInt64 = (0..<sequence).reduce(1) { power, _ in power &* base }

  /// The last characters, each at its place in the text modulo the window; a power of 2 of them.
  private var ring = [UInt32](repeating: 0, count: 256)
  /// The place behind the last occurrence of a sequence modulo 2 to the power of 32, by the upper bits of its hash; 0
  /// for none.
  private var places = [UInt32](repeating: 0, count: 2048)
  private var hash: UInt64 = 0
  private var position = 0
  private var period = 0
  /// Characters that equal the one a period before them, in a row.
  private var matched = 0
  /// What was found, the first of each kind.
  private(set) var anomalies: [Anomaly] = []

  /// Takes the next character.
  mutating func feed(_ scalar: UInt32) {
    // Nothing has been overwritten until now, so that each character keeps its place.
    if position == ring.count, position < Self.window { ring += [UInt32](repeating: 0, count: position) }
    let mask = ring.count - 1
    let old = position >= Self.sequence ? ring[(position - Self.sequence) & mask] : 0
    hash =
      (hash &* Self.base) &+ Self.spread(scalar) &- (position >= Self.sequence ? Self.spread(old) &* Self.leaving : 0)
    if period > 0 {
      if ring[(position - period) & mask] == scalar {
        matched += 1
      } else {
        judge(isAtEnd: false)
        period = 0
      }
    }
    ring[position & mask] = scalar
    position += 1
    guard position >= Self.sequence else { return }
    let slot = Int(truncatingIfNeeded: (hash &* 0x9E37_79B9_7F4A_7C15) >> 53)
    let place = UInt32(truncatingIfNeeded: position)
    if period == 0, places[slot] > 0 { begin(Int(place &- places[slot])) }
    places[slot] = place
  }

  private static func spread(_ scalar: UInt32) -> UInt64 { UInt64(scalar) &* 0xD6E8_FEB8_6659_FD93 }

  /// Takes a period if the last characters are indeed those so many before.
  private mutating func begin(_ distance: Int) {
    guard distance <= Self.longestPeriod else { return }
    let mask = ring.count - 1
    for back in 1...Self.sequence where ring[(position - back) & mask] != ring[(position - back - distance) & mask] {
      return
    }
    period = distance
    matched = Self.sequence
  }

  /// Notes that the text has ended.
  mutating func finish() {
    if period > 0 { judge(isAtEnd: true) }
    period = 0
  }

  private mutating func judge(isAtEnd: Bool) {
    let length = matched + period
    guard length >= 4 * period || isAtEnd && length >= 3 * period else { return }
    let unit = RepeatedUnit((0..<period).map { ring[(position - period + $0) & (ring.count - 1)] })
    guard let kind = unit.kind(length: length, isAtEnd: isAtEnd),
      !anomalies.contains(where: { $0.kind == kind })
    else { return }
    anomalies.append(Anomaly(kind, unit.text + " \(length / period) times" + (isAtEnd ? " at end" : "")))
  }
}
