internal import HTTPTypes

/// Header lines as libcurl hands them over, put together to a response head.
struct ResponseHeadBuilder {
  /// Whether the blank line after the final head has come.
  private(set) var isComplete = false
  private var status: HTTPResponse.Status?
  private var fields = HTTPFields()
  private var bytes = 0

  /// Adds one line with its line end; false when all lines together exceed the limit.
  mutating func add(_ line: UnsafeBufferPointer<UInt8>, limit: Int) -> Bool {
    bytes += line.count
    guard bytes <= limit else { return false }
    let text = unsafe String(decoding: line, as: UTF8.self).prefix { $0 != "\r" && $0 != "\n" && $0 != "\r\n" }
    if text.hasPrefix("HTTP/") {
      startHead(text)
    } else if text.isEmpty {
      isComplete = status.map { $0.kind != .informational } ?? false
    } else if let colon = text.firstIndex(of: ":"), let name = HTTPField.Name(String(text[..<colon])) {
      let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      fields.append(HTTPField(name: name, value: String(value)))
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

  /// A status line begins a new head: the one before was interim or a redirect that was followed.
  private mutating func startHead(_ line: Substring) {
    let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
    let code = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    status =
      (0...999).contains(code)
      ? HTTPResponse.Status(code: code, reasonPhrase: parts.count > 2 ? String(parts[2]) : "") : nil
    fields = HTTPFields()
    isComplete = false
  }
}
