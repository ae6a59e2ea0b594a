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
    do { try make(path, "\(now)\n") } catch Errno.fileExists {
      // Another call was faster.
      if let start = try read(path) { return now - start }
    } catch {
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
    let temporary = (folder.isEmpty ? "." : folder) + "/.npu-smi-\(getpid())"
    let file = try FileDescriptor.open(
      FilePath(temporary), .writeOnly, options: [.closeOnExec, .create, .truncate],
      permissions: [.ownerReadWrite, .groupRead, .otherRead])
    defer { unsafe unlink(temporary) }
    _ = try file.closeAfter { try file.writeAll(text.utf8) }
    guard unsafe link(temporary, path) == 0 else { throw Errno(rawValue: errno) }
  }

  private static func refusal(_ path: String, _ what: String) -> Failure {
    Failure(kind: "unusable_state", message: "\(path) \(what)")
  }
}
