/// Finds the path of each request on a connection, and reads nothing but request lines.
///
/// A request begins with the first byte of a connection, and with the first byte of the client after a byte of the
/// service: HTTP/1 clients take turns. Bytes that do not look like a request line belong to the request before.
struct RequestLineReader: Sendable {
  /// A longer line is none.
  static let lineLimit = 8192

  private static let methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE"].map {
    Array("\($0) ".utf8)
  }

  /// The path of the latest request with its query; `nil` before the first.
  private(set) var path: String?
  private var line: [UInt8] = []
  private var mayBegin = true

  /// Whether what has come may be the beginning of a request line.
  var isUndecided: Bool { mayBegin && !line.isEmpty }

  /// Takes bytes of the client.
  mutating func take(_ bytes: some Sequence<UInt8>) {
    guard mayBegin else { return }
    for byte in bytes {
      line.append(byte)
      if byte == UInt8(ascii: "\n") {
        path = Self.path(in: line) ?? path
        return decided()
      }
      guard line.count < Self.lineLimit, Self.mayBeRequest(line) else { return decided() }
    }
  }

  /// Notes bytes of the service: what the client sends next may be a request.
  mutating func serviceSpoke() { mayBegin = true }

  private mutating func decided() {
    mayBegin = false
    line = []
  }

  private static func mayBeRequest(_ line: [UInt8]) -> Bool {
    methods.contains { method in
      line.count <= method.count ? method.starts(with: line) : line.starts(with: method)
    }
  }

  private static func path(in line: [UInt8]) -> String? {
    let words = line.split(separator: UInt8(ascii: " "))
    guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8) else { return nil }
    return String(decoding: words[1], as: UTF8.self)
  }
}
