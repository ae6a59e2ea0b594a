import Foundation
import NPUMetrics
import SystemPackage

/// The terminal: results on standard output, notes on standard error.
package enum Console {
  /// Says something beside the result; words of a service or a file in it cannot steer the terminal.
  package static func note(_ line: String) { tell(line.withoutSteering + "\n") }

  /// Writes to standard error as it is; what cannot be written there has nobody left to be told of, and is dropped.
  package static func tell(_ text: String) { try? put(text, on: .standardError) }

  /// Says something on the output of the result, unless another program reads that.
  ///
  /// Where nothing can be written the result will say so, after its files are.
  package static func say(_ line: String, readByProgram: Bool) {
    if readByProgram { return note(line) }
    try? put(line.withoutSteering + "\n", on: .standardOutput)
  }

  /// Writes a part of the result as a line; what cannot be written is an error and not lost.
  ///
  /// - Throws: ``Failure`` if standard output cannot be written.
  package static func line(_ text: String) throws { try write(text + "\n") }

  /// Writes a part of the result; what cannot be written is an error and not lost.
  ///
  /// - Throws: ``Failure`` if standard output cannot be written.
  package static func write(_ text: String) throws {
    do { try put(text, on: .standardOutput) } catch {
      let reason = error == .badFileDescriptor ? "it is closed" : "\(error)"
      throw Failure(kind: "unwritable_output", message: "standard output cannot be written: \(reason).")
    }
  }

  /// A value as one line of JSON.
  package static func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private static func put(_ text: String, on stream: FileDescriptor) throws(Errno) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      do { rest = rest.dropFirst(try unsafe rest.withUnsafeBytes { unsafe try stream.write($0) }) } catch {
        // Whoever shares the other end may have made it one that does not wait.
        guard error as? Errno == .wouldBlock, waited(for: stream) else { throw error as? Errno ?? .ioError }
      }
    }
  }

  /// Waits until a stream takes more.
  private static func waited(for stream: FileDescriptor) -> Bool {
    var event = pollfd(fd: stream.rawValue, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&event, 1, -1) == 1
  }
}
