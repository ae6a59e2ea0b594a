import ExampleSupport
import NPUBase
import NPUMetrics
import ToolSupport

/// A PNG file that was read and decoded.
struct ImageFile {
  let image: PNGImage

  /// Reads a file; what the decoder let pass with a warning is said on standard error.
  init(_ path: String) throws {
    let bytes = try InputFile.read(path)
    image = try Failure.wrapping(path) { try PNGImage(decoding: bytes) }
    for warning in image.warnings {
      Console.note("image-compare: warning: \(path): \(warning)")
    }
  }

  /// A file that an image will be written to.
  static func output(_ path: String) throws -> OutputFile {
    do throws(FileError) { return try OutputFile(path, for: .everyone) } catch { throw refusal(error) }
  }

  /// Writes a file whole or not at all.
  static func write(_ bytes: [UInt8], to file: OutputFile) throws {
    do throws(FileError) { try file.save(bytes) } catch { throw refusal(error) }
  }

  private static func refusal(_ error: FileError) -> Failure {
    Failure(kind: "unwritable_file", message: "\(error.path) cannot be written: \(error.message).")
  }
}
