/// Tells the pieces of a stream of events that say nothing: comments, blank lines, pings and empty objects, which keep a
/// connection alive.
///
/// Only data says something, and of an event named `ping` not even that. A line that is no field of an event does, too:
/// whatever it is, a reader has to see it. Lines may be cut anywhere between two pieces.
struct SilenceFilter: Sendable {
  /// The beginning of the line without its blanks, for as long as it is open what the line is.
  private var line: [UInt8] = []
  private var isDecided = false
  private var isPing = false
  private var followsReturn = false

  private static let data = Array("data:".utf8)
  private static let emptyObject = Array("data:{}".utf8)
  private static let ping = Array("event:ping".utf8)
  private static let silentFields = ["event:", "id:", "retry:", ":"].map { Array($0.utf8) }
  private static let open = [emptyObject, ping] + silentFields

  /// Takes the next piece.
  ///
  /// - Returns: Whether it holds a part of any data.
  mutating func saysSomething(_ bytes: Span<UInt8>) -> Bool {
    var saysSomething = false
    for position in 0..<bytes.count {
      let byte = bytes[position]
      switch byte {
      case 0x0A where followsReturn: break  // the second half of one line end
      case 0x0A, 0x0D: endLine()
      case 0x20, 0x09: break
      default:
        if !isDecided { line.append(byte) }
        if decide() { saysSomething = true }
      }
      followsReturn = byte == 0x0D
    }
    return saysSomething
  }

  /// Looks whether the line is known by now; true if it says something.
  private mutating func decide() -> Bool {
    guard !isDecided, !Self.open.contains(where: { $0.starts(with: line) }) else { return false }
    isDecided = true
    if line.starts(with: Self.data) { return !isPing }
    return !Self.silentFields.contains { line.starts(with: $0) }
  }

  private mutating func endLine() {
    if line == Self.ping, !isDecided { isPing = true }
    if line.isEmpty { isPing = false }
    line.removeAll(keepingCapacity: true)
    isDecided = false
  }
}
