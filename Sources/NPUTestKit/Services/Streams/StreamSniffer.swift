internal import NPUMetrics

/// Tells by its first bytes whether a body is a stream of server-sent events, whatever its head calls it.
///
/// Gateways send streams as `text/plain`, or without a type. A stream begins with the name of a field and a colon, or
/// with the colon of a comment; a byte-order mark and empty lines may stand before. Where samples of sound are
/// expected, which may begin with any byte, a colon alone is too little: its line must read as text, and another
/// comment, an empty line or a field must follow.
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
  private static let comment: [UInt8] = [0x3A]
  private static let beginnings = FileSignature.eventFields.map { Array($0.utf8) } + [comment]
  /// Most bytes of empty lines and of a comment among which samples are still told from a stream.
  private static let openBytes = 1 << 10

  /// What the bytes so far say.
  package private(set) var verdict = Verdict.open
  private var beginning: [UInt8] = []
  private var mayHaveMark = true
  private let expectsSamples: Bool
  private var line = Line.field
  private var count = 0

  /// What stands at the position, where samples are expected.
  private enum Line {
    case field
    case comment
    /// The line behind a comment, whose end was a carriage return or not.
    case behindComment(afterReturn: Bool)
  }

  /// Creates a sniffer that has seen nothing.
  ///
  /// - Parameter expectsSamples: Whether the body should be samples of sound.
  package init(expectsSamples: Bool = false) { self.expectsSamples = expectsSamples }

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
    if expectsSamples {
      count += 1
      guard count <= Self.openBytes else {
        verdict = .other
        return
      }
      if takeComment(byte) { return }
    }
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
    if expectsSamples, beginning == Self.comment {
      line = .comment
      beginning = []
    } else if Self.beginnings.contains(beginning) {
      verdict = .stream
    } else if !Self.beginnings.contains(where: { $0.starts(with: beginning) }) {
      verdict = .other
    }
  }

  /// Takes a byte of a comment, or the first behind it; whether that was all that it says.
  private mutating func takeComment(_ byte: UInt8) -> Bool {
    switch line {
    case .field: return false
    case .comment:
      mayHaveMark = false
      if byte == 0x0A || byte == 0x0D {
        line = .behindComment(afterReturn: byte == 0x0D)
      } else if byte < 0x20 && byte != 0x09 || byte >= 0x7F {
        verdict = .other
      }
    case .behindComment(afterReturn: true) where byte == 0x0A: line = .behindComment(afterReturn: false)
    case .behindComment where byte == 0x0A || byte == 0x0D || byte == 0x3A: verdict = .stream
    case .behindComment:
      line = .field
      return false
    }
    return true
  }
}
