internal import SystemPackage

/// Which file a path means, by whatever name or link; equal for two paths that would be written over each other.
package enum FileIdentity: Hashable, Sendable {
  /// One that is there.
  case present(device: UInt64, inode: UInt64)
  /// One that is not there yet, in a folder that is.
  indirect case missing(folder: FileIdentity, name: String)
  /// One whose folder is not there either.
  case unknown(path: String)

  /// Finds out.
  ///
  /// - Returns: `nil` for a device, in which nothing is written over.
  package init?(_ path: String) {
    if let stat = try? Stat(FilePath(path)) {
      guard stat.type != .characterSpecial, stat.type != .blockSpecial else { return nil }
      self = .present(
        device: UInt64(truncatingIfNeeded: stat.deviceID.rawValue),
        inode: UInt64(truncatingIfNeeded: stat.inode.rawValue))
      return
    }
    let target = FilePath(FilePlace.target(of: path)).lexicallyNormalized()
    if let name = target.lastComponent, let stat = try? Stat(FilePath(Folder.containing(target.string))) {
      self = .missing(
        folder: .present(
          device: UInt64(truncatingIfNeeded: stat.deviceID.rawValue),
          inode: UInt64(truncatingIfNeeded: stat.inode.rawValue)),
        name: name.string)
    } else {
      self = .unknown(path: target.string)
    }
  }
}
