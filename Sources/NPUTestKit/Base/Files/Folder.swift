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
}
