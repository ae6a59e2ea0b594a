internal import NPUBase
internal import NPUTransport
internal import Synchronization

/// The transport of one operation, which hands everything on and remembers what its requests bore.
///
/// What an operation returns or throws may repeat words of a server, and only its requests know which of them are secret.
final class WatchedRequests: Transport, SecretKeeper {
  private let inner: any Transport
  private struct Known {
    var texts: Set<String> = []
    /// Asked late: a token may be fetched while an exchange runs.
    var authenticators: [ObjectIdentifier: any RequestAuthenticator] = [:]
  }

  private let known = Mutex(Known())

  init(_ inner: any Transport) { self.inner = inner }

  /// What takes the secrets of all requests so far out of a text.
  var redactor: Redactor {
    let known = known.withLock(\.self)
    return Redactor(Array(known.texts) + known.authenticators.values.flatMap(\.secrets) + inner.secrets)
  }

  var now: MonotonicInstant { inner.now }
  var secrets: [String] { inner.secrets }

  func schedule(at instant: MonotonicInstant, _ action: @escaping @Sendable () -> Void) {
    inner.schedule(at: instant, action)
  }

  @discardableResult
  func start(_ request: TransferRequest, observer: any TransferObserver) -> TransferHandle {
    let secrets = Redactor.secrets(of: request.head)
    known.withLock { known in
      known.texts.formUnion(secrets)
      if let authenticator = request.authenticator {
        known.authenticators[ObjectIdentifier(authenticator)] = authenticator
      }
    }
    return inner.start(request, observer: observer)
  }
}
