/// Why an exchange broke.
///
/// An HTTP status of 400 or more is not one of these: it is a response, and data to a test.
public struct TransportError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The request could not be sent as it stands: bad address, scheme or header.
    case invalidRequest = "invalid_request"
    /// The request could not be signed, or no token be had for it; says nothing of the service.
    case authentication
    /// The host name did not resolve.
    case nameResolution = "name_resolution"
    /// Nobody listens there.
    case connectionRefused = "connection_refused"
    /// The connection could not be made for another reason.
    case connectionFailed = "connection_failed"
    /// The TLS handshake failed or the certificate was not accepted.
    case tls
    /// The proxy refused or failed.
    case proxy
    /// The connection was not established in time.
    case connectTimeout = "connect_timeout"
    /// The response did not begin in time.
    case firstByteTimeout = "first_byte_timeout"
    /// The response went silent for too long.
    case idleTimeout = "idle_timeout"
    /// The response went on without saying anything: keep-alive comments, pings, blank lines, empty deltas.
    case contentTimeout = "content_timeout"
    /// The exchange did not end in time.
    case totalTimeout = "total_timeout"
    /// The peer closed or reset the connection before the response was whole.
    case connectionLost = "connection_lost"
    /// The response body was cut: fewer bytes than announced, or no last chunk.
    case truncatedBody = "truncated_body"
    /// The response head exceeds its limit.
    case headerTooLarge = "header_too_large"
    /// The response body exceeds its limit.
    case bodyTooLarge = "body_too_large"
    /// What came back is not HTTP.
    case protocolViolation = "protocol_violation"
    /// More redirects than allowed.
    case tooManyRedirects = "too_many_redirects"
    /// This process, or its machine, has no file descriptor left; says nothing of the service.
    case clientDescriptors = "client_descriptors"
    /// This machine has no local port left for the connection; says nothing of the service.
    case clientPorts = "client_ports"
    /// This process, or its machine, has no memory left; says nothing of the service.
    case clientMemory = "client_memory"
    /// The caller cancelled.
    case cancelled
    /// The transport was shut down.
    case shutDown = "shut_down"
    /// Something else; the message says what.
    case other
  }

  /// The kinds of limits of this side.
  package static let clientLimits: [Kind] = [.clientDescriptors, .clientPorts, .clientMemory]

  /// The cause.
  public var kind: Kind
  /// What happened, with the values that explain it.
  public var message: String
  /// Which request, as method and address without query, user or password.
  public var request: String

  /// Creates an error.
  public init(kind: Kind, message: String, request: String) {
    self.kind = kind
    self.message = message
    self.request = request
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }
}

extension TransportError {
  /// The error without the secrets that the peer may have had written into its words.
  package func redacted(by redactor: Redactor) -> TransportError {
    TransportError(kind: kind, message: redactor.clean(message), request: redactor.clean(request))
  }
}

extension TransportError: CustomStringConvertible {
  /// The message and the request it belongs to.
  public var description: String { "\(message) [\(shortDescription), \(request)]" }
}
