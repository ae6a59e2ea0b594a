import TestSupport

/// A plain reader of `multipart/form-data`, against which what is sent is held.
enum PlainMultipart {
  struct Part {
    var name: String?
    var fileName: String?
    var contentType: String?
    var body: [UInt8]
  }

  /// The parts of a body, or `nil` if it breaks the format.
  static func parts(of body: [UInt8], contentType: String) -> [Part]? {
    guard contentType.hasPrefix("multipart/form-data"), let mark = contentType.firstRange(of: "boundary=") else {
      return nil
    }
    let boundary = bytes("--" + contentType[mark.upperBound...])
    var parts: [Part] = []
    var rest = body[...]
    guard rest.starts(with: boundary) else { return nil }
    rest = rest.dropFirst(boundary.count)
    while rest.starts(with: [13, 10]) {
      rest = rest.dropFirst(2)
      guard let end = rest.firstRange(of: bytes("\r\n\r\n")),
        let next = rest[end.upperBound...].firstRange(of: bytes("\r\n") + boundary)
      else { return nil }
      var part = Part(body: Array(rest[end.upperBound..<next.lowerBound]))
      for line in String(decoding: rest[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n") {
        let lower = line.lowercased()
        if lower.hasPrefix("content-disposition:") {
          part.name = parameter("name", of: String(line))
          part.fileName = parameter("filename", of: String(line))
        } else if lower.hasPrefix("content-type: ") {
          part.contentType = String(line.dropFirst("content-type: ".count))
        }
      }
      parts.append(part)
      rest = rest[next.upperBound...]
    }
    return rest.starts(with: bytes("--")) ? parts : nil
  }

  private static func parameter(_ name: String, of line: String) -> String? {
    guard let start = line.firstRange(of: "; \(name)=\"") else { return nil }
    return String(line[start.upperBound...].prefix { $0 != "\"" })
  }
}
