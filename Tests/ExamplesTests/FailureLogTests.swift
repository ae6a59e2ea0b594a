import ExampleSupport
import NPUTestKit
import Synchronization
import Testing

@Suite("Failures while a run goes on")
struct FailureLogTests {
  private func failed(_ index: Int, _ kind: String = "http_503", service: String? = nil) -> RequestRecord {
    RequestRecord(
      index: index, service: service, timeline: StreamTimeline(started: MonotonicInstant(nanoseconds: 0)),
      outcome: Outcome(.init(rawValue: kind), status: 503, message: "the engine is full"))
  }

  /// A log whose clock stands at the second that a test sets.
  private func log() -> (log: FailureLog, seconds: Clock) {
    let clock = Clock()
    return (FailureLog { (MonotonicInstant(nanoseconds: clock.second.withLock(\.self) * 1_000_000_000), "T") }, clock)
  }

  private final class Clock: Sendable {
    let second = Mutex<Int64>(0)
    func set(_ value: Int64) { second.withLock { $0 = value } }
  }

  @Test("The first failures of a kind have a line each, with time, request, service and reason")
  func first() {
    let (log, _) = log()
    #expect(log.lines(for: failed(7)) == ["T  request 7 failed: http_503: the engine is full"])
    #expect(
      log.lines(for: failed(8, service: "chat")) == ["T  request 8 of chat failed: http_503: the engine is full"])
    var good = failed(9)
    good.outcome = Outcome(.success)
    #expect(log.lines(for: good).isEmpty)
    #expect(log.lines(for: failed(10, "cancelled")).isEmpty)
    #expect(log.rest().isEmpty)
  }

  @Test("Ten thousand a second are counted, with a line now and then and one at the end")
  func many() {
    let (log, clock) = log()
    var lines: [String] = []
    for second in 0..<30 {
      clock.set(Int64(second))
      for index in 0..<10_000 { lines += log.lines(for: failed(second * 10_000 + index, "connection_refused")) }
    }
    lines += log.rest()
    #expect(lines.count == 5 + 2 + 1)
    #expect(lines[5].contains("more requests failed by connection_refused"))
    #expect(lines.last?.hasSuffix("300000 in all") == true)
    #expect(log.rest().isEmpty)
  }

  @Test("So are ten thousand kinds")
  func kinds() {
    let (log, _) = log()
    let lines = (0..<10_000).flatMap { log.lines(for: failed($0, "kind_\($0)")) }
    #expect(lines.count <= 70)
    #expect(log.rest().count == 1)
  }
}
