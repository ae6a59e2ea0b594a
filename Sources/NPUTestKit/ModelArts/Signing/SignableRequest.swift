internal import NPUBase

/// What a signature covers of a request.
public struct SignableRequest: Sendable, Hashable {
  /// What is said of the body.
  public enum Payload: Sendable, Hashable {
    /// There is no body.
    case empty
    /// The SHA-256 of the body, in hexadecimal digits.
    case digest(String)
    /// The body is not part of the signature, as where it is made while it is sent.
    case unsigned
  }

  /// A header field as it is sent.
  public struct Field: Sendable, Hashable {
    /// The name, in any case.
    public var name: String
    /// The value.
    public var value: String

    /// Creates a field.
    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  /// The HTTP method, in any case.
  public var method: String
  /// Host and port, as they stand in the Host field.
  public var host: String
  /// The path as it is sent, or before it is percent-encoded: both are signed alike.
  public var path: String
  /// The query as it is sent, without its question mark.
  public var query: String
  /// The header fields that are sent; of a name that stands twice the last value counts.
  public var fields: [Field]
  /// What is said of the body.
  public var payload: Payload

  /// Creates a request from its parts.
  public init(
    method: String, host: String, path: String, query: String = "", fields: [Field] = [], payload: Payload = .empty
  ) {
    self.method = method
    self.host = host
    self.path = path
    self.query = query
    self.fields = fields
    self.payload = payload
  }

  /// Creates a request from its address.
  ///
  /// - Parameters:
  ///   - method: The HTTP method.
  ///   - address: Scheme, host, path and query; a fragment is not sent and not signed.
  ///   - fields: The header fields.
  ///   - payload: What is said of the body.
  /// - Throws: ``ModelArtsError`` of kind `invalidAddress`.
  public init(
    method: String, address: String, fields: [Field] = [], payload: Payload = .empty
  ) throws(ModelArtsError) {
    let text = Self.withoutFragment(address)
    guard let mark = text.firstRange(of: "://"), ["http", "https"].contains(text[..<mark.lowerBound].lowercased())
    else {
      throw ModelArtsError(
        kind: .invalidAddress,
        message: "\"\(Excerpt.of(address, limit: 200))\" is no address; write one such as https://host/path?query")
    }
    // On bytes: a slash may be one character with a mark that follows it.
    let rest = text[mark.upperBound...].utf8
    let host = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    let tail = rest[host.endIndex...]
    let path = tail.prefix { $0 != UInt8(ascii: "?") }
    guard !host.isEmpty, !host.contains(UInt8(ascii: "@")) else {
      throw ModelArtsError(
        kind: .invalidAddress, message: "the address names no host, or a user before it; write https://host/path")
    }
    self.init(
      method: method, host: String(Substring(host)), path: String(Substring(path)),
      query: String(Substring(tail[path.endIndex...].dropFirst())), fields: fields, payload: payload)
  }

  private static func withoutFragment(_ address: String) -> Substring {
    Substring(address.utf8.prefix { $0 != UInt8(ascii: "#") })
  }

  /// The value of a field, of the last one where there are several.
  func value(of name: String) -> String? {
    fields.last { $0.name.lowercased() == name.lowercased() }?.value
  }
}
