import Foundation
import NPUMetrics
import ToolSupport

/// A PNG file that was read and decoded.
struct ImageFile {
  let image: PNGImage

  /// Reads a file; what the decoder let pass with a warning is said on standard error.
  init(_ path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw Failure.unreadable(path)
    }
    image = try Failure.wrapping(path) { try PNGImage(decoding: [UInt8](bytes)) }
    for warning in image.warnings {
      Console.note("image-compare: warning: \(path): \(warning)")
    }
  }

  /// Writes a file whole or not at all.
  static func write(_ bytes: [UInt8], to path: String) throws {
    do {
      try Data(bytes).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw Failure(
        kind: "unwritable_file", message: "\(path) cannot be written; does its folder exist, and may you write there?")
    }
  }
}
