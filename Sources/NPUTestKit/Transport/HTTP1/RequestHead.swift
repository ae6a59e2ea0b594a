internal import HTTPTypes
internal import NPUBase

/// The head of a request as HTTP/1.1 writes it, in the order in which libcurl does.
///
/// There is none for a request that leaves anything to be decided: libcurl knows what to make of it, or what is wrong
/// with it.
package struct RequestHead: Sendable, Hashable {
  /// What is written before the body.
  package let bytes: [UInt8]

  /// Writes a head; `nil` if the request is one for libcurl.
  package init?(_ request: TransferRequest, userAgent: String) {
    let head = request.head
    guard let authority = head.authority, let path = head.path, let host = Self.host(of: authority),
      Self.isPlain(path), Self.isPlain(userAgent)
    else { return nil }
    let length: Int?
    switch request.body {
    case .bytes where head.method == .head: return nil
    case .bytes(let body): length = body.count
    // These announce their length even where it is zero (RFC 9110, section 8.6).
    case .empty: length = head.method == .post || head.method == .put || head.method == .patch ? 0 : nil
    case .file, .form: return nil
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    func add(_ text: String) { bytes.append(contentsOf: text.utf8) }
    func add(_ name: String, _ value: String) {
      add(name)
      add(value.isEmpty ? ":" : ": ")
      add(value)
      add("\r\n")
    }
    add("\(head.method.rawValue) \(path) HTTP/1.1\r\n")
    add("Host", host)
    let fields = head.headerFields
    if fields[.userAgent] == nil, !userAgent.isEmpty { add("User-Agent", userAgent) }
    if fields[.accept] == nil { add("Accept", "*/*") }
    add("Accept-Encoding", "identity")
    for field in fields {
      if field.name == .acceptEncoding {
        guard field.value == "identity" else { return nil }
        continue
      }
      guard !Self.ofTheConnection.contains(field.name) else { return nil }
      add(field.name.rawName, field.value)
    }
    if let length { add("Content-Length", "\(length)") }
    add("\r\n")
    self.bytes = bytes
  }

  /// Fields that change how request and response are carried.
  private static let ofTheConnection: Set<HTTPField.Name> = {
    var names: Set<HTTPField.Name> = [
      .connection, .contentLength, .expect, .te, .trailer, .transferEncoding, .upgrade,
    ]
    for name in ["Host", "Keep-Alive", "Proxy-Connection"].compactMap({ HTTPField.Name($0) }) { names.insert(name) }
    return names
  }()

  /// The value of the field `Host`: the port is left out where it is the usual one; `nil` if the authority is unusual.
  private static func host(of authority: String) -> String? {
    let isUsual = authority.utf8.allSatisfy {
      0x61...0x7A ~= $0 || 0x41...0x5A ~= $0 || 0x30...0x3A ~= $0 || [0x2D, 0x2E, 0x5B, 0x5D, 0x5F].contains($0)
    }
    guard isUsual, !authority.isEmpty, !authority.hasSuffix(":") else { return nil }
    return authority.hasSuffix(":80") ? String(authority.dropLast(3)) : authority
  }

  /// Whether a text holds nothing that would break the line that it stands in, or that libcurl would leave out.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { 0x20 <= $0 && $0 < 0x7F && $0 != 0x23 }
  }
}
