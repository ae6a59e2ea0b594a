import HTTPTypes
import NPUBase
import NPUTransport
internal import Synchronization
import TestSupport

/// Notes everything a transport tells of one exchange, and lets a test wait for it.
final class RecordingObserver: TransferObserver {
  enum Event: Sendable, Hashable {
    case started(MonotonicInstant)
    case sent(MonotonicInstant)
    case head(HTTPResponse, MonotonicInstant)
    case body(count: Int, MonotonicInstant)
    case ended(TransferEnd)

    var instant: MonotonicInstant {
      switch self {
      case .started(let instant), .sent(let instant), .head(_, let instant), .body(_, let instant): instant
      case .ended(let end): end.instant
      }
    }

    var name: String {
      switch self {
      case .started: "started"
      case .sent: "sent"
      case .head: "head"
      case .body: "body"
      case .ended: "ended"
      }
    }
  }

  struct Log: Sendable {
    var events: [Event] = []
    var body: [UInt8] = []
    var bodyBytes = 0
    var handle: TransferHandle?

    var end: TransferEnd? {
      guard case .ended(let end)? = events.last else { return nil }
      return end
    }

    var head: HTTPResponse? {
      for case .head(let head, _) in events { return head }
      return nil
    }

    /// The names of the events in order, repetitions left out.
    var names: [String] {
      events.reduce(into: []) { names, event in if names.last != event.name { names.append(event.name) } }
    }

    func count(_ name: String) -> Int { events.count { $0.name == name } }
  }

  private let watched: Watched<Log>
  private let keepsBody: Bool
  private let demand: @Sendable (Event, Log) -> TransferDemand

  /// Creates an observer.
  ///
  /// - Parameters:
  ///   - keepsBody: Whether the bytes of the body are kept, or only counted.
  ///   - demand: Called with every event after it was noted; what it returns counts for pieces of the body.
  init(keepsBody: Bool = true, demand: @escaping @Sendable (Event, Log) -> TransferDemand = { _, _ in .more }) {
    watched = Watched(Log())
    self.keepsBody = keepsBody
    self.demand = demand
  }

  var log: Log { watched.value }

  /// Starts an exchange that this observer watches, and keeps its handle in the log.
  @discardableResult
  func start(_ request: TransferRequest, on transport: some Transport) -> TransferHandle {
    let handle = transport.start(request, observer: self)
    watched.change { $0.handle = handle }
    return handle
  }

  /// Suspends until the exchange has ended.
  @discardableResult
  func ended() async -> TransferEnd {
    await watched.wait { $0.end != nil }.end ?? TransferEnd(instant: .now)
  }

  /// Suspends until the log meets a condition.
  @discardableResult
  func wait(until condition: @escaping @Sendable (Log) -> Bool) async -> Log {
    await watched.wait(until: condition)
  }

  func transferStarted(at instant: MonotonicInstant) { note(.started(instant)) }
  func transferSent(at instant: MonotonicInstant) { note(.sent(instant)) }
  func transferReceived(head: HTTPResponse, at instant: MonotonicInstant) { note(.head(head, instant)) }
  func transferEnded(_ end: TransferEnd) { note(.ended(end)) }

  func transferReceived(body bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand {
    let copy = keepsBody ? unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) } : []
    return note(.body(count: bytes.count, instant), copy)
  }

  @discardableResult
  private func note(_ event: Event, _ bytes: [UInt8] = []) -> TransferDemand {
    let log = watched.change { log in
      log.events.append(event)
      log.body += bytes
      if case .body(let count, _) = event { log.bodyBytes += count }
      return log
    }
    return demand(event, log)
  }
}
