import Foundation
import SystemPackage
import ToolSupport

/// When a scenario began, kept in a file between calls that are processes of their own.
enum ScenarioStart {
  /// More than any instant is long.
  private static let sizeLimit = 80

  /// The seconds since the scenario began; 0 for the first call, which makes the file.
  ///
  /// A file that is there is never written to.
  ///
  /// - Throws: ``Failure`` for a file that cannot be made, or holds something else.
  static func elapsed(file path: String) throws -> Double {
    let now = Date().timeIntervalSince1970
    if let start = try read(path) { return now - start }
    do {
      do { try make(path, "\(now)\n") } catch Errno.fileExists {
        // Another call was faster; or else this is a symbolic link to nothing.
        if let start = try read(path) { return now - start }
        try write("\(now)\n", to: path, .create)
      }
    } catch let error as Errno {
      throw refusal(path, "cannot be made: \(error); name a file in a folder that you may write to.")
    }
    return 0
  }

  private static func read(_ path: String) throws -> Double? {
    var bytes = [UInt8](repeating: 0, count: sizeLimit)
    do {
      // A pipe that nobody writes to must hold nobody up.
      let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
      let isRegular = try Stat(file).type == .regular
      let count = try file.closeAfter {
        isRegular ? try unsafe bytes.withUnsafeMutableBytes { unsafe try file.read(into: $0) } : 0
      }
      guard isRegular else { throw refusal(path, "is no file that could keep the beginning; name another.") }
      bytes.removeLast(bytes.count - count)
    } catch Errno.noSuchFileOrDirectory {
      return nil
    } catch let error as Errno {
      throw refusal(path, "cannot be read: \(error).")
    }
    let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let start = Double(text), start.isFinite else {
      throw refusal(
        path,
        "holds '\(text)' and not the seconds since 1970 at which the scenario began; delete it to begin anew.")
    }
    return start
  }

  /// Makes a file that is there with its whole content or not at all, and takes the place of no other.
  private static func make(_ path: String, _ text: String) throws {
    let folder = FilePath(path).removingLastComponent().string
    let temporary = (folder.isEmpty ? "." : folder) + "/.npu-smi-\(getpid())-\(UInt32.random(in: .min ... .max))"
    defer { unsafe unlink(temporary) }
    try write(text, to: temporary, [.create, .exclusiveCreate])
    guard unsafe link(temporary, path) == 0 else { throw Errno(rawValue: errno) }
  }

  private static func write(_ text: String, to path: String, _ options: FileDescriptor.OpenOptions) throws {
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: options.union(.closeOnExec),
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
    _ = try file.closeAfter { try file.writeAll(text.utf8) }
  }

  private static func refusal(_ path: String, _ what: String) -> Failure {
    Failure(kind: "unusable_state", message: "\(path) \(what)")
  }
}
