import Foundation
import NPUBase
import ToolSupport

/// The text of what is said in a recording, in a file beside it.
package enum ReferenceText {
  /// The path of the text: that of the recording with the ending `.txt`.
  package static func path(beside recording: String) -> String {
    let name = recording.lastIndex(of: "/").map { recording[$0...] } ?? recording[...]
    guard let dot = name.lastIndex(of: ".") else { return recording + ".txt" }
    return recording[..<dot] + ".txt"
  }

  /// The text, without white space around it; nil if there is no file.
  ///
  /// - Throws: `Failure` for a file that cannot be read, or is no UTF-8: what is said must not be lost in silence.
  package static func read(beside recording: String) throws -> String? {
    let path = path(beside: recording)
    guard File.exists(path) else { return nil }
    let bytes = try InputFile.read(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(
        kind: "unreadable_file",
        message: "\(path) is not in UTF-8, so what is said in \(recording) cannot be read; convert it, for instance "
          + "with iconv.")
    }
    let mark: Character = "\u{FEFF}"
    return String(text.drop { $0 == mark }).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
