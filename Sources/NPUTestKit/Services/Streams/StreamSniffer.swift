/// Tells by its first bytes whether a body is a stream of server-sent events, whatever its head calls it.
///
/// Gateways send streams as `text/plain`, or without a type. A stream begins with the name of a field and a colon, or
/// with the colon of a comment; a byte-order mark and empty lines may stand before.
package struct StreamSniffer: Sendable {
  /// What the bytes so far say.
  package enum Verdict: Sendable, Hashable {
    /// More bytes are needed.
    case open
    /// The body is a stream of events.
    case stream
    /// The body is something else.
    case other
  }

  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
  private static let beginnings = ["data:", "event:", "id:", "retry:", ":"].map { Array($0.utf8) }

  /// What the bytes so far say.
  package private(set) var verdict = Verdict.open
  private var beginning: [UInt8] = []
  private var mayHaveMark = true

  /// Creates a sniffer that has seen nothing.
  package init() {}

  /// Takes the next bytes of the body, of any number.
  ///
  /// - Returns: What they say together with those before.
  @discardableResult
  package mutating func take(_ bytes: Span<UInt8>) -> Verdict {
    var position = 0
    while verdict == .open, position < bytes.count {
      take(bytes[position])
      position += 1
    }
    return verdict
  }

  private mutating func take(_ byte: UInt8) {
    if beginning.isEmpty, byte == 0x0A || byte == 0x0D {
      mayHaveMark = false
      return
    }
    beginning.append(byte)
    if mayHaveMark, Self.mark.starts(with: beginning) {
      if beginning.count == Self.mark.count {
        beginning = []
        mayHaveMark = false
      }
      return
    }
    if Self.beginnings.contains(beginning) {
      verdict = .stream
    } else if !Self.beginnings.contains(where: { $0.starts(with: beginning) }) {
      verdict = .other
    }
  }
}
