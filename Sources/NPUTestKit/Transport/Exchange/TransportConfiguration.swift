internal import NPUBase

/// What all exchanges of one transport have in common.
public struct TransportConfiguration: Sendable, Hashable {
  /// Which protocol versions are offered.
  public enum HTTPVersion: String, Sendable, Hashable, CaseIterable {
    /// HTTP/1.1 on plain connections; over TLS HTTP/2 where the server offers it.
    case automatic
    /// HTTP/1.1 only.
    case http1
    /// HTTP/2 without negotiation, on plain connections too.
    ///
    /// With libcurl 7.88 (Debian 12) every plain exchange gets a connection of its own: that version breaks one used
    /// twice.
    case http2PriorKnowledge = "http2_prior_knowledge"
  }

  /// Which servers are trusted, and the client certificate to show.
  public var tls: TLSConfiguration
  /// The proxy to go through; `nil`, the default, goes direct and ignores the environment's proxy variables.
  public var proxy: ProxyConfiguration?
  /// Which protocol versions are offered; default automatic.
  public var httpVersion: HTTPVersion
  /// The value of the `User-Agent` field where a request has none.
  public var userAgent: String
  /// Connections that one libcurl multi handle looks after before the next one is opened; default 64.
  ///
  /// The work libcurl does for a finished transfer grows with the connections of its multi handle, so the transport
  /// spreads many connections over several handles on each of its threads.
  public var connectionsPerHandle: Int
  /// Threads that read and stamp; default 1, at most 64.
  ///
  /// A thread carries some thousands of streams. Each has connections, libcurl handles and timers of its own; an exchange
  /// goes to the thread that has the fewest, or to the one that asks if it has hardly more, and stays there.
  public var networkThreads: Int {
    didSet { networkThreads = min(max(1, networkThreads), Self.mostNetworkThreads) }
  }
  /// How long after its sending a request may learn that its kept-alive connection had been closed, and is sent again.
  package var newsOfClosing = Duration.seconds(1)
  /// How long our own reader keeps an idle connection in use: after two minutes, as libcurl has it, what lies on the way
  /// may have forgotten it.
  package var longestIdle = Duration.seconds(118)
  /// Whether plain HTTP/1.1 is read by our own reader, once libcurl has made the connection.
  package var readsPlainHTTP = TransportConfiguration.readsPlainHTTPByDefault

  /// Creates a configuration.
  public init(
    tls: TLSConfiguration = TLSConfiguration(), proxy: ProxyConfiguration? = nil,
    httpVersion: HTTPVersion = .automatic, userAgent: String = "NPUTestKit", connectionsPerHandle: Int = 64,
    networkThreads: Int = 1
  ) {
    self.tls = tls
    self.proxy = proxy
    self.httpVersion = httpVersion
    self.userAgent = userAgent
    self.connectionsPerHandle = connectionsPerHandle
    self.networkThreads = min(max(1, networkThreads), Self.mostNetworkThreads)
  }
}

extension TransportConfiguration {
  /// The most network threads of one transport.
  package static let mostNetworkThreads = 64

  /// The environment variable that leaves plain HTTP to libcurl, where its value is `libcurl`.
  static let plainHTTPVariable = "NPUTESTKIT_PLAIN_HTTP"

  private static let readsPlainHTTPByDefault = EnvironmentVariable.value(plainHTTPVariable) != "libcurl"
}

/// Which servers are trusted, and the client certificate to show.
public struct TLSConfiguration: Sendable, Hashable {
  /// A certificate with its key, both as PEM files, as MindIE's mutual TLS asks for.
  public struct ClientCertificate: Sendable, Hashable {
    /// Path of the certificate.
    public var certificatePath: String
    /// Path of the private key.
    public var keyPath: String
    /// The passphrase of the key, if it has one.
    public var passphrase: Secret?

    /// Creates a client certificate.
    public init(certificatePath: String, keyPath: String, passphrase: Secret? = nil) {
      self.certificatePath = certificatePath
      self.keyPath = keyPath
      self.passphrase = passphrase
    }
  }

  /// Whether certificate and host name of the server are checked; default true.
  public var verifiesServer: Bool
  /// Path of a PEM file of authorities to trust instead of the system's.
  public var authorityPath: String?
  /// The client certificate, for servers that ask for one.
  public var clientCertificate: ClientCertificate?

  /// Creates a TLS configuration.
  public init(
    verifiesServer: Bool = true, authorityPath: String? = nil, clientCertificate: ClientCertificate? = nil
  ) {
    self.verifiesServer = verifiesServer
    self.authorityPath = authorityPath
    self.clientCertificate = clientCertificate
  }
}

/// A proxy between the transport and its servers.
public struct ProxyConfiguration: Sendable, Hashable {
  /// Its address, such as `http://proxy.example:3128` or `socks5h://127.0.0.1:1080`, without user and password.
  public var address: String
  /// The user, where the proxy wants one.
  public var user: String?
  /// The password of the user.
  public var password: Secret?

  /// Creates a proxy configuration.
  public init(address: String, user: String? = nil, password: Secret? = nil) {
    self.address = address
    self.user = user
    self.password = password
  }
}

extension ProxyConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The address and whether there are a user and a password.
  public var description: String {
    shownAddress + (user == nil ? "" : " with a user") + (password == nil ? "" : " and a password")
  }

  /// The same text as the description.
  public var debugDescription: String { description }

  /// A mirror that shows what the description shows.
  public var customMirror: Mirror {
    Mirror(
      self, children: ["address": shownAddress, "user": user as Any, "password": password as Any],
      displayStyle: .struct)
  }

  /// The address without what somebody may have put before its host all the same.
  private var shownAddress: String {
    guard let end = address.lastIndex(of: "@") else { return address }
    let scheme = address.firstRange(of: "://").map { address[..<$0.upperBound] } ?? ""
    return String(scheme + address[address.index(after: end)...])
  }
}
