/// Cuts bytes that come in pieces into lines of bounded length.
struct LineCutter {
  private let limit: Int
  private var line: [UInt8] = []

  /// - Parameter limit: Bytes of a line; of a longer one the rest is left out.
  init(limit: Int) { self.limit = limit }

  /// Takes a piece.
  ///
  /// - Returns: The lines that it ends, without their ends.
  mutating func take(_ bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        lines.append(String(decoding: line, as: UTF8.self))
        line.removeAll(keepingCapacity: true)
      } else if line.count < limit {
        line.append(byte)
      }
    }
    return lines
  }
}
