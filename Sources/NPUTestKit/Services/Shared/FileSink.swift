#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A file that an answer is written to as it arrives, closed at the end of its life.
struct FileSink: ~Copyable {
  let path: String
  private let descriptor: Int32
  private(set) var count = 0

  /// Creates the file, or empties one that is there.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest` that names the path and the system's reason.
  init(creating path: String) throws {
    self.path = path
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileSink.problem("cannot be created", path, errno) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Appends all bytes.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidRequest`, as for a full disk.
  mutating func write(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let written = unsafe bytes.withUnsafeBytes { buffer in
        unsafe systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: buffer[done...]))
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw FileSink.problem("cannot be written", path, errno) }
      done += written
    }
    count += bytes.count
  }

  /// Removes a file that is of no use, if it is there.
  static func remove(_ path: String) { unsafe unlink(path) }

  private static func problem(_ what: String, _ path: String, _ code: Int32) -> ServiceError {
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    return ServiceError(
      kind: .invalidRequest, message: "the file \(path) \(what): \(reason); check its folder and the space on the disk")
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  unsafe write(descriptor, bytes.baseAddress, bytes.count)
}
