internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A file that gets all its bytes at once at the end of a run, and is known to be writable from the beginning.
///
/// A regular file is replaced whole or not at all, and keeps its permissions; through a symbolic link that is the file
/// at its end. What cannot be replaced is written through: a device, a pipe, a file with further names or of another
/// owner, a file in a folder where nothing can be created.
package final class OutputFile: Sendable {
  /// Where it lies.
  package let path: String
  private let way: Way

  private enum Way {
    /// A new file takes the place of what is at the target.
    case replacing(target: String, FilePermissions, GroupID?)
    /// An open file is emptied.
    case emptying(FileDescriptor)
    /// An open device, pipe or stream goes on.
    case appending(FileDescriptor)
  }

  /// Opens a file, or makes sure that it can be made; what it holds stays until ``save(_:)``.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - readers: Who may read it, where it is new.
  ///   - patience: How long the reader of a pipe may take to come.
  /// - Throws: ``FileError`` of kind `open`.
  package init(_ path: String, for readers: File.Readers = .owner, patience: Duration = File.patience) throws(FileError)
  {
    self.path = path
    switch try FilePlace(path) {
    case .missing:
      let target = FilePlace.target(of: path)
      try Folder.probe(Folder.containing(target), for: path)
      way = .replacing(target: target, readers.permissions, nil)
    case .regular(let stat):
      // Opened even where it will be replaced: one that is protected from writing stays as it is.
      let file = try File.open(path, .writeOnly, .closeOnExec)
      let target = FilePlace.target(of: path)
      if stat.linkCount == 1, stat.userID.rawValue == geteuid(),
        (try? Folder.probe(Folder.containing(target), for: path)) != nil
      {
        try? file.close()
        way = .replacing(target: target, stat.permissions, stat.groupID)
      } else {
        way = .emptying(file)
      }
    case .folder: throw FileError(.open, path, "cannot open", Errno.isDirectory)
    case .pipe: way = .appending(try FilePlace.openPipe(path, patience: patience))
    case .device: way = .appending(try File.open(path, .writeOnly, .closeOnExec))
    case .standardStream(let stream): way = .appending(try File.copy(of: stream, path))
    }
  }

  deinit {
    switch way {
    case .replacing: break
    case .emptying(let file), .appending(let file): try? file.close()
    }
  }

  /// Writes the content; to be called once.
  ///
  /// - Throws: ``FileError``; a file that would have been replaced is then as it was.
  package func save(_ bytes: [UInt8]) throws(FileError) {
    do {
      switch way {
      case .replacing(let target, let permissions, let group):
        try Self.replace(target, with: bytes, permissions, group)
      case .emptying(let file):
        try file.resize(to: 0)
        try file.writeAll(bytes)
      case .appending(let file): try file.writeAll(bytes)
      }
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(.write, path, "cannot write \(bytes.count) bytes", error)
    }
  }

  private static func replace(
    _ target: String, with bytes: [UInt8], _ permissions: FilePermissions, _ group: GroupID?
  ) throws {
    let (file, temporary) = try Folder.temporaryFile(in: Folder.containing(target), permissions)
    do {
      try file.closeAfter {
        if let group {
          // The permissions of the old file, whatever the process leaves out of new ones; its group as far as allowed.
          _ = fchown(file.rawValue, geteuid(), group.rawValue)
          _ = fchmod(file.rawValue, permissions.rawValue)
        }
        try file.writeAll(bytes)
      }
      guard unsafe rename(temporary, target) == 0 else { throw Errno(rawValue: errno) }
    } catch {
      File.remove(temporary)
      throw error
    }
  }
}
