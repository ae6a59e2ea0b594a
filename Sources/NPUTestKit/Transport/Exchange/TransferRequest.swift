public import HTTPTypes

/// One HTTP request as a transport needs it.
public struct TransferRequest: Sendable, Hashable {
  /// Method, address and header fields.
  ///
  /// Scheme and authority are required; only `http` and `https` are carried.
  public var head: HTTPRequest
  /// What to send after the head.
  public var body: TransferBody {
    didSet { bodyDigest = nil }
  }
  /// The socket in the file system to connect to instead of the authority, which then only fills the head; an absolute
  /// path.
  public var unixSocketPath: String?
  /// How long each phase may take.
  public var timeouts: TransferTimeouts
  /// How much the peer may send.
  public var limits: TransferLimits
  /// Whether a kept-alive connection may be used.
  public var connection: ConnectionPolicy
  /// How many redirects to follow; 0, the default, hands a redirect to the caller as the response it is.
  ///
  /// `Authorization` and `Cookie` go only to the host that they were meant for; every other field goes along to another
  /// host.
  public var redirectLimit: Int
  /// Whether the sockets of a connection of its own are to hold as few bytes as they can, so that a reader that pauses
  /// holds up the writer soon: with usual buffers megabytes lie between the two.
  package var hasNarrowSockets = false
  /// What completes the request as it is sent; `nil`, the default, sends it as it stands.
  public var authenticator: (any RequestAuthenticator)? {
    get { reference?.authenticator }
    set { reference = newValue.map { AuthenticatorReference($0) } }
  }
  private var reference: AuthenticatorReference?
  /// The signature that libcurl adds as it sends the request; `nil`, the default, for none.
  package var signature: SignatureV4?
  /// The hash of the body in hexadecimal digits, where an authenticator has taken it beforehand.
  package var bodyDigest: String?

  /// Creates a request.
  public init(
    head: HTTPRequest, body: TransferBody = .empty, unixSocketPath: String? = nil,
    timeouts: TransferTimeouts = TransferTimeouts(),
    limits: TransferLimits = TransferLimits(), connection: ConnectionPolicy = .keepAlive, redirectLimit: Int = 0
  ) {
    self.head = head
    self.body = body
    self.unixSocketPath = unixSocketPath
    self.timeouts = timeouts
    self.limits = limits
    self.connection = connection
    self.redirectLimit = redirectLimit
  }
}

/// Whether an exchange may use a connection that an earlier one left open.
public enum ConnectionPolicy: Sendable, Hashable, CaseIterable {
  /// Use an idle connection if there is one, and leave this one open afterwards.
  ///
  /// What libcurl carries as a whole (files and forms, requests that ask for compression or follow redirects) and other
  /// requests of plain HTTP do not use each other's connections.
  ///
  /// A server may close an idle connection just as a request goes out on it. A request that at once gets no line back from
  /// such a connection is sent once more on a fresh one; ``TransferMetrics/wasResent`` tells.
  case keepAlive
  /// Open a new connection and close it afterwards.
  case fresh
}

/// How long each phase of an exchange may take; `nil` means without limit.
public struct TransferTimeouts: Sendable, Hashable {
  /// Name lookup, connection and TLS handshake together; default 30 seconds.
  public var connect: Duration?
  /// From the request being written to the first byte of the response body, or to its end if it has none; default 600
  /// seconds.
  public var firstByte: Duration?
  /// Silence between two pieces of the body; default 120 seconds.
  public var idle: Duration?
  /// The whole exchange; default without limit.
  public var total: Duration?
  /// Silence of the content of a stream, from the first byte of its body on: keep-alive comments, pings, blank lines and
  /// empty objects are bytes, and say nothing; in a load of a language model empty deltas neither.
  ///
  /// `nil`, the default, takes ``firstByte``, which counts from the request, before the first content and ``idle`` after
  /// it.
  public var content: Duration?

  /// Creates a set of timeouts.
  public init(
    connect: Duration? = .seconds(30), firstByte: Duration? = .seconds(600), idle: Duration? = .seconds(120),
    total: Duration? = nil, content: Duration? = nil
  ) {
    self.connect = connect
    self.firstByte = firstByte
    self.idle = idle
    self.total = total
    self.content = content
  }
}

/// How much a peer may send in one response.
public struct TransferLimits: Sendable, Hashable {
  /// Bytes of all header lines together; default 256 KiB.
  public var headerBytes: Int
  /// Bytes of the body after decoding; default 1 GiB, of which clients of services allow what the kind of response
  /// takes: 64 MiB for a JSON document, 32 MiB and more for each image, 256 MiB for speech.
  public var bodyBytes: Int
  /// Bytes of one line, and of one event, of a body that is read as a stream of events; default 16 MiB.
  public var lineBytes: Int

  /// Creates a set of limits.
  public init(
    headerBytes: Int = 256 << 10, bodyBytes: Int = TransferLimits.usualBodyBytes, lineBytes: Int = 16 << 20
  ) {
    self.headerBytes = headerBytes
    self.bodyBytes = bodyBytes
    self.lineBytes = lineBytes
  }
}

extension TransferLimits {
  /// The limit of a body where nobody has chosen another.
  public static let usualBodyBytes = 1 << 30

  /// Bytes of a JSON document that is no image or sound.
  package static let documentBytes = 64 << 20
  /// Bytes of one image of unknown size.
  package static let imageBytes = 32 << 20

  /// The limits with that of the body lowered to what a kind of response takes, unless somebody has chosen another.
  package func allowing(bodyBytes: Int) -> TransferLimits {
    var limits = self
    if limits.bodyBytes == Self.usualBodyBytes { limits.bodyBytes = min(bodyBytes, limits.bodyBytes) }
    return limits
  }
}

extension TransferTimeouts {
  /// The shortest of the limits.
  var shortest: Duration? {
    [connect, firstByte, idle, total, content].compactMap(\.self).min()
  }

  /// The limit on the silence of content once the body has begun.
  ///
  /// - Parameter begun: Whether any content has come.
  /// - Returns: The limit; `nil` without one.
  func silence(begun: Bool) -> Duration? { content ?? (begun ? idle : firstByte) }

  /// What a response did that broke it.
  static func silenceMessage(_ limit: Duration) -> String {
    "the response held nothing but keep-alive comments, pings or empty events for \(limit)"
  }
}

extension TransferRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Method and address, the names of the header fields, and the kind and size of the body.
  ///
  /// Values of fields are left out, because credentials are among them.
  public var description: String {
    let names = head.headerFields.map(\.name.rawName).joined(separator: ", ")
    return "\(identity), headers [\(names)], \(body)"
  }

  /// The same as the description.
  public var debugDescription: String { description }

  /// What the description shows, and the limits.
  public var customMirror: Mirror {
    Mirror(
      self,
      children: [
        "identity": identity, "headers": head.headerFields.map(\.name.rawName), "body": body.description,
        "timeouts": timeouts, "limits": limits, "connection": connection, "redirectLimit": redirectLimit,
      ], displayStyle: .struct)
  }
}
