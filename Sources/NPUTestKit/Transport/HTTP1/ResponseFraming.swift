internal import HTTPTypes

/// How long the body of a response is by its head, and whether another request may follow it (RFC 9112, section 6.3).
struct ResponseFraming: Sendable, Hashable {
  enum Body: Sendable, Hashable {
    case sized(Int)
    case chunked
    case untilClose
  }

  let body: Body
  /// Whether the connection may be used again once the body has ended.
  let keepsConnection: Bool

  /// Reads a final head.
  ///
  /// - Parameters:
  ///   - head: The head.
  ///   - isCurrent: Whether its version is HTTP/1.1 rather than 1.0.
  ///   - answersHead: Whether the request was one of HEAD, whose responses have no body.
  /// - Throws: ``ResponseFault`` for fields that contradict each other, or name a length or coding that is none.
  init(_ head: HTTPResponse, isCurrent: Bool, answersHead: Bool) throws(ResponseFault) {
    let fields = head.headerFields
    let isChunked = try Self.isChunked(fields)
    let length = try Self.length(fields)
    if answersHead || head.status.code == 204 || head.status.code == 304 {
      body = .sized(0)
    } else if isChunked {
      body = .chunked
    } else if let length {
      body = .sized(length)
    } else {
      body = .untilClose
    }
    let options = Self.members(of: fields[values: .connection])
    let wishes = isCurrent ? !options.contains("close") : options.contains("keep-alive") && !options.contains("close")
    // Both together may hide a second response behind the first: the coding counts, and nothing may follow.
    // So may a body that follows a status without one.
    let hasStrayBody = head.status.code == 204 && (isChunked || length ?? 0 > 0)
    keepsConnection = wishes && body != .untilClose && !(isChunked && length != nil) && !hasStrayBody
  }

  private static func isChunked(_ fields: HTTPFields) throws(ResponseFault) -> Bool {
    let codings = members(of: fields[values: .transferEncoding]).filter { $0 != "identity" }
    guard !codings.isEmpty else { return false }
    guard codings == ["chunked"] else {
      throw .violation(
        "the Transfer-Encoding is not known here; configure the service to send bodies chunked or with their length",
        words: codings.joined(separator: ", "))
    }
    return true
  }

  private static func length(_ fields: HTTPFields) throws(ResponseFault) -> Int? {
    let values = fields[values: .contentLength]
    guard !values.isEmpty else { return nil }
    // Int takes signs, which are none of HTTP's.
    let lengths = members(of: values, keepsEmpty: true).map { $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int($0) : nil }
    guard let first = lengths.first, let length = first, lengths.allSatisfy({ $0 == length }) else {
      throw .violation("the Content-Length is not one number of bytes", words: values.joined(separator: ", "))
    }
    return length
  }

  /// The members of a list, in lower case and without their blanks.
  private static func members(of values: [String], keepsEmpty: Bool = false) -> [String] {
    values.flatMap { value in
      value.split(separator: ",", omittingEmptySubsequences: !keepsEmpty).map { member in
        var rest = member.drop { $0 == " " || $0 == "\t" }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest.lowercased()
      }
    }
  }
}
