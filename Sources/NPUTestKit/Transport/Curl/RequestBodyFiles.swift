internal import CNPUCurl
internal import HTTPTypes
internal import NPUBase
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// A file of a request's body as a stream that libcurl can read; closed by whoever holds it.
@safe
struct BodyStream {
  let stream: UnsafeMutablePointer<FILE>
  let size: Int64

  init(path: String, request: String) throws(TransportError) {
    func refused(_ reason: String) -> TransportError {
      TransportError(
        kind: ClientLimit.descriptorsAreUsedUp ? .clientDescriptors : .invalidRequest,
        message: "the file \(path) cannot be sent: \(reason)", request: request)
    }
    let descriptor: FileDescriptor
    do throws(FileError) {
      let file = try File(readingRegular: path)
      size = try file.size
      descriptor = file.takeDescriptor()
    } catch {
      throw refused(error.message)
    }
    guard !cnpu_is_spare_descriptor(descriptor.rawValue) else {
      try? descriptor.close()
      throw refused("\(Errno.tooManyOpenFiles)")
    }
    guard let stream = unsafe fdopen(descriptor.rawValue, "r") else {
      let reason = Errno(rawValue: errno)
      try? descriptor.close()
      throw refused("\(reason)")
    }
    unsafe self.stream = stream
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
        unsafe fclose(try BodyStream(path: path, request: request.identity).stream)
      }
    }
  }
}

extension TransferBody {
  var isForm: Bool {
    if case .form = self { true } else { false }
  }
}
