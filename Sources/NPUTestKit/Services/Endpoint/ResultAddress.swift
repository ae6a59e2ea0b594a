import HTTPTypes
internal import NPUBase
internal import NPUTransport

/// The address of a result as a service gave it, taken apart.
///
/// Services that write such addresses often do not know by which name they are reached: they name `localhost`, or a
/// container.
struct ResultAddress: Sendable, Hashable {
  var scheme: Endpoint.Scheme
  var authority: String
  /// Path and query, from the first slash.
  var path: String

  /// Reads an absolute address, or a path on the endpoint's own host.
  ///
  /// - Throws: ``ServiceError`` of kind `malformedPayload` for what is neither.
  init(_ text: String, endpoint: Endpoint) throws {
    let problem = ServiceError(
      kind: .malformedPayload,
      message: "\"\(Excerpt.of(text, limit: 200))\" is not the address of a result; expected http://host/path or /path")
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw problem }
    let withoutFragment = text.prefix { $0 != "#" }
    if withoutFragment.hasPrefix("/"), !withoutFragment.hasPrefix("//") {
      (scheme, authority, path) = (endpoint.scheme, endpoint.authority, String(withoutFragment))
      return
    }
    guard let mark = withoutFragment.firstRange(of: "://"),
      let scheme = Endpoint.Scheme(rawValue: withoutFragment[..<mark.lowerBound].lowercased())
    else { throw problem }
    let rest = withoutFragment[mark.upperBound...]
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard !authority.isEmpty, !authority.contains("@") else { throw problem }
    let path = rest[authority.endIndex...]
    self.scheme = scheme
    self.authority = String(authority)
    self.path = path.hasPrefix("/") ? String(path) : "/" + path
  }

  /// The same path on an endpoint, whose prefix comes first unless the path has it already.
  func rebased(onto endpoint: Endpoint) -> ResultAddress {
    var address = self
    address.scheme = endpoint.scheme
    address.authority = endpoint.authority
    let prefix = endpoint.path(for: "/").dropLast()
    if !prefix.isEmpty, !(path + "/").hasPrefix(prefix + "/") { address.path = prefix + path }
    return address
  }

  /// Whether the address is one of the endpoint.
  func isOn(_ endpoint: Endpoint) -> Bool {
    scheme == endpoint.scheme && authority.lowercased() == endpoint.authority.lowercased()
  }
}

extension ServiceConfiguration {
  /// Prepares the request for a result at an address that the service named.
  ///
  /// Credentials and extra header fields go along only to the endpoint itself: a response must not be able to send them
  /// elsewhere.
  ///
  /// - Parameters:
  ///   - url: The address, or a path.
  ///   - accept: The media types to ask for.
  ///   - isRebased: Whether only the path counts, and is asked of the endpoint.
  /// - Returns: The request, ready to be sent.
  /// - Throws: ``ServiceError`` of kind `malformedPayload` or `invalidRequest`.
  func transferRequest(fetching url: String, accept: String, isRebased: Bool = false) throws -> TransferRequest {
    var address = try Redactor(self).cleaning { try ResultAddress(url, endpoint: endpoint) }
    if isRebased { address = address.rebased(onto: endpoint) }
    var fields = HTTPFields()
    fields[.accept] = accept
    if address.isOn(endpoint) {
      for field in try authentication.fields() { fields[field.name] = field.value }
      for field in headers { fields[values: field.name] = [] }
      for field in headers { fields.append(field) }
    }
    var request = TransferRequest(
      head: HTTPRequest(
        method: .get, scheme: address.scheme.rawValue, authority: address.authority, path: address.path,
        headerFields: fields),
      unixSocketPath: address.isOn(endpoint) ? endpoint.unixSocketPath : nil, timeouts: timeouts,
      limits: limits.allowing(bodyBytes: 2 * TransferLimits.imageBytes), connection: connection)
    if address.isOn(endpoint) { authentication.apply(to: &request) }
    return request
  }
}
