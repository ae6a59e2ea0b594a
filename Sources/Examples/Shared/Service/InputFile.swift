import NPUBase
import ToolSupport

/// A file that a tool reads whole.
package enum InputFile {
  /// The most bytes of a file: an hour of studio sound has 700 MB.
  private static let limit = 1 << 30

  /// The bytes of a file.
  ///
  /// - Throws: `Failure` if it cannot be read, or is longer than 1 GiB.
  package static func read(_ path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    do throws(FileError) {
      let file = try File(reading: path)
      while bytes.count <= limit, try file.read(upTo: 256 << 10, into: &bytes) > 0 {}
    } catch { throw Failure.unreadable(path) }
    guard bytes.count <= limit else {
      throw Failure(kind: "unreadable_file", message: "\(path) has more than \(limit) bytes; name a shorter file.")
    }
    return bytes
  }
}
