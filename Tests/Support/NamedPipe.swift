package import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A named pipe in a folder of its own: a gate to programs, which tells that they have come to a place, or are gone.
///
/// What waits for its other end does so on a thread that tasks do not need.
package final class NamedPipe: Sendable {
  package struct Failed: Error {
    let call: String
    let code: Int32
  }

  package let path: String
  private let folder: TemporaryFolder

  package init() throws {
    folder = try TemporaryFolder()
    path = folder.file("pipe")
    guard unsafe mkfifo(path, 0o600) == 0 else { throw Failed(call: "mkfifo", code: errno) }
  }

  /// Opens the end to read from, and waits for nobody who writes: a program may be ended before it comes to that.
  package func openForReading() throws -> FileHandle {
    let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0, fcntl(descriptor, F_SETFL, 0) == 0 else { throw Failed(call: "open", code: errno) }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  /// Opens the end to write to, once somebody reads.
  package func openForWriting() async throws -> FileHandle {
    try await Self.waiting { [path] in try FileHandle(forWritingTo: URL(filePath: path)) }
  }

  /// Reads until all who write are gone.
  package func readToEnd(of handle: FileHandle) async throws -> Data {
    try await Self.waiting { try handle.readToEnd() ?? Data() }
  }

  private static func waiting<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }
}
