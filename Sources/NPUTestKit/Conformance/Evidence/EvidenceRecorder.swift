import HTTPTypes
internal import NPUBase
internal import NPUTransport
import Synchronization

/// A transport that hands everything on to another one and keeps excerpts of it.
///
/// However many requests a check sends, it keeps the first three exchanges, three that went wrong, and the last two.
/// Each exchange gets a connection of its own: one that a service closes while it is idle breaks the next request by
/// chance, which is within HTTP and no finding.
final class EvidenceRecorder: Transport, SecretKeeper {
  private static let firstKept = 3
  private static let badKept = 3
  private static let lastKept = 2

  private struct State {
    var total = 0
    var open: [Int: Evidence.Exchange] = [:]
    var first: [(Int, Evidence.Exchange)] = []
    var bad: [(Int, Evidence.Exchange)] = []
    var last: [(Int, Evidence.Exchange)] = []
  }

  private let inner: any Transport
  private let redactor: Redactor
  private let state = Mutex(State())

  init(_ inner: any Transport, redactor: Redactor) {
    self.inner = inner
    self.redactor = redactor
  }

  var now: MonotonicInstant { inner.now }
  var secrets: [String] { inner.secrets }

  func schedule(at instant: MonotonicInstant, _ action: @escaping @Sendable () -> Void) {
    inner.schedule(at: instant, action)
  }

  @discardableResult
  func start(_ request: TransferRequest, observer: any TransferObserver) -> TransferHandle {
    var body = BodyExcerpt(head: 600, tail: 100, margin: redactor.margin)
    if case .bytes(let bytes) = request.body { body.append(bytes.span) }
    var request = request
    request.connection = .fresh
    // Some servers keep a thread for seconds on a connection that they could have closed. HTTP/2 has no such field.
    if request.head.scheme == "http", request.head.headerFields[.connection] == nil {
      request.head.headerFields[.connection] = "close"
    }
    let exchange = Evidence.Exchange(
      request: redactor.clean(request.identity), requestBody: body.text(redactor),
      requestBytes: request.body.bytesInMemory,
      status: nil, contentType: nil, responseBody: "", responseBytes: 0, seconds: nil, error: nil)
    let number = state.withLock { state in
      state.total += 1
      state.open[state.total] = exchange
      return state.total
    }
    let witness = Witness(
      observer: observer, began: inner.now, excerpt: BodyExcerpt(head: 600, tail: 300, margin: redactor.margin)
    ) { [weak self] seen in self?.end(number, seen) }
    return inner.start(request, observer: witness)
  }

  /// What has been kept; exchanges that have not ended are shown without an end.
  var evidence: Evidence {
    state.withLock { state in
      let open = state.open.sorted { $0.key < $1.key }.prefix(Self.lastKept).map { ($0.key, $0.value) }
      let kept = (state.first + state.bad + state.last + open).sorted { $0.0 < $1.0 }
      return Evidence(exchanges: kept.map(\.1), total: state.total)
    }
  }

  private func end(_ number: Int, _ seen: Witness.Seen) {
    // Texts are made outside the lock, and only here: on the network thread a load test would feel it.
    let body = seen.excerpt.text(redactor)
    let error = seen.error.map { redactor.clean("\($0)") }
    state.withLock { state in
      guard var exchange = state.open.removeValue(forKey: number) else { return }
      exchange.status = seen.status
      exchange.contentType = seen.contentType.map(redactor.clean)
      exchange.responseBody = body
      exchange.responseBytes = seen.excerpt.count
      exchange.seconds = seen.seconds
      exchange.error = error
      let isBad = error != nil || !(seen.status.map { (200...299).contains($0) } ?? false)
      if state.first.count < Self.firstKept {
        state.first.append((number, exchange))
      } else if isBad, state.bad.count < Self.badKept {
        state.bad.append((number, exchange))
      } else {
        state.last.append((number, exchange))
        if state.last.count > Self.lastKept { state.last.removeFirst() }
      }
    }
  }
}

/// Tells the true observer everything, and remembers excerpts.
private final class Witness: TransferObserver {
  struct Seen {
    var status: Int?
    var contentType: String?
    var excerpt: BodyExcerpt
    var seconds: Double?
    var error: TransportError?
  }

  private let observer: any TransferObserver
  private let began: MonotonicInstant
  private let seen: Mutex<Seen>
  private let onEnd: @Sendable (Seen) -> Void

  init(
    observer: any TransferObserver, began: MonotonicInstant, excerpt: BodyExcerpt,
    onEnd: @escaping @Sendable (Seen) -> Void
  ) {
    self.observer = observer
    self.began = began
    self.onEnd = onEnd
    seen = Mutex(Seen(excerpt: excerpt))
  }

  func transferStarted(at instant: MonotonicInstant) { observer.transferStarted(at: instant) }
  func transferSent(at instant: MonotonicInstant) { observer.transferSent(at: instant) }

  func transferReceived(head: HTTPResponse, at instant: MonotonicInstant) {
    seen.withLock { seen in
      seen.status = head.status.code
      seen.contentType = head.headerFields[.contentType].map { Excerpt.of($0, limit: 100) }
    }
    observer.transferReceived(head: head, at: instant)
  }

  func transferReceived(body bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand {
    let piece = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    seen.withLock { $0.excerpt.append(piece.span) }
    return observer.transferReceived(body: bytes, at: instant)
  }

  func transferEnded(_ end: TransferEnd) {
    let seen = seen.withLock { seen in
      seen.error = end.error
      seen.seconds = began.duration(to: end.instant).seconds
      return seen
    }
    onEnd(seen)
    observer.transferEnded(end)
  }
}
