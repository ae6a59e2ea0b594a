package import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What stands at a path that is to be written to; symbolic links are followed.
package enum FilePlace {
  /// Nothing, or a symbolic link to nothing.
  case missing
  /// A file whose content can be replaced.
  case regular(Stat)
  case folder
  /// A pipe by its name, which can be written to while somebody reads it.
  case pipe
  /// A device or another thing that is written through and never replaced.
  case device
  /// What this process has as its standard output or error, such as `/dev/stdout`: opened a second time, a file would
  /// be written over from its beginning.
  case standardStream(FileDescriptor)

  /// Looks at a path.
  ///
  /// - Throws: ``FileError`` if the system does not say what is there.
  package init(_ path: String) throws(FileError) {
    let stat: Stat
    do { stat = try Stat(FilePath(path)) } catch Errno.noSuchFileOrDirectory {
      self = .missing
      return
    } catch {
      throw FileError(.open, path, "cannot open", error)
    }
    for stream in [FileDescriptor.standardOutput, .standardError] {
      if let own = try? Stat(stream), own.deviceID == stat.deviceID, own.inode == stat.inode {
        self = .standardStream(stream)
        return
      }
    }
    self =
      switch stat.type {
      case .regular: .regular(stat)
      case .directory: .folder
      case .fifo: .pipe
      default: .device
      }
  }

  /// Where a path leads when symbolic links in its last component are followed, whether the end is there or not.
  package static func target(of path: String) -> String {
    var path = FilePath(path)
    for _ in 0..<40 {
      guard let link = try? Stat(path, followTargetSymlink: false), link.type == .symbolicLink,
        let next = read(link: path.string)
      else { break }
      path = path.removingLastComponent().pushing(FilePath(next))
    }
    return path.string
  }

  private static func read(link path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink(path, &bytes, bytes.count)
    guard count > 0, count < bytes.count else { return nil }
    return String(decoding: bytes[..<count].lazy.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension FilePlace {
  /// Opens a pipe for writing, once somebody reads it.
  ///
  /// - Parameters:
  ///   - path: The pipe.
  ///   - patience: How long a reader may take to come.
  /// - Returns: Its end for writing.
  /// - Throws: ``FileError`` of kind `open`.
  static func openPipe(_ path: String, patience: Duration) throws(FileError) -> FileDescriptor {
    let pause = Duration.milliseconds(20)
    var waited = Duration.zero
    while true {
      do {
        let descriptor = try FileDescriptor.open(FilePath(path), .writeOnly, options: [.closeOnExec, .nonBlocking])
        // From here on a reader may be slow.
        _ = fcntl(descriptor.rawValue, F_SETFL, O_WRONLY)
        return descriptor
      } catch Errno.noSuchAddressOrDevice {
        guard waited < patience else {
          throw FileError(
            kind: .open, message: "it is a pipe that nobody reads; start its reader first", path: path)
        }
        _ = usleep(UInt32(pause / .microseconds(1)))
        waited += pause
      } catch {
        throw FileError(.open, path, "cannot open", error)
      }
    }
  }
}
