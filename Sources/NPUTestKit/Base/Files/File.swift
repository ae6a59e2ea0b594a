package import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An open file, closed at the end of its life.
package struct File: ~Copyable {
  /// Where it lies.
  package let path: String
  private let descriptor: FileDescriptor
  private var isOwned = true

  /// Opens a file for reading.
  package init(reading path: String) throws(FileError) {
    self.path = path
    descriptor = try Self.open(path, .readOnly, .closeOnExec)
  }

  /// Opens a file for reading whose length is known beforehand.
  ///
  /// Opened without blocking, so that a pipe that nobody writes to holds nobody up.
  package init(readingRegular path: String) throws(FileError) {
    let descriptor = try Self.open(path, .readOnly, [.closeOnExec, .nonBlocking])
    do throws(FileError) {
      guard try Self.facts(of: descriptor, path).type == .regular else {
        throw FileError(
          kind: .open, message: "it is not a regular file, so its length is not known; name a file", path: path)
      }
    } catch {
      try? descriptor.close()
      throw error
    }
    self.path = path
    self.descriptor = descriptor
  }

  /// Creates a file for writing; one that exists is emptied where it may be replaced, and an error where not.
  package init(creating path: String, replacing: Bool) throws(FileError) {
    self.path = path
    descriptor = try Self.open(
      path, .writeOnly, [.closeOnExec, .create, replacing ? .truncate : .exclusiveCreate])
  }

  deinit {
    // What a failing close could say was said by the last write.
    if isOwned { try? descriptor.close() }
  }

  /// How many bytes the file holds.
  package var size: Int64 {
    get throws(FileError) { try Self.facts(of: descriptor, path).size }
  }

  /// Writes all bytes.
  package func write(_ bytes: [UInt8]) throws(FileError) {
    do { try descriptor.writeAll(bytes) } catch {
      throw FileError(.write, path, "cannot write \(bytes.count) bytes", error)
    }
  }

  /// Appends up to a number of bytes to a buffer.
  ///
  /// - Returns: How many there were; 0 at the end of the file.
  package func read(upTo count: Int, into buffer: inout [UInt8]) throws(FileError) -> Int {
    let start = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: count))
    var got = 0
    defer { buffer.removeLast(count - got) }
    do {
      got = try unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe try descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
      }
    } catch {
      throw FileError(.read, path, "cannot read", error)
    }
    return got
  }

  /// Reads all that is left.
  package func readAll() throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    while try read(upTo: 256 << 10, into: &bytes) > 0 {}
    return bytes
  }

  /// Gives the descriptor away: who takes it closes it.
  package consuming func takeDescriptor() -> FileDescriptor {
    isOwned = false
    return descriptor
  }

  /// Whether there is anything at a path.
  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Removes a file, if it is there.
  package static func remove(_ path: String) { unsafe unlink(path) }

  private static func open(
    _ path: String, _ mode: FileDescriptor.AccessMode, _ options: FileDescriptor.OpenOptions
  ) throws(FileError) -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        FilePath(path), mode, options: options, permissions: [.ownerReadWrite, .groupRead, .otherRead])
    } catch {
      throw FileError(opening: path, options, error)
    }
  }

  private static func facts(of descriptor: FileDescriptor, _ path: String) throws(FileError) -> Stat {
    do { return try Stat(descriptor) } catch { throw FileError(.open, path, "cannot tell its length", error) }
  }
}

extension FileError {
  package init(_ kind: Kind, _ path: String, _ what: String, _ error: any Error) {
    self.init(kind: kind, message: "\(what): \(Self.reason(error))", path: path)
  }

  fileprivate init(opening path: String, _ options: FileDescriptor.OpenOptions, _ error: any Error) {
    let advice =
      switch error as? Errno {
      case .fileExists: "; name another file or allow it to be replaced"
      case .noSuchFileOrDirectory where options.contains(.create): "; create its folder first or name another"
      case .noSuchFileOrDirectory: "; check the path"
      default: ""
      }
    self.init(kind: .open, message: "cannot open: \(Self.reason(error))\(advice)", path: path)
  }

  package static func reason(_ error: any Error) -> String {
    guard let code = error as? Errno else { return String(describing: error) }
    return "\(code) (errno \(code.rawValue))"
  }
}
