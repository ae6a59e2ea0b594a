internal import Foundation
internal import Synchronization

/// A server that is a program of its own, run for as long as a closure runs.
package enum ServerProcess {
  package struct Failed: Error {
    package let command: String
    package let output: String
  }

  /// The server of nghttp2, where it is installed.
  package static let nghttpd = find("nghttpd")

  /// The path of a program, or `nil` where it is not installed.
  package static func find(_ name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") + ["/usr/sbin", "/usr/bin"]
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a program to its end.
  package static func run(_ program: String, _ arguments: [String], in folder: String) throws {
    let output = Pipe()
    let process = try ChildProcess(
      program, arguments, in: folder, output: output.fileHandleForWriting, errors: output.fileHandleForWriting)
    try output.fileHandleForWriting.close()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    guard process.waitUntilEnd().status == 0 else {
      throw Failed(
        command: ([program] + arguments).joined(separator: " "), output: String(decoding: text, as: UTF8.self))
    }
  }

  /// Runs a server, waits for the line by which it says that it listens, and ends it after the closure.
  ///
  /// - Parameters:
  ///   - program: The path of the program.
  ///   - arguments: Its arguments.
  ///   - folder: The folder that it serves.
  ///   - ready: Reads the port from what the server has written so far; `nil` while it is not there.
  ///   - body: What uses the server.
  /// - Returns: What the closure returns.
  /// - Throws: What the closure throws, or ``Failed`` if the server ends before it listens.
  package static func with<Result>(
    _ program: String, _ arguments: [String], in folder: String, ready: @escaping @Sendable (String) -> Int?,
    _ body: (Int) async throws -> Result
  ) async throws -> Result {
    let (input, output) = (Pipe(), Pipe())
    let process = try ChildProcess(
      program, arguments, in: folder, input: input.fileHandleForReading, output: output.fileHandleForWriting,
      errors: output.fileHandleForWriting)
    try output.fileHandleForWriting.close()
    let written = Watched((text: "", isOver: false))
    output.fileHandleForReading.readabilityHandler = { handle in
      let data = handle.availableData
      written.change {
        $0.text += String(decoding: data, as: UTF8.self)
        if data.isEmpty { $0.isOver = true }
      }
      if data.isEmpty { handle.readabilityHandler = nil }
    }
    let outcome: Swift.Result<Result, any Error>
    do {
      let text = await written.wait { $0.isOver || ready($0.text) != nil }.text
      guard let port = ready(text) else {
        throw Failed(command: ([program] + arguments).joined(separator: " "), output: text)
      }
      outcome = .success(try await body(port))
    } catch {
      outcome = .failure(error)
    }
    process.send(SIGKILL)
    _ = await process.ended()
    return try outcome.get()
  }
}
