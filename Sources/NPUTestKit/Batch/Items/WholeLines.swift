internal import NPUBase

/// The lines of a file that were written whole.
enum WholeLines {
  /// Hands out each line that has an end, and holds no more than one of them.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - longest: The most bytes of a line.
  ///   - tooLong: What is thrown for a longer one.
  ///   - take: Gets each line without its end, and its number from 1 on.
  /// - Returns: Where the last of them ends, and what stands behind it.
  /// - Throws: ``BatchError``; what `take` throws.
  static func read(
    _ path: String, longest: Int, _ tooLong: @autoclosure () -> BatchError,
    _ take: ([UInt8], _ number: Int) throws -> Void
  ) throws -> (end: Int64, rest: [UInt8]) {
    let file = try BatchError.local { () throws(FileError) in try File(reading: path) }
    var (line, buffer): ([UInt8], [UInt8]) = ([], [])
    var end: Int64 = 0
    var number = 0
    while try BatchError.local({ () throws(FileError) in try file.read(upTo: 256 << 10, into: &buffer) }) > 0 {
      var rest = buffer[...]
      while let feed = rest.firstIndex(of: 0x0A) {
        line += rest[..<feed]
        number += 1
        try take(line, number)
        end += Int64(line.count) + 1
        line.removeAll(keepingCapacity: true)
        rest = rest[(feed + 1)...]
      }
      line += rest
      guard line.count <= longest else { throw tooLong() }
      buffer.removeAll(keepingCapacity: true)
    }
    return (end, line)
  }
}
