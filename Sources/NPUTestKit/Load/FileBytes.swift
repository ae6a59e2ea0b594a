#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A file that is read from front to back in pieces.
struct FileBytes: ~Copyable {
  private let descriptor: Int32
  private let path: String

  init(path: String) throws(PromptError) {
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    self.path = path
    guard descriptor >= 0 else { throw FileBytes.unreadable(path, errno) }
  }

  deinit {
    if descriptor >= 0 { _ = close(descriptor) }
  }

  /// How long the file is.
  func size() throws(PromptError) -> Int {
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else { throw FileBytes.unreadable(path, errno) }
    return Int(facts.st_size)
  }

  /// The next piece; empty at the end of the file.
  func next(upTo limit: Int = 256 << 10) throws(PromptError) -> [UInt8] {
    var failure: Int32 = 0
    let piece = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      while true {
        let result = unsafe read(descriptor, buffer.baseAddress, buffer.count)
        if result < 0, errno == EINTR { continue }
        if result < 0 { failure = errno }
        count = max(0, result)
        return
      }
    }
    guard failure == 0 else { throw FileBytes.unreadable(path, failure) }
    return piece
  }

  private static func unreadable(_ path: String, _ code: Int32) -> PromptError {
    PromptError(
      kind: .unreadableFile, message: "The file cannot be read: \(unsafe String(cString: strerror(code))).", path: path)
  }
}
