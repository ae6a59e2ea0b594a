/// Tells the pieces of a stream of events that say nothing: comments and blank lines, which keep a connection alive.
///
/// Lines may be cut anywhere between two pieces.
struct SilenceFilter: Sendable {
  private enum Place: Sendable { case lineStart, comment, field }
  private var place = Place.lineStart

  /// Takes the next piece.
  ///
  /// - Returns: Whether it holds a part of any field.
  mutating func saysSomething(_ bytes: Span<UInt8>) -> Bool {
    var saysSomething = false
    for position in 0..<bytes.count {
      switch bytes[position] {
      case 0x0A, 0x0D: place = .lineStart
      case 0x3A where place == .lineStart: place = .comment
      default: if place == .lineStart { place = .field }
      }
      if place == .field { saysSomething = true }
    }
    return saysSomething
  }
}
