internal import HTTPTypes
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
public import NPUBase
public import NPUTransport
internal import Synchronization

/// A transport that carries requests to `ws` and `wss` as exchanges of messages, and leaves all others to another one.
///
/// The body of such a request is the first message, its header fields and what authenticates it go into the handshake.
/// Each message that comes back becomes a server-sent event of the response, stamped as its last frame left the socket:
/// whoever streams, records and judges events does the same to messages. A close with code 1000, or without one, is the
/// end of the body; every other end breaks the exchange off.
///
/// A service that refuses the handshake responds as over HTTP, with its status and its body. Each exchange has a
/// connection of its own, since nothing but what messages say tells where a response ends.
public final class WebSocketTransport: Transport, SecretKeeper {
  /// What carries everything else: lists of models, tokens of an identity service.
  public let http: any Transport
  private let userAgent: String
  private let tls: NIOSSLContext
  private let group: MultiThreadedEventLoopGroup
  private let exchanges = Mutex((isShutDown: false, counter: UInt64(0), running: [UInt64: WebSocketExchange]()))

  package var secrets: [String] { http.secrets }

  /// Starts a transport.
  ///
  /// - Parameters:
  ///   - configuration: Certificates and the like. WebSockets go through no proxy.
  ///   - http: What carries all other requests; `nil` for one with the same configuration.
  /// - Throws: ``TransportError`` of kind `tls` for certificates that cannot be used, `invalidRequest` for a proxy.
  public init(
    configuration: TransportConfiguration = TransportConfiguration(), http: (any Transport)? = nil
  ) throws {
    guard configuration.proxy == nil else {
      throw TransportError(
        kind: .invalidRequest, message: "WebSockets go through no proxy; reach the service directly", request: "-")
    }
    tls = try Self.context(configuration.tls)
    userAgent = configuration.userAgent
    self.http = try http ?? CurlTransport(configuration: configuration)
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  }

  deinit { shutDown() }

