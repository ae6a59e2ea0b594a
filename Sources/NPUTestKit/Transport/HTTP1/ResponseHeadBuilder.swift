internal import HTTPTypes

/// Header lines one after another, as they come, put together to a response head.
///
/// Works on bytes: text operations on characters would cost more than the whole rest of a request.
struct ResponseHeadBuilder: Sendable {
  /// Whether the blank line after the final head has come.
  private(set) var isComplete = false
  /// Whether a head of status 101 is a final one, since another protocol was asked for.
  var takesUpgrade = false
  private var status: HTTPResponse.Status?
  private var fields = HTTPFields()
  /// Bytes of all lines so far, those of interim heads included.
  private(set) var bytes = 0
  /// The most fields of a head; `HTTPFields` bears no more than 65,535.
  static let mostFields = 4096

  /// Adds one line with its line end; false when all lines together exceed the limit, or there are too many fields.
  mutating func add(_ line: UnsafeBufferPointer<UInt8>, limit: Int) -> Bool {
    bytes += line.count
    guard bytes <= limit else { return false }
    let text = unsafe line.prefix { $0 != 0x0D && $0 != 0x0A }
    if unsafe text.starts(with: "HTTP/".utf8) {
      unsafe startHead(text)
    } else if unsafe text.isEmpty {
      isComplete = status.map { $0.kind != .informational || takesUpgrade && $0.code == 101 } ?? false
    } else if let colon = unsafe text.firstIndex(of: 0x3A),
      let name = HTTPField.Name(unsafe String(decoding: text[..<colon], as: UTF8.self))
    {
      guard fields.count < Self.mostFields else { return false }
      // As bytes: what is not UTF-8 stays what it is. The field removes the space around its value.
      fields.append(unsafe HTTPField(name: name, value: text[(colon + 1)...]))
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

  /// How the body is compressed, by the head.
  var contentEncoding: String? { fields[.contentEncoding] }

  /// A status line begins a new head: the one before was interim or a redirect that was followed.
  private mutating func startHead(_ line: Slice<UnsafeBufferPointer<UInt8>>) {
    let parts = unsafe line.split(separator: UInt8(ascii: " "), maxSplits: 2)
    let code = unsafe parts.count > 1 ? Int(String(decoding: parts[1], as: UTF8.self)) ?? 0 : 0
    let phrase = unsafe parts.count > 2 ? String(decoding: parts[2], as: UTF8.self) : ""
    status = (0...999).contains(code) ? HTTPResponse.Status(code: code, reasonPhrase: phrase) : nil
    fields = HTTPFields()
    isComplete = false
  }
}
