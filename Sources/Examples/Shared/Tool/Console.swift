import Foundation

/// The terminal: results on standard output, notes on standard error.
package enum Console {
  /// Says something beside the result.
  package static func note(_ line: String) { tell(line + "\n") }

  /// Writes to standard error.
  package static func tell(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  /// Says something on the output of the result, unless another program reads that.
  package static func say(_ line: String, readByProgram: Bool) {
    if readByProgram { return note(line) }
    print(line)
    fflush(nil)  // before the progress that follows on the other stream
  }

  /// Writes a part of the result; what cannot be written is an error and not lost.
  ///
  /// - Throws: ``Failure`` if standard output cannot be written.
  package static func write(_ text: String) throws {
    do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch {
      throw Failure(kind: "unwritable_output", message: "standard output cannot be written: \(error)")
    }
  }

  /// A value as one line of JSON.
  package static func line(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