  private static func context(_ configuration: NPUTransport.TLSConfiguration) throws -> NIOSSLContext {
    do {
      var tls = NIOSSL.TLSConfiguration.makeClientConfiguration()
      // A load makes many connections, and nobody waits for their good byes.
      tls.shutdownTimeout = .seconds(1)
      if !configuration.verifiesServer { tls.certificateVerification = .none }
      if let path = configuration.authorityPath { tls.trustRoots = .file(path) }
      if let certificate = configuration.clientCertificate {
        tls.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate.certificatePath).map { .certificate($0) }
        let passphrase = certificate.passphrase.map { Array($0.reveal().utf8) }
        let key =
          if let passphrase {
            try NIOSSLPrivateKey(file: certificate.keyPath, format: .pem) { $0(passphrase) }
          } else {
            try NIOSSLPrivateKey(file: certificate.keyPath, format: .pem)
          }
        tls.privateKey = .privateKey(key)
      }
      return try NIOSSLContext(configuration: tls)
    } catch {
      throw TransportError(
        kind: .tls, message: "the certificates cannot be used: \(Excerpt.of("\(error)")); check the files", request: "-"
      )
    }
  }

  /// The present instant of the clock that stamps.
  public var now: MonotonicInstant { .now }

  /// Hands one exchange over; one that is neither to `ws` nor to `wss` goes to the other transport.
  @discardableResult
  public func start(_ request: TransferRequest, observer: any TransferObserver) -> TransferHandle {
    start(request, observer: observer, rendering: .events) { _ in }
  }

  /// Calls a function on the thread of the callbacks at an instant.
  public func schedule(at instant: MonotonicInstant, _ action: @escaping @Sendable () -> Void) {
    // A century is never reached, and no sum exceeds the clock.
    let wait = min(max(.zero, now.duration(to: instant)), .seconds(3_000_000_000))
    group.next().scheduleTask(in: .nanoseconds(wait.wholeNanoseconds), action)
  }

  /// Ends every exchange and the thread; further calls do nothing.
  ///
  /// The other transport is left as it is.
  public func shutDown() {
    let running = exchanges.withLock { exchanges -> [WebSocketExchange]? in
      guard !exchanges.isShutDown else { return nil }
      exchanges.isShutDown = true
      return Array(exchanges.running.values)
    }
    guard let running else { return }
    let loop = group.next()
    for exchange in running {
      loop.execute { exchange.breakOff(.shutDown, "the transport was shut down during this request") }
    }
    // From the thread itself nobody can wait for its end.
    group.shutdownGracefully { _ in }
  }

  /// Hands one exchange over.
  ///
  /// - Parameters:
  ///   - request: What to send.
  ///   - observer: What to tell.
  ///   - rendering: How messages are handed to the observer.
  ///   - onClose: Gets what the service says as it closes the connection, before the observer is told of the end.
  /// - Returns: The handle.
  func start(
    _ request: TransferRequest, observer: any TransferObserver, rendering: MessageRendering,
    onClose: @escaping @Sendable (WebSocketClose) -> Void
  ) -> TransferHandle {
    guard let scheme = request.head.scheme, ["ws", "wss"].contains(scheme) else {
      return http.start(request, observer: observer)
    }
    let message: [UInt8]?
    do throws(TransportError) {
      _ = try request.url(["ws", "wss"])
      message = try Self.message(of: request)
    } catch {
      return Self.refuse(error, observer)
    }
    let handshake = WebSocketHandshake.request(for: request)
    // Not kept alive: the last reference to a transport ends its exchanges.
    let send = { @Sendable [weak self] (complete: TransferRequest, observer: any TransferObserver) in
      var complete = complete
      complete.head.scheme = scheme
      return self?.connect(complete, message, rendering, observer, onClose)
    }
    if let authenticator = handshake.authenticator {
      // Tokens are fetched over HTTP, which this transport hands on.
      return AuthenticatedExchange(handshake, authenticator, observer, over: self, send: send).begin()
    }
    return send(handshake, observer) ?? Self.refuse(Self.gone(request), observer)
  }

  private static func message(of request: TransferRequest) throws(TransportError) -> [UInt8]? {
    switch request.body {
    case .empty: return nil
    case .bytes(let bytes): return bytes
    case .file, .form:
      throw TransportError(
        kind: .invalidRequest, message: "a file or a form is no message of a WebSocket; send bytes",
        request: request.identity)
    }
  }

  private static func gone(_ request: TransferRequest) -> TransportError {
    TransportError(
      kind: .shutDown, message: "the transport was shut down before this request", request: request.identity)
  }

  private func connect(
    _ request: TransferRequest, _ message: [UInt8]?, _ rendering: MessageRendering, _ observer: any TransferObserver,
    _ onClose: @escaping @Sendable (WebSocketClose) -> Void
  ) -> TransferHandle {
    let loop = group.next()
    let exchange = exchanges.withLock { exchanges -> WebSocketExchange? in
      guard !exchanges.isShutDown else { return nil }
      exchanges.counter += 1
      let id = exchanges.counter
      let exchange = WebSocketExchange(
        request, message: message, rendering: rendering, observer: observer, userAgent: userAgent, loop: loop,
        onClose: onClose
      ) { [weak self] in self?.forget(id) }
      exchanges.running[id] = exchange
      return exchange
    }
    guard let exchange else { return Self.refuse(Self.gone(request), observer) }
    loop.execute { [tls] in exchange.begin(tls) }
    return TransferHandle(
      cancel: { loop.execute { exchange.breakOff(.cancelled, "the request was cancelled") } },
      resume: { loop.execute { exchange.resume() } })
  }

  private func forget(_ id: UInt64) { exchanges.withLock { $0.running[id] = nil } }

  private static func refuse(_ error: TransportError, _ observer: any TransferObserver) -> TransferHandle {
    let now = MonotonicInstant.now
    observer.transferStarted(at: now)
    observer.transferEnded(TransferEnd(error: error, instant: now))
    return TransferHandle(cancel: {}, resume: {})
  }
}
