import HTTPTypes
import NPUBase
import NPUServices
import NPUTransport
import Synchronization
import TestSupport
import Testing

/// A transport whose response is never ended by its server, and whose clock the test has in its hand.
private final class SilentTransport: Transport {
  private struct State {
    var observer: (any TransferObserver)?
    var calls: [(instant: MonotonicInstant, action: @Sendable () -> Void)] = []
  }

  private let body: String
  private let state = Mutex(State())

  init(_ body: String) { self.body = body }

  var now: MonotonicInstant { MonotonicInstant(nanoseconds: 7_000_000_000) }

  /// What is to be done later, and when.
  var calls: [(instant: MonotonicInstant, action: @Sendable () -> Void)] { state.withLock(\.calls) }

  func start(_ request: TransferRequest, observer: any TransferObserver) -> TransferHandle {
    state.withLock { $0.observer = observer }
    observer.transferStarted(at: now)
    observer.transferReceived(
      head: HTTPResponse(status: .ok, headerFields: [.contentType: "text/event-stream"]), at: now)
    _ = observer.transferReceived(body: Array(body.utf8).span, at: now)
    return TransferHandle(cancel: { self.cancel() }, resume: {})
  }

  private func cancel() {
    let observer = state.withLock { state in
      defer { state.observer = nil }
      return state.observer
    }
    observer?.transferEnded(
      TransferEnd(error: TransportError(kind: .cancelled, message: "cancelled", request: ""), instant: now))
  }

  func schedule(at instant: MonotonicInstant, _ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.calls.append((instant, action)) }
    // Nothing else will happen: the time passes at once.
    action()
  }
}

@Suite("The end of a chat stream whose connection stays open")
struct ChatStreamEndTests {
  @Test("comes a second after the end mark, without an error")
  func silentEnd() async throws {
    let transport = SilentTransport(ChatEvents.hello + ChatEvents.done)
    let (chunks, error) = await (try ChatClient(transport)).collect()
    #expect(error == nil, "\(String(describing: error))")
    #expect(chunks.assembled().text == "Hello")
    #expect(transport.calls.map(\.instant) == [transport.now.advanced(by: .seconds(1))])
  }
}
