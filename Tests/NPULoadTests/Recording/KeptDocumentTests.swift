import HTTPTypes
import NPUBase
import NPULoad
import NPUTransport
import Testing

@Suite("The stream recorder: documents that it keeps")
struct KeptDocumentTests {
  private static let start = MonotonicInstant(nanoseconds: 0)
  private static let document =
    #"{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"#

  /// A recorder that has got a document of which every character came alone.
  private func recorder(
    _ budget: BodyBudget, status: Int = 200, isStreamed: Bool = false
  ) -> (StreamRecorder, stopped: Bool) {
    let recorder = StreamRecorder(index: 0, expectation: .init(isStreamed: isStreamed)) { _ in }
    recorder.budget = budget
    recorder.transferStarted(at: Self.start)
    recorder.transferReceived(
      head: HTTPResponse(status: .init(code: status), headerFields: [.contentType: "application/json"]), at: Self.start)
    let stopped = Self.document.utf8.contains { recorder.transferReceived(body: [$0].span, at: Self.start) == .stop }
    recorder.transferEnded(TransferEnd(instant: Self.start))
    return (recorder, stopped)
  }

  @Test("They count in the budget of all bodies until their records are made")
  func budget() {
    let size = Self.document.utf8.count
    let budget = BodyBudget(limit: 2 * size)
    let (first, second) = (recorder(budget), recorder(budget))
    #expect(budget.used == 2 * size)
    let third = recorder(budget)
    #expect(third.stopped)
    let refused = third.0.makeRecord().outcome
    #expect(refused.kind == .init(.bodyTooLarge))
    #expect(refused.message?.contains("exceed \(2 * size) bytes together") == true)
    #expect(first.0.makeRecord().outcome.isSuccess)
    #expect(budget.used == size)
    #expect(recorder(budget).0.makeRecord().outcome.isSuccess)
    #expect(second.0.makeRecord().outcome.isSuccess)
    #expect(budget.used == 0)
  }

  @Test("One that nobody asks for its record gives its room back")
  func dropped() {
    let budget = BodyBudget(limit: 1_000)
    do { #expect(!recorder(budget).stopped) }
    #expect(budget.used == 0)
  }

  @Test("Of a failure only an excerpt is kept, which takes no room of the documents", arguments: [false, true])
  func excerpts(isStreamed: Bool) {
    let (recorder, stopped) = recorder(BodyBudget(limit: 0), status: isStreamed ? 200 : 500, isStreamed: isStreamed)
    #expect(!stopped)
    #expect(recorder.makeRecord().outcome.kind == (isStreamed ? .wrongContentType : .httpStatus(500)))
  }
}
