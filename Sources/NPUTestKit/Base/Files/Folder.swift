internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Folders that files are written to.
package enum Folder {
  /// Makes sure that files can be written to a folder; it is created with its parents if it is missing.
  ///
  /// - Throws: ``FileError`` of kind `open` with the system's reason.
  package static func prepare(_ folder: String) throws(FileError) {
    func refuse(_ code: Int32) -> FileError {
      FileError(kind: .open, message: FileError.reason(Errno(rawValue: code)), path: folder)
    }
    var path = folder.hasPrefix("/") ? "/" : ""
    for name in folder.split(separator: "/") {
      path += name + "/"
      if unsafe mkdir(path, 0o777) == 0 { continue }
      let code = errno
      // One that is there already may be refused for another reason, such as a read-only file system.
      if unsafe access(path, F_OK) != 0 { throw refuse(code == EEXIST ? ENOTDIR : code) }
    }
    guard unsafe access(path.isEmpty ? "." : path, W_OK | X_OK) == 0 else { throw refuse(errno) }
  }

  /// Makes sure, before anything is changed, that a folder takes files or can be created.
  ///
  /// - Throws: ``FileError`` of kind `open` with the system's reason.
  package static func check(_ folder: String) throws(FileError) {
    var path = FilePath(folder.isEmpty ? "." : folder)
    // The nearest that is there decides.
    while (try? Stat(path)) == nil, path.components.count > 1 || path.isAbsolute && path.components.count == 1 {
      path.removeLastComponent()
    }
    if (try? Stat(path)) == nil { path = "." }
    let code: Errno? =
      (try? Stat(path))?.type != .directory
      ? .notDirectory : unsafe access(path.string, W_OK | X_OK) != 0 ? Errno(rawValue: errno) : nil
    if let code { throw FileError(kind: .open, message: FileError.reason(code), path: folder) }
  }

  /// The folder that holds a file.
  package static func containing(_ path: String) -> String {
    let folder = FilePath(path).removingLastComponent().string
    return folder.isEmpty ? "." : folder
  }

  /// Makes sure that a file can be created in a folder, by creating one and removing it.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - path: The file that the error names.
  /// - Throws: ``FileError`` of kind `open` with the system's reason.
  package static func probe(_ folder: String, for path: String) throws(FileError) {
    do {
      let (file, temporary) = try temporaryFile(in: folder, .ownerReadWrite)
      try? file.close()
      File.remove(temporary)
    } catch {
      throw FileError(opening: path, .create, error)
    }
  }

  /// Creates a file with a name of its own.
  ///
  /// - Throws: `Errno`.
  static func temporaryFile(
    in folder: String, _ permissions: FilePermissions
  ) throws -> (file: FileDescriptor, path: String) {
    let path = "\(folder)/.npu-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    let file = try FileDescriptor.open(
      FilePath(path), .writeOnly, options: [.closeOnExec, .create, .exclusiveCreate], permissions: permissions)
    return (file, path)
  }
}
