import Foundation
import NPUBase
import NPUTestKit
package import ToolSupport

extension FlagRule {
  /// Options that each write a file: none of them may be that of another, or one that is read.
  ///
  /// A file is the same by whatever name or link.
  ///
  /// - Parameters:
  ///   - outputs: Options that name a file to write.
  ///   - inputs: Options that name files to read.
  ///   - folders: Options that name a folder whose files are read.
  /// - Returns: The rule.
  package static func filesApart(
    outputs: [String], inputs: [String] = [], folders: [String] = []
  ) -> FlagRule {
    FlagRule(outputs) { flag, given in
      guard let path = output(flag, given), let file = FileIdentity(path) else { return nil }
      for other in outputs where other != flag && given.has(other) {
        if let second = output(other, given), FileIdentity(second) == file {
          return "\(flag) and \(other) both name \(path); give each a file of its own."
        }
      }
      for input in inputs
      where given.all(input).flatMap({ files(read: $0, by: input) }).contains(where: { FileIdentity($0) == file }) {
        return "\(flag) would write over \(path), which \(input) reads; name another file."
      }
      for input in folders {
        // A link elsewhere may lead into the folder.
        if given.all(input).flatMap(files).contains(where: { FileIdentity($0) == file }) {
          return "\(flag) would write over \(path) in the folder that \(input) reads; name another file."
        }
      }
      return nil
    }
  }

  /// The file that an option writes.
  private static func output(_ flag: String, _ given: GivenFlags) -> String? {
    guard let value = given.value(flag), value != "-" else { return nil }
    guard flag == "--result-filename" else { return value }
    return VLLMResultFile.path(of: value, in: given.value("--result-dir") ?? ".")
  }

  /// A file that is read, and the text beside it if it is a recording.
  private static func files(read path: String, by input: String) -> [String] {
    recordings.contains(input) ? [path, ReferenceText.path(beside: path)] : [path]
  }

  /// The options that name recordings.
  private static let recordings: Set<String> = ["--audio", "--english", "--chinese", "--mixed"]

  private static func files(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map { folder + "/" + $0 }
  }
}
