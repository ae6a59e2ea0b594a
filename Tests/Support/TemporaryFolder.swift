internal import Foundation

/// A new folder that is deleted with this object.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "nputestkit-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Runs a closure with the path of a folder that is removed afterwards.
  package static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = try TemporaryFolder()
    let result = try await body(folder.path)
    return withExtendedLifetime(folder) { result }
  }

  package func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file and gives its path.
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: URL(filePath: file(name)))
    return file(name)
  }

  /// Writes a file of text and gives its path.
  package func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

  /// The text of a file.
  package func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: file(name))), as: UTF8.self)
  }
}

/// Files that a test sends.
package enum TemporaryFile {
  /// Runs a closure with the path of a file that is removed afterwards.
  package static func with<Result>(
    _ bytes: [UInt8], name: String = "file.bin", _ body: (String) async throws -> Result
  ) async throws -> Result {
    try await TemporaryFolder.with { folder in
      let path = folder + "/" + name
      try Data(bytes).write(to: URL(filePath: path))
      return try await body(path)
    }
  }

  /// A file of some bytes and then zeros up to a size, which take no room on the disk.
  package static func withSparse<Result>(
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
