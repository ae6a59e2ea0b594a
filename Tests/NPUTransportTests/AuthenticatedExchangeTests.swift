import Foundation
import HTTPTypes
import NPUBase
import NPUTransport
import Synchronization
import TestSupport
import Testing

@Suite("A request that gets its token as it is sent", .timeLimit(.minutes(30)))
struct AuthenticatedExchangeTests {
  private static let name = HTTPField.Name.named("X-Auth-Token")
  private static let refusal = [
    ScriptedTransport.Step.head(status: 401, contentType: "application/json"), .body("renew"),
  ]

  /// Gives tokens that are counted; the first must be fetched, unless it is there.
  private final class Tokens: RequestAuthenticator {
    let name = "token of a test"
    private let count: Atomic<Int>
    private let onRenewal: @Sendable () async -> Void

    init(count: Int = 0, onRenewal: @escaping @Sendable () async -> Void = {}) {
      self.count = Atomic(count)
      self.onRenewal = onRenewal
    }

    var secrets: [String] { [] }

    func complete(_ request: TransferRequest, at instant: MonotonicInstant) throws(TransportError) -> TransferRequest? {
      let number = count.load(ordering: .sequentiallyConsistent)
      guard number > 0 else { return nil }
      var request = request
      request.head.headerFields[AuthenticatedExchangeTests.name] = "token-\(number)"
      return request
    }

    func isRefused(_ head: HTTPResponse, _ body: [UInt8]) -> Bool { body == bytes("renew") }

    func renew(replacing refused: TransferRequest?, over transport: any Transport) async throws(TransportError) {
      await onRenewal()
      count.add(1, ordering: .sequentiallyConsistent)
    }
  }

  /// Without timeouts: in scripted time they come at once where nothing else does.
  private static func request(_ tokens: Tokens) -> TransferRequest {
    .to("h.example") { request in
      request.authenticator = tokens
      request.timeouts = TransferTimeouts(connect: nil, firstByte: nil, idle: nil)
    }
  }

  /// Lets everything happen that is due by then.
  private static func settle(_ transport: ScriptedTransport) async throws {
    for _ in 0..<3 { try await transport.wait(until: transport.now.advanced(by: .seconds(1))) }
  }

  @Test("ends once when it is cancelled while its token comes, and is never sent")
  func cancelledWhileFetching() async throws {
    let (asked, answered) = (Gate(), Gate())
    let tokens = Tokens {
      asked.open()
      await answered.passed()
    }
    let transport = ScriptedTransport { _ in [.hang] }
    let observer = RecordingObserver()
    let handle = observer.start(Self.request(tokens), on: transport)
    await asked.passed()
    handle.cancel()
    await observer.ended()
    answered.open()
    try await Self.settle(transport)
    #expect(observer.log.events.map(\.name) == ["started", "ended"])
    #expect(observer.log.end?.error?.kind == .cancelled)
    #expect(transport.requests.isEmpty)
  }

  @Test("ends once when it is cancelled while it is being sent, before anybody has its handle")
  func cancelledWhileSending() async throws {
    let transport = ScriptedTransport { _ in [.hang] }
    let answered = Gate()
    let observer = RecordingObserver { event, log in
      if event.name == "started" { log.handle?.cancel() }
      return .more
    }
    // The token comes when the test has the handle.
    observer.start(Self.request(Tokens { await answered.passed() }), on: transport)
    answered.open()
    await observer.ended()
    try await Self.settle(transport)
    #expect(observer.log.count("ended") == 1)
    #expect(observer.log.end?.error?.kind == .cancelled)
  }

  @Test("can be cancelled on its second way, although the first sending gives its handle only then")
  func lateHandle() async throws {
    let transport = LateTransport(refusal: Self.refusal)
    let tokens = Tokens(count: 1)
    let observer = RecordingObserver()
    let begun = OneShot<TransferHandle>()
    // The sending waits for another one: no task may.
    Thread.detachNewThread {
      begun.give(
        AuthenticatedExchange(Self.request(tokens), tokens, observer, over: transport) { transport.send($0, $1) }
          .begin()
      )
    }
    await begun.wait().cancel()
    await observer.ended()
    #expect(transport.cancelled == [1])
    #expect(observer.log.events.map(\.name) == ["started", "sent", "ended"])
  }

  /// A transport whose first exchange is refused, and ended, before its sender has the handle of it: that comes when the
  /// second is on its way.
  private final class LateTransport: Transport {
    private let secondIsOnItsWay = Gate()
    private let refusal: [ScriptedTransport.Step]
    private let state = Mutex((sent: 0, cancelled: [Int]()))

    init(refusal: [ScriptedTransport.Step]) { self.refusal = refusal }

    var now: MonotonicInstant { .now }
    var cancelled: [Int] { state.withLock(\.cancelled) }

    func start(_ request: TransferRequest, observer: any TransferObserver) -> TransferHandle { send(request, observer) }

    func schedule(at instant: MonotonicInstant, _ action: @escaping @Sendable () -> Void) { action() }

    func send(_ request: TransferRequest, _ observer: any TransferObserver) -> TransferHandle {
      let number = state.withLock { state in
        defer { state.sent += 1 }
        return state.sent
      }
      observer.transferStarted(at: now)
      observer.transferSent(at: now)
      let handle = TransferHandle(
        cancel: { [weak self] in
          guard let self else { return }
          state.withLock { $0.cancelled.append(number) }
          if number == 1 {
            let error = TransportError(kind: .cancelled, message: "cancelled", request: request.identity)
            observer.transferEnded(TransferEnd(error: error, instant: now))
          }
        }, resume: {})
      guard number == 0 else {
        // Behind the hand-over of this handle, as good as always; any order must pass.
        Task.detached { self.secondIsOnItsWay.open() }
        return handle
      }
      for case .head(let head) in refusal { observer.transferReceived(head: head, at: now) }
      for case .body(let bytes) in refusal { _ = observer.transferReceived(body: bytes.span, at: now) }
      observer.transferEnded(TransferEnd(instant: now))
      secondIsOnItsWay.pass()
      return handle
    }
  }
}
