internal import HTTPTypes
public import NPUServices
public import NPUTransport

/// A client for services that speak in messages, over `ws` and `wss`.
///
/// ```swift
/// let client = try WebSocketClient("wss://0123.apig.cn-north-4.huaweicloudapis.com/v1/infers/468d", route: "/ws")
/// for try await message in client.messages(for: #"{"prompt":"Hello"}"#) { print(message.text) }
/// ```
///
/// Each call has a connection of its own: the handshake bears what authenticates it, the message goes out, and what
/// comes back is read until the service closes the connection or the response is whole.
public struct WebSocketClient: Sendable {
  /// What carries the messages.
  public let transport: WebSocketTransport
  /// Where the service listens and how it is spoken to.
  public var service: ServiceConfiguration
  /// The path below the endpoint.
  public var route: String

  /// Creates a client.
  public init(transport: WebSocketTransport, service: ServiceConfiguration, route: String = "/") {
    self.transport = transport
    self.service = service
    self.route = route
  }

  /// Creates a client from an address.
  ///
  /// - Parameters:
  ///   - baseURL: Scheme, host, and as needed port and path; `ws` and `wss` mean what `http` and `https` do.
  ///   - route: The path below it.
  ///   - authentication: How the handshake proves who asks.
  ///   - configuration: How connections are made.
  /// - Throws: ``ServiceError`` of kind `invalidEndpoint`, or what keeps the transport from being started.
  public init(
    _ baseURL: String, route: String = "/", authentication: Authentication = .none,
    configuration: TransportConfiguration = TransportConfiguration()
  ) throws {
    self.init(
      transport: try WebSocketTransport(configuration: configuration),
      service: ServiceConfiguration(
        endpoint: try Endpoint(webSocket: baseURL), authentication: authentication),
      route: route)
  }

  /// Sends one message, and gives those that come back, which are received when they are iterated.
  ///
  /// - Parameter text: The message.
  /// - Returns: The messages, up to the closing frame of the service.
  public func messages(for text: String) -> WebSocketMessages {
    let body = TransferBody.bytes(Array(text.utf8))
    return WebSocketMessages(transport: transport) {
      var request = try Service(service, transport: transport).request(.get, route, body: body)
      request.sendOverWebSocket()
      return request
    }
  }
}

extension Endpoint {
  /// Parses a base address whose scheme may be `ws` or `wss` in place of `http` and `https`.
  ///
  /// - Throws: ``ServiceError`` of kind `invalidEndpoint` that says what is wrong and what to write.
  public init(webSocket text: String) throws {
    try self.init(Self.httpAddress(ofWebSocket: text))
  }

  /// The same address with the scheme that HTTP has for it.
  package static func httpAddress(ofWebSocket text: String) -> String {
    let scheme = text.prefix { $0 != ":" }.lowercased()
    return ["ws", "wss"].contains(scheme) ? "http" + text.dropFirst(2) : text
  }
}

extension TransferRequest {
  /// Has the request carried by a ``WebSocketTransport`` as an exchange of messages: its scheme becomes `ws` or `wss`.
  public mutating func sendOverWebSocket() {
    switch head.scheme {
    case "http": head.scheme = "ws"
    case "https": head.scheme = "wss"
    default: break
    }
  }
}
