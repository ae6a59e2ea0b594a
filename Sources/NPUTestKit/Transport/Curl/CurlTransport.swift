internal import CNPUCurl
public import NPUBase
internal import Synchronization
internal import SystemPackage

/// The transport over libcurl: network threads of its own read, stamp and report.
///
/// Connections are kept alive and used again unless a request says otherwise. Each exchange, and each kept connection,
/// belongs to one of the threads (``TransportConfiguration/networkThreads``). They end, and every exchange that
/// still runs ends with an error of kind `shutDown`, when ``shutDown()`` is called or the last reference goes.
public final class CurlTransport: Transport, SecretKeeper {
  private let threads: [NetworkThread]
  private let hasEnded = Once()
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
    var threads: [NetworkThread] = []
    do throws(Errno) {
      for _ in 0..<configuration.networkThreads { threads.append(try NetworkThread(configuration)) }
    } catch {
      Self.end(threads)
      throw TransportError(
        kind: .other,
        message: "network thread \(threads.count + 1) of \(configuration.networkThreads) does not start: "
          + "\(error) (errno \(error.rawValue)); check the limits on descriptors and threads",
        request: "-")
    }
    self.threads = threads
  }

  deinit { shutDown() }

  /// The threads that read and stamp.
  public var networkThreads: Int { threads.count }

  /// The present instant of the clock that stamps.
  public var now: MonotonicInstant { .now }

  /// Hands one exchange to a network thread, complete with what authenticates it.
  @discardableResult
  public func start(_ request: TransferRequest, observer: any TransferObserver) -> TransferHandle {
    guard let authenticator = request.authenticator else { return Self.hand(request, observer, to: threads) }
    return AuthenticatedExchange(request, authenticator, observer, over: self) { [threads] in
      Self.hand($0, $1, to: threads)
    }.begin()
  }

  private static func hand(
    _ request: TransferRequest, _ observer: any TransferObserver, to threads: [NetworkThread]
  ) -> TransferHandle {
    guard let inbox = threads.leastBusy?.inbox, let id = inbox.start(request, observer) else {
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

  /// Calls a function on the first network thread at an instant; the timer behind it keeps microseconds.
  public func schedule(at instant: MonotonicInstant, _ action: @escaping @Sendable () -> Void) {
    threads.first?.inbox.post(.call(at: instant, action))
  }

  /// Ends every exchange and waits until the network threads are gone; further calls do nothing.
  public func shutDown() {
    guard hasEnded.claim() else { return }
    Self.end(threads)
  }

  private static func end(_ threads: [NetworkThread]) {
    for thread in threads { thread.beginToEnd() }
    for thread in threads { thread.join() }
  }
}
