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
  ///
  /// A device, a pipe or a standard stream of the process is written through, and a symbolic link followed.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - replacing: Whether a regular file that exists may be emptied.
  ///   - readers: Who may read it, where it is new.
  ///   - patience: How long the reader of a pipe may take to come.
  /// - Throws: ``FileError`` of kind `open`.
  package init(
    creating path: String, replacing: Bool, for readers: Readers = .owner, patience: Duration = Self.patience
  ) throws(FileError) {
    self.path = path
    descriptor =
      switch try FilePlace(path) {
      case .missing:
        // At its end, since a symbolic link to nothing counts as something that exists.
        try Self.open(
          FilePlace.target(of: path), .writeOnly, [.closeOnExec, .create, replacing ? .truncate : .exclusiveCreate],
          readers)
      case .regular:
        try Self.open(
          path, .writeOnly, replacing ? [.closeOnExec, .truncate] : [.closeOnExec, .create, .exclusiveCreate], readers)
      case .pipe: try FilePlace.openPipe(path, patience: patience)
      case .folder, .device: try Self.open(path, .writeOnly, .closeOnExec)
      case .standardStream(let stream): try Self.copy(of: stream, path)
      }
  }

  /// Opens a file to write behind its first bytes; what stands after them is cut off, and a missing file is created.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - count: How many bytes to keep.
  ///   - readers: Who may read it, where it is new.
  /// - Throws: ``FileError`` of kind `open` or `write`.
  package init(appendingTo path: String, keeping count: Int64, for readers: Readers = .owner) throws(FileError) {
    let descriptor = try Self.open(path, .writeOnly, [.closeOnExec, .create, .append], readers)
    do { try descriptor.resize(to: count) } catch {
      try? descriptor.close()
      throw FileError(.write, path, "cannot cut it to \(count) bytes", error)
    }
    self.path = path
    self.descriptor = descriptor
  }

  /// Makes sure, before anything is changed, that a file can be created or emptied.
  ///
  /// - Throws: ``FileError`` of kind `open`.
  package static func probe(creating path: String) throws(FileError) {
    switch try FilePlace(path) {
    case .missing: try Folder.probe(Folder.containing(FilePlace.target(of: path)), for: path)
    case .regular, .folder:
      let file = try Self.open(path, .writeOnly, .closeOnExec)
      try? file.close()
    // A pipe has a reader that would take notice.
    case .pipe, .device, .standardStream: break
    }
  }

  /// Who may read a file that is made.
  package enum Readers: Sendable {
    /// Its owner alone, since it holds texts of the service, or what was sent to it.
    case owner
    /// Everyone.
    case everyone

    var permissions: FilePermissions {
      self == .owner ? .ownerReadWrite : [.ownerReadWrite, .groupRead, .otherRead]
    }
  }

  /// How long the reader of a pipe may take to come: it may have been started together with this process.
  package static let patience = Duration.seconds(5)

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

  /// Reads a number of bytes.
  ///
  /// - Throws: ``FileError`` of kind `read`, also for a file that ends before.
  package func read(exactly count: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
      guard try read(upTo: min(count - bytes.count, 1 << 20), into: &bytes) > 0 else {
        throw FileError(
          kind: .read, message: "it ends \(count - bytes.count) bytes too early; has it been changed?", path: path)
      }
    }
    return bytes
  }

  /// Goes to a place, from which on is read next.
  package func seek(to offset: Int64) throws(FileError) {
    do { try descriptor.seek(offset: offset, from: .start) } catch {
      throw FileError(.read, path, "cannot go to byte \(offset)", error)
    }
  }

  /// Forgets what was written, so that the next bytes are the first.
  package func empty() throws(FileError) {
    do {
      try descriptor.resize(to: 0)
      try descriptor.seek(offset: 0, from: .start)
    } catch {
      throw FileError(.write, path, "cannot empty it", error)
    }
  }

  /// Gives the descriptor away: who takes it closes it.
  package consuming func takeDescriptor() -> FileDescriptor {
    isOwned = false
    return descriptor
  }

  /// Whether there is anything at a path.
  package static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

  /// Gives a file another name; what had that name before is replaced whole.
  package static func move(_ path: String, to target: String) throws(FileError) {
    guard unsafe rename(path, target) == 0 else {
      throw FileError(.write, target, "cannot put \(path) there", Errno(rawValue: errno))
    }
  }

  /// Removes a file, if it is there.
  package static func remove(_ path: String) { unsafe unlink(path) }

  static func open(
    _ path: String, _ mode: FileDescriptor.AccessMode, _ options: FileDescriptor.OpenOptions,
    _ readers: Readers = .owner
  ) throws(FileError) -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        FilePath(path), mode, options: options, permissions: options.contains(.create) ? readers.permissions : nil)
    } catch {
      throw FileError(opening: path, options, error)
    }
  }

  /// A second descriptor of an open file.
  static func copy(of descriptor: FileDescriptor, _ path: String) throws(FileError) -> FileDescriptor {
    let copy = fcntl(descriptor.rawValue, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw FileError(.open, path, "cannot open", Errno(rawValue: errno)) }
    return FileDescriptor(rawValue: copy)
  }

  private static func facts(of descriptor: FileDescriptor, _ path: String) throws(FileError) -> Stat {
    do { return try Stat(descriptor) } catch { throw FileError(.open, path, "cannot tell its length", error) }
  }
}

extension FileError {
  package init(_ kind: Kind, _ path: String, _ what: String, _ error: any Error) {
    self.init(kind: kind, message: "\(what): \(Self.reason(error))", path: path)
  }

  init(opening path: String, _ options: FileDescriptor.OpenOptions, _ error: any Error) {
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
