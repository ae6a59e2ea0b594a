internal import Foundation

/// Files that a test sends.
enum TemporaryFile {
  /// Runs a closure with the path of a file that is removed afterwards.
  static func with<Result>(
    _ bytes: [UInt8], name: String = "file.bin", _ body: (String) async throws -> Result
  ) async throws -> Result {
    try await ServerProcess.withFolder { folder in
      let path = folder + "/" + name
      try Data(bytes).write(to: URL(filePath: path))
      return try await body(path)
    }
  }

  /// A file of some bytes and then zeros up to a size, which take no room on the disk.
  static func withSparse<Result>(
    _ start: [UInt8], size: Int, name: String, _ body: (String) async throws -> Result
  ) async throws -> Result {
    try await with(start, name: name) { path in
      let handle = try FileHandle(forWritingTo: URL(filePath: path))
      try handle.truncate(atOffset: UInt64(size))
      try handle.close()
      return try await body(path)
    }
  }
}
