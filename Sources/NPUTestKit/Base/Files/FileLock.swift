internal import Synchronization
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Keeps a path for whoever holds it, as long as all who write there ask for it first.
///
/// It is a lock of the system on a file beside the path, whose name ends in `.lock`: it ends with the process that
/// holds it, however that ends. The file is removed when the lock is given back; one that a killed process has left is
/// no lock.
package final class FileLock: Sendable {
  private let path: String
  private let held: Mutex<FileDescriptor?>

  /// Who gives a lock back removes its file, so that another may have to look again.
  private static let mostTries = 1000

  /// Takes the lock of a path; fails if another holds it, in this process or in another one.
  ///
  /// On a file system without locks it keeps nobody away.
  ///
  /// - Parameter path: What is kept; it need not exist, and symbolic links to it are the same.
  /// - Throws: ``FileError`` of kind `open` if the file beside cannot be made.
  package init?(beside path: String) throws(FileError) {
    let path = FilePlace.target(of: path) + ".lock"
    self.path = path
    for _ in 0..<Self.mostTries {
      let descriptor = try File.open(path, .writeOnly, [.closeOnExec, .create])
      if flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
        try? descriptor.close()
        return nil
      }
      if Self.isStill(descriptor, at: path) {
        held = Mutex(descriptor)
        return
      }
      try? descriptor.close()
    }
    return nil
  }

  /// Whether the path still leads to an open file: a lock on one that was removed keeps nobody away.
  private static func isStill(_ descriptor: FileDescriptor, at path: String) -> Bool {
    guard let own = try? Stat(descriptor), let found = try? Stat(FilePath(path)) else { return false }
    return own.deviceID == found.deviceID && own.inode == found.inode
  }

  /// Gives the lock back; a second call does nothing.
  package func release() {
    held.withLock { held in
      guard let descriptor = held else { return }
      // Before the lock ends: later it could be that of another.
      File.remove(path)
      try? descriptor.close()
      held = nil
    }
  }

  deinit { release() }
}
