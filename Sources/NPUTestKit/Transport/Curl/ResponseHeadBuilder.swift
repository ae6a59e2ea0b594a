internal import HTTPTypes

/// Header lines as libcurl hands them over, put together to a response head.
///
/// Works on bytes: text operations on characters would cost more than the whole rest of a request.
struct ResponseHeadBuilder {
  /// Whether the blank line after the final head has come.
  private(set) var isComplete = false
  private var status: HTTPResponse.Status?
  private var fields = HTTPFields()
  private var bytes = 0

  private static let colon = UInt8(ascii: ":")
  private static let space = UInt8(ascii: " ")

  /// Adds one line with its line end; false when all lines together exceed the limit.
  mutating func add(_ line: UnsafeBufferPointer<UInt8>, limit: Int) -> Bool {
    bytes += line.count
    guard bytes <= limit else { return false }
    var end = line.count
    while end > 0, unsafe line[end - 1] == 0x0A || line[end - 1] == 0x0D { end -= 1 }
    let text = unsafe UnsafeBufferPointer(rebasing: line[..<end])
    if unsafe text.starts(with: "HTTP/".utf8) {
      unsafe startHead(text)
    } else if text.isEmpty {
      isComplete = status.map { $0.kind != .informational } ?? false
    } else if let colon = unsafe text.firstIndex(of: Self.colon) {
      unsafe addField(name: text[..<colon], value: text[(colon + 1)...])
    }
    return true
  }

  /// The head, once it is complete.
  func response() -> HTTPResponse? {
    guard isComplete, let status else { return nil }
    return HTTPResponse(status: status, headerFields: fields)
  }

  /// Whether the head sends the client elsewhere.
  var isRedirect: Bool {
    guard let status else { return false }
    return status.kind == .redirection && fields[.location] != nil
  }

  private mutating func addField(name: Slice<UnsafeBufferPointer<UInt8>>, value: Slice<UnsafeBufferPointer<UInt8>>) {
    guard let name = unsafe HTTPField.Name(String(decoding: name, as: UTF8.self)) else { return }
    let value = unsafe value.drop { $0 == Self.space || $0 == 0x09 }
    fields.append(HTTPField(name: name, value: unsafe String(decoding: value, as: UTF8.self)))
  }

  /// A status line begins a new head: the one before was interim or a redirect that was followed.
  private mutating func startHead(_ line: UnsafeBufferPointer<UInt8>) {
    let parts = unsafe line.split(separator: Self.space, maxSplits: 2)
    let code = unsafe parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0
    let phrase = unsafe parts.count > 2 ? String(decoding: parts[2], as: UTF8.self) : ""
    status = (0...999).contains(code) ? HTTPResponse.Status(code: code, reasonPhrase: phrase) : nil
    fields = HTTPFields()
    isComplete = false
  }
}
