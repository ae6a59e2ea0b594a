import HTTPTypes
import NPUBase
import NPUTransport
import Synchronization

/// Counts from 0.
final class Counter: Sendable {
  private let value = Atomic(0)

  func next() -> Int { value.add(1, ordering: .relaxed).oldValue }
}

/// Waits for the end of an exchange.
final class EndObserver: TransferObserver {
  private let onEnd: @Sendable (TransferEnd) -> Void

  init(onEnd: @escaping @Sendable (TransferEnd) -> Void) { self.onEnd = onEnd }

  func transferStarted(at instant: MonotonicInstant) {}
  func transferSent(at instant: MonotonicInstant) {}
  func transferReceived(head: HTTPResponse, at instant: MonotonicInstant) {}
  func transferReceived(body bytes: Span<UInt8>, at instant: MonotonicInstant) -> TransferDemand { .more }
  func transferEnded(_ end: TransferEnd) { onEnd(end) }
}
