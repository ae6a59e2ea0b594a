internal import NPUBase

/// Files that are read whole, up to a limit.
enum BoundedFile {
  /// The most bytes of one file.
  static let limit = Int64(1) << 30

  /// Reads a file.
  ///
  /// - Throws: ``AccuracyError`` for one that cannot be read, or is longer.
  static func read(_ path: String, limit: Int64 = limit) throws(AccuracyError) -> [UInt8] {
    do throws(FileError) {
      let file = try File(readingRegular: path)
      let size = try file.size
      var bytes: [UInt8] = []
      // As much as there is and a byte: the end is seen at once, and one that grows meanwhile does not pass the limit.
      while size <= limit, Int64(bytes.count) <= size,
        try file.read(upTo: Int(size) - bytes.count + 1, into: &bytes) > 0
      {}
      guard max(size, Int64(bytes.count)) <= limit else {
        throw FileError(kind: .read, message: "it has \(size) bytes or more; allowed: \(limit)", path: path)
      }
      return bytes
    } catch {
      throw AccuracyError(error)
    }
  }
}
