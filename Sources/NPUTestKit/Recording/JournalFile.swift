#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// An open file, closed at the end of its life.
struct JournalFile: ~Copyable {
  let path: String
  private let descriptor: Int32

  /// Creates a file for writing.
  init(creating path: String, replacing: Bool) throws(JournalError) {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (replacing ? O_TRUNC : O_EXCL)
    try self.init(path: path, flags: flags)
  }

  /// Opens a file for reading.
  init(reading path: String) throws(JournalError) {
    try self.init(path: path, flags: O_RDONLY | O_CLOEXEC)
  }

  private init(path: String, flags: Int32) throws(JournalError) {
    self.path = path
    descriptor = unsafe open(path, flags, 0o644)
    guard descriptor >= 0 else {
      let code = errno
      let advice =
        switch code {
        case EEXIST: "; name another file or allow it to be replaced"
        case ENOENT where flags & O_CREAT != 0: "; create its folder first or name another"
        case ENOENT: "; check the path"
        default: ""
        }
      throw JournalError(kind: .open, message: "cannot open: \(Self.describe(code))\(advice)", path: path)
    }
  }

  deinit { close(descriptor) }

  /// Writes all bytes.
  func write(_ bytes: [UInt8]) throws(JournalError) {
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: buffer[done...]))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw JournalError(
          kind: .write, message: "cannot write \(bytes.count - done) bytes: \(Self.describe(errno))", path: path)
      }
      done += count
    }
  }

  /// Appends up to `count` bytes to a buffer; 0 at the end of the file.
  func read(upTo count: Int, into buffer: inout [UInt8]) throws(JournalError) -> Int {
    let start = buffer.count
    buffer.append(contentsOf: repeatElement(0, count: count))
    var got: Int
    repeat {
      got = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe systemRead(descriptor, UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
      }
    } while got < 0 && errno == EINTR
    let code = errno
    buffer.removeLast(count - max(got, 0))
    guard got >= 0 else {
      throw JournalError(kind: .read, message: "cannot read: \(Self.describe(code))", path: path)
    }
    return got
  }

  private static func describe(_ code: Int32) -> String {
    let text = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "unknown error"
    return "\(text) (errno \(code))"
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  unsafe write(descriptor, bytes.baseAddress, bytes.count)
}

private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
  unsafe read(descriptor, bytes.baseAddress, bytes.count)
}
