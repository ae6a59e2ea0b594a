public import HTTPTypes
internal import NPUBase
public import NPUTransport

/// What every request to one service has in common.
///
/// Descriptions and dumps show neither secrets nor the values of extra header fields.
public struct ServiceConfiguration: Sendable, Hashable {
  /// Where the service listens.
  public var endpoint: Endpoint
  /// How requests prove who sends them.
  public var authentication: Authentication
  /// Header fields to add; one of the same name as a field the client sets replaces it, a wrong one on purpose
  /// included.
  public var headers: HTTPFields
  /// How long each phase may take.
  public var timeouts: TransferTimeouts
  /// How much the service may send.
  public var limits: TransferLimits
  /// Whether open connections may be used.
  public var connection: ConnectionPolicy

  /// Creates a configuration.
  public init(
    endpoint: Endpoint, authentication: Authentication = .none, headers: HTTPFields = [:],
    timeouts: TransferTimeouts = TransferTimeouts(), limits: TransferLimits = TransferLimits(),
    connection: ConnectionPolicy = .keepAlive
  ) {
    self.endpoint = endpoint
    self.authentication = authentication
    self.headers = headers
    self.timeouts = timeouts
    self.limits = limits
    self.connection = connection
  }

  /// Creates a configuration from a base address and, as needed, an API key.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidEndpoint`.
  public init(_ baseURL: String, apiKey: Secret? = nil) throws {
    self.init(endpoint: try Endpoint(baseURL), authentication: apiKey.map { .bearer($0) } ?? .none)
  }

  /// Prepares one request.
  ///
  /// - Parameters:
  ///   - method: The HTTP method.
  ///   - route: The path below the endpoint.
  ///   - json: The body; a request without one has no content type.
  ///   - accept: The media types to ask for.
  ///   - requestID: The identity to send in X-Request-Id; vLLM makes it part of the identity of its response.
  /// - Returns: The request, ready to be sent.
  /// - Throws: ``ServiceError`` of kind `invalidRequest`.
  package func transferRequest(
    _ method: HTTPRequest.Method, _ route: String, json: [UInt8]? = nil, accept: String = "application/json",
    requestID: String? = nil
  ) throws -> TransferRequest {
    try transferRequest(
      method, route, body: json.map { .bytes($0) } ?? .empty, contentType: json == nil ? nil : "application/json",
      accept: accept, requestID: requestID)
  }

  /// Prepares one request with any body.
  ///
  /// - Parameters:
  ///   - method: The HTTP method.
  ///   - route: The path below the endpoint.
  ///   - body: The body.
  ///   - contentType: What it is; `nil` for none and for forms, whose type the transport sets.
  ///   - accept: The media types to ask for.
  ///   - requestID: The identity to send in X-Request-Id.
  /// - Returns: The request, ready to be sent.
  /// - Throws: ``ServiceError`` of kind `invalidRequest`.
  func transferRequest(
    _ method: HTTPRequest.Method, _ route: String, body: TransferBody, contentType: String?, accept: String,
    requestID: String?
  ) throws -> TransferRequest {
    var fields = HTTPFields()
    fields[.accept] = accept
    if let contentType { fields[.contentType] = contentType }
    for field in try authentication.fields() { fields[field.name] = field.value }
    if let requestID, let name = HTTPField.Name("X-Request-Id") {
      guard HTTPField.isValidValue(requestID) else {
        throw ServiceError(
          kind: .invalidRequest, message: "the request identity \"\(Excerpt.of(requestID))\" cannot stand in a header",
          request: "\(method.rawValue) \(endpoint.address(for: route))")
      }
      fields[name] = requestID
    }
    for field in headers { fields[values: field.name] = [] }
    for field in headers { fields.append(field) }
    // Streams are read as they come; a document is held whole.
    let limits =
      accept.hasPrefix("application/json") ? limits.allowing(bodyBytes: TransferLimits.documentBytes) : limits
    var request = TransferRequest(
      head: HTTPRequest(
        method: method, scheme: endpoint.scheme.rawValue, authority: endpoint.authority,
        path: endpoint.path(for: route), headerFields: fields),
      body: body, unixSocketPath: endpoint.unixSocketPath, timeouts: timeouts, limits: limits, connection: connection)
    authentication.apply(to: &request)
    return request
  }

  /// Encodes a body, naming the request if that fails.
  package func json(_ body: some Encodable, for route: String) throws -> [UInt8] {
    do {
      return try JSONCoding.encode(body)
    } catch {
      throw ServiceError(
        kind: .invalidRequest,
        message: "the request cannot be written as JSON, check it for numbers that are not finite: "
          + Excerpt.of(String(describing: error)),
        request: "POST \(endpoint.address(for: route))", underlying: error)
    }
  }
}

extension ServiceConfiguration: CustomStringConvertible, CustomReflectable {
  /// The endpoint, whether there are credentials, and the names of extra header fields.
  public var description: String {
    var parts = [endpoint.description]
    if authentication != .none { parts.append(authentication.description) }
    if !headers.isEmpty { parts.append("headers " + headers.map(\.name.rawName).joined(separator: ", ")) }
    return parts.joined(separator: ", ")
  }

  /// What the description shows, and the limits.
  public var customMirror: Mirror {
    Mirror(
      self,
      children: [
        "endpoint": endpoint, "authentication": authentication, "headers": headers.map(\.name.rawName),
        "timeouts": timeouts,
        "limits": limits, "connection": connection,
      ], displayStyle: .struct)
  }
}
