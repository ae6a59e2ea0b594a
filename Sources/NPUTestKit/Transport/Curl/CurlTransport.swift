internal import CNPUCurl
public import NPUBase
internal import Synchronization
internal import SystemPackage

/// The transport over libcurl: one network thread reads, stamps and reports.
///
/// Connections are kept alive and used again unless a request says otherwise. The thread ends, and every exchange that
/// still runs ends with an error of kind `shutDown`, when ``shutDown()`` is called or the last reference goes.
public final class CurlTransport: Transport, SecretKeeper {
  private let inbox: TransferInbox
  private let thread: Mutex<JoinableThread?>
  package let secrets: [String]

  /// Starts a transport.
  ///
  /// - Parameter configuration: What all its exchanges have in common.
  /// - Throws: ``TransportError`` of kind `other` when the system gives no thread or descriptor.
  public init(configuration: TransportConfiguration = TransportConfiguration()) throws {
    secrets = configuration.secrets
    let code = cnpu_global_init()
    guard code == CURLE_OK else {
      throw TransportError(kind: .other, message: "libcurl does not start: code \(code.rawValue)", request: "-")
    }
    do throws(Errno) {
      let inbox = try TransferInbox()
      // Proof for the unchecked crossing: the loop is made here, handed to the thread, and touched by nobody else
      // again.
      nonisolated(unsafe) let loop = try TransferLoop(inbox: inbox, configuration: configuration)
      thread = Mutex(try JoinableThread { unsafe loop.run() })
      self.inbox = inbox
    } catch {
      throw TransportError(
        kind: .other,
        message: "the network thread does not start: \(error) (errno \(error.rawValue)); "
          + "check the limits on descriptors and threads",
        request: "-")
    }
  }

  deinit { shutDown() }

  /// The present instant of the clock that stamps.
  public var now: MonotonicInstant { .now }

  /// Hands one exchange to the network thread, complete with what authenticates it.
  @discardableResult
  public func start(_ request: TransferRequest, observer: any TransferObserver) -> TransferHandle {
    guard let authenticator = request.authenticator else { return Self.hand(request, observer, to: inbox) }
    return AuthenticatedExchange(request, authenticator, observer, over: self) { [inbox] in
      Self.hand($0, $1, to: inbox)
    }.begin()
  }

  private static func hand(
    _ request: TransferRequest, _ observer: any TransferObserver, to inbox: TransferInbox
  ) -> TransferHandle {
    guard let id = inbox.start(request, observer) else {
      observer.transferStarted(at: .now)
      observer.transferEnded(
        TransferEnd(
          error: TransportError(
            kind: .shutDown, message: "the transport was shut down before this request", request: request.identity),
          instant: .now))
      return TransferHandle(cancel: {}, resume: {})
    }
    return TransferHandle(
      cancel: { [inbox] in inbox.post(.cancel(id: id)) },
      resume: { [inbox] in inbox.post(.resume(id: id)) })
  }

  /// Calls a function on the network thread at an instant; the timer behind it keeps microseconds.
  public func schedule(at instant: MonotonicInstant, _ action: @escaping @Sendable () -> Void) {
    inbox.post(.call(at: instant, action))
  }

  /// Ends every exchange and waits until the network thread is gone; further calls do nothing.
  public func shutDown() {
    inbox.post(.shutDown)
    thread.withLock { thread in
      defer { thread = nil }
      return thread
    }?.join()
  }
}
