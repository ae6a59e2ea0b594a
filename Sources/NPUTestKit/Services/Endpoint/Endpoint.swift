internal import NPUBase

/// Where a service listens: the base address, parsed and checked.
public struct Endpoint: Sendable, Hashable {
  /// The scheme of a base address.
  public enum Scheme: String, Sendable, Hashable, Codable, CaseIterable {
    /// Plain HTTP.
    case http
    /// HTTP over TLS.
    case https
  }

  /// The scheme of a base address.
  public let scheme: Scheme
  /// Name or address of the host; an IPv6 address stands in brackets.
  public let host: String
  /// The port, where the address names one.
  public let port: Int?
  /// The prefix of each route's path: empty, or starting with a slash and without one at the end.
  public let pathPrefix: String
  /// The socket in the file system to connect to instead of host and port, which then only fill the request head.
  public let unixSocketPath: String?

  /// Parses a base address.
  ///
  /// A base that ends in the version, as in `http://host:8000/v1`, is the same as one without it: routes carry it
  /// themselves.
  ///
  /// - Parameters:
  ///   - text: Scheme, host, and as needed port and path, such as `http://127.0.0.1:8000`; or a socket, such as
  ///     `unix:/run/vllm.sock`.
  ///   - unixSocketPath: An absolute path of a socket, for servers that listen on one but want another host in the
  ///     head.
  /// - Throws: ``ServiceError`` of kind `invalidEndpoint` that says what is wrong and what to write.
  public init(_ text: String, unixSocketPath: String? = nil) throws {
    let shown = Self.shown(text)
    func wrong(_ why: String) -> ServiceError {
      ServiceError(kind: .invalidEndpoint, message: "\"\(shown)\" is not a base address: \(why)")
    }
    if text.isEmpty { throw wrong("it is empty; write one such as http://127.0.0.1:8000") }
    if text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
      throw wrong("it holds a space or a control character; remove it")
    }
    var text = text
    var unixSocketPath = unixSocketPath
    if text.lowercased().hasPrefix("unix:") {
      let path = text.dropFirst("unix:".count)
      unixSocketPath = String(path.hasPrefix("//") ? path.dropFirst(2) : path)
      text = "http://localhost"
    }
    guard let schemeEnd = text.firstRange(of: "://") else {
      throw wrong("it has no scheme; write http://\(shown) or https://\(shown)")
    }
    let schemeText = text[..<schemeEnd.lowerBound].lowercased()
    guard let scheme = Scheme(rawValue: schemeText) else {
      throw wrong("its scheme is \(schemeText); only http and https are carried")
    }
    let rest = text[schemeEnd.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let path = rest[authority.endIndex...]
    if authority.contains("@") {
      throw wrong("it holds a user or password; give them as credentials")
    }
    if path.contains("?") || path.contains("#") {
      throw wrong("it holds a query or fragment; a base address ends with its path")
    }
    if let unixSocketPath, !unixSocketPath.hasPrefix("/") {
      throw wrong("the socket path \"\(unixSocketPath)\" is not absolute")
    }
    if !path.allSatisfy(\.isASCII) {
      throw wrong("its path is not ASCII; percent-encode it")
    }
    let trimmed = String(path.reversed().drop { $0 == "/" }.reversed())
    if let route = Self.routes.first(where: trimmed.hasSuffix) {
      let base = "\(schemeText)://\(authority)\(trimmed.dropLast(route.utf8.count - "/v1".utf8.count))"
      throw wrong("it ends in \(route), which is added to it for each call; write \(Excerpt.of(base, limit: 200))")
    }
    let (host, port) = try Self.split(authority, wrong: wrong)
    self.scheme = scheme
    self.host = host
    self.port = port
    pathPrefix = trimmed
    self.unixSocketPath = unixSocketPath
  }

  /// Whether what is sent there can be read on its way: plain HTTP to another machine.
  public var isPlainToAnotherHost: Bool {
    guard scheme == .http, unixSocketPath == nil else { return false }
    return host != "localhost" && host != "[::1]" && !host.hasPrefix("127.")
  }

  /// Host and port as they stand in the Host field.
  public var authority: String { port.map { "\(host):\($0)" } ?? host }

  /// The path of a request: the prefix, and the route without a version that the prefix has already.
  public func path(for route: String) -> String {
    let route = route.hasPrefix("/") ? route : "/" + route
    for version in ["/v1", "/v2"] where pathPrefix.hasSuffix(version) {
      if route == version || route.hasPrefix(version + "/") { return pathPrefix + route.dropFirst(version.count) }
      if version == "/v1" { return pathPrefix.dropLast(version.count) + route }
    }
    return pathPrefix + route
  }

  /// The whole address of a route, for messages.
  public func address(for route: String) -> String { "\(scheme.rawValue)://\(authority)\(path(for: route))" }

  /// Ends of addresses that are copied from a sample call, where the base address was asked for.
  private static let routes = [
    "/chat/completions", "/completions", "/models", "/embeddings", "/images/generations", "/images/edits",
    "/audio/transcriptions", "/audio/translations", "/audio/speech",
  ].map { "/v1" + $0 }

  private static func split(
    _ authority: Substring, wrong: (String) -> ServiceError
  ) throws -> (host: String, port: Int?) {
    var host = authority
    var portText: Substring?
    if authority.hasPrefix("[") {
      guard let close = authority.firstIndex(of: "]") else { throw wrong("the bracket of its IPv6 address is open") }
      host = authority[...close]
      let after = authority[authority.index(after: close)...]
      if after.hasPrefix(":") {
        portText = after.dropFirst()
      } else if !after.isEmpty {
        throw wrong("after the IPv6 address stands \"\(after)\" instead of a port")
      }
      guard host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." || $0 == "%" }),
        host.contains(":")
      else { throw wrong("\(host) is not an IPv6 address") }
    } else {
      if authority.count(where: { $0 == ":" }) > 1 {
        throw wrong("it holds several colons; write an IPv6 address in brackets, as in http://[::1]:8000")
      }
      if let colon = authority.firstIndex(of: ":") {
        host = authority[..<colon]
        portText = authority[authority.index(after: colon)...]
      }
      if let odd = host.first(where: { !($0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0))) }) {
        throw wrong("its host holds \"\(odd)\"; host names hold letters, digits, hyphens and dots")
      }
    }
    if host.isEmpty { throw wrong("it has no host") }
    guard let portText else { return (String(host), nil) }
    guard let port = Int(portText), (1...65535).contains(port), portText.allSatisfy(\.isNumber) else {
      throw wrong("its port is \"\(portText)\"; ports are numbers from 1 to 65535")
    }
    return (String(host), port)
  }

  /// The text without user, password and query, which may be secrets.
  private static func shown(_ text: String) -> String {
    var text = Substring(text)
    if let query = text.firstIndex(where: { $0 == "?" || $0 == "#" }) { text = text[..<query] }
    let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
    if let at = text.lastIndex(of: "@"), at >= start { text = text[..<start] + text[text.index(after: at)...] }
    return Excerpt.of(String(text), limit: 200)
  }
}

extension Endpoint: CustomStringConvertible {
  /// The base address, and the socket where there is one.
  public var description: String {
    let base = "\(scheme.rawValue)://\(authority)\(pathPrefix)"
    return unixSocketPath.map { "\(base) at \($0)" } ?? base
  }
}
