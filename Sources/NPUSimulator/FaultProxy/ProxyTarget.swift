/// Where a service listens that a proxy stands before.
enum ProxyTarget: Sendable, Hashable {
  case tcp(host: String, port: Int)
  case unixSocket(path: String)

  /// Reads an address.
  ///
  /// - Parameter text: Such as `127.0.0.1:8000`, `[::1]:8000`, `http://host:8000/path`, or `unix:/run/vllm.sock`.
  /// - Throws: ``FaultProxyError`` with what is expected.
  init(_ text: String) throws(FaultProxyError) {
    let refusal = FaultProxyError(
      message: "\"\(text.prefix(200))\" is no address of a service; give host and port, such as 127.0.0.1:8000")
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst("unix:".count))
      guard path.hasPrefix("/") else { throw refusal }
      self = .unixSocket(path: path)
      return
    }
    let (rest, usualPort) = Self.withoutScheme(text)
    let authority = rest.prefix { $0 != "/" }
    let portMark = authority.lastIndex(of: ":")
    // The colons of an address of IPv6 stand in brackets.
    let isBracketed = authority.hasPrefix("[")
    let hostEnd = isBracketed ? authority.lastIndex(of: "]") : portMark ?? authority.endIndex
    guard let hostEnd else { throw refusal }
    let host = isBracketed ? authority[..<hostEnd].dropFirst() : authority[..<hostEnd]
    let tail = isBracketed ? authority[hostEnd...].dropFirst() : authority[hostEnd...]
    let port = tail.isEmpty ? usualPort : tail.hasPrefix(":") ? Int(tail.dropFirst()) : nil
    guard !host.isEmpty, !host.contains("@"), isBracketed || !host.contains(":"), let port,
      (1...65_535).contains(port)
    else { throw refusal }
    self = .tcp(host: String(host), port: port)
  }

  private static func withoutScheme(_ text: String) -> (rest: Substring, usualPort: Int?) {
    for (scheme, port) in [("http://", 80), ("https://", 443)] where text.lowercased().hasPrefix(scheme) {
      return (text.dropFirst(scheme.count), port)
    }
    return (text[...], nil)
  }
}

/// Why a proxy cannot stand before a service.
public struct FaultProxyError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was found, and what to do.
  public var message: String

  /// The message.
  public var description: String { message }
}
