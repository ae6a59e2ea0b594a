internal import HTTPTypes

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A file of a request's body, opened, and known to be one whose length can be told beforehand.
@safe
struct OpenedFile {
  let stream: UnsafeMutablePointer<FILE>
  let size: Int64

  init(path: String, request: String) throws(TransportError) {
    func refused(_ code: Int32) -> TransportError {
      TransportError(
        kind: .invalidRequest,
        message: "the file \(path) cannot be sent: \(unsafe String(cString: strerror(code))); check path and rights",
        request: request)
    }
    // Without blocking, so that a pipe that nobody writes to does not hold up the network thread.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw refused(errno) }
    var facts = stat()
    let known = unsafe fstat(descriptor, &facts)
    guard known == 0, facts.st_mode & S_IFMT == S_IFREG else {
      let code = errno
      close(descriptor)
      if known != 0 { throw refused(code) }
      throw TransportError(
        kind: .invalidRequest,
        message: "\(path) cannot be sent: it is not a regular file, so its length is not known; name a file",
        request: request)
    }
    guard let stream = unsafe fdopen(descriptor, "r") else {
      let code = errno
      close(descriptor)
      throw refused(code)
    }
    unsafe self.stream = stream
    size = Int64(facts.st_size)
  }
}

extension MultipartForm {
  /// Refuses what would break the form's own syntax, and files that cannot be sent.
  func check(_ request: TransferRequest) throws(TransportError) {
    func invalid(_ message: String) -> TransportError {
      TransportError(kind: .invalidRequest, message: message, request: request.identity)
    }
    guard request.head.headerFields[.contentType] == nil else {
      throw invalid("the content type of a form is set by the transport, which knows the boundary; leave the field out")
    }
    for part in parts {
      for text in [part.name, part.fileName ?? "", part.contentType ?? ""] {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
          throw invalid("name, file name or content type of a part holds control characters; remove them")
        }
      }
      if case .file(let path) = part.content {
        unsafe fclose(try OpenedFile(path: path, request: request.identity).stream)
      }
    }
  }
}

extension TransferBody {
  var isForm: Bool {
    if case .form = self { true } else { false }
  }
}
