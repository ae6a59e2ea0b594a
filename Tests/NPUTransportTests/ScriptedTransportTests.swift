import HTTPTypes
import NPUBase
import NPUTransport
import TestSupport
import Testing

@Suite("The scripted transport", .timeLimit(.minutes(30)))
struct ScriptedTransportTests {
  private static let start = MonotonicInstant(nanoseconds: 1_000_000_000)

  private func after(_ duration: Duration) -> MonotonicInstant { Self.start.advanced(by: duration) }

  @Test("plays its steps in a time of its own, without waiting")
  func playsSteps() throws {
    let before = MonotonicInstant.now
    let transport = ScriptedTransport { _ in
      [.wait(.seconds(3600)), .head(status: 200), .wait(.milliseconds(5)), .body("a"), .body("b"), .wait(.seconds(1))]
    }
    let observer = RecordingObserver()
    observer.start(.unlimited, on: transport)
    let log = observer.log
    #expect(log.events.map(\.name) == ["started", "sent", "head", "body", "body", "ended"])
    #expect(
      log.events.map(\.instant)
        == [
          .zero, .zero, .seconds(3600), .seconds(3600) + .milliseconds(5), .seconds(3600) + .milliseconds(5),
          .seconds(3601) + .milliseconds(5),
        ].map(after))
    #expect(log.body == bytes("ab"))
    #expect(log.head?.headerFields[.contentType] == "text/event-stream")
    #expect(log.end?.error == nil)
    #expect(transport.now == after(.seconds(3601) + .milliseconds(5)))
    #expect(transport.requests == [.unlimited])
    #expect(before.duration(to: .now) < .seconds(60))
  }

  @Test("answers each request by its own script, and the exchanges interleave by their instants")
  func interleaves() {
    let transport = ScriptedTransport { request in
      let delay: Duration = request.head.path == "/slow" ? .milliseconds(30) : .milliseconds(20)
      return [.head(status: 200)] + (0..<3).flatMap { _ in [ScriptedTransport.Step.wait(delay), .body("x")] }
    }
    let order = Watched<[String]>([])
    // Nothing is played before both stand in the queue.
    transport.schedule(at: transport.now) {
      for path in ["/slow", "/fast"] {
        let observer = RecordingObserver { event, log in
          if event.name == "body" { order.change { $0.append("\(path)\(log.count("body"))") } }
          return .more
        }
        observer.start(.to("host", path: path), on: transport)
      }
    }
    // At 60 ms both are due; the one that was queued first, at 30 ms, comes first.
    #expect(order.value == ["/fast1", "/slow1", "/fast2", "/slow2", "/fast3", "/slow3"])
    #expect(transport.now == after(.milliseconds(90)))
  }

  @Test("calls functions at their instants, between the steps of exchanges, and those of the past at once")
  func callsAtInstants() {
    let transport = ScriptedTransport { _ in [.head(status: 200), .wait(.seconds(10)), .body("x")] }
    let calls = Watched<[String]>([])
    @Sendable func note(_ name: String) {
      let instant = transport.now
      calls.change { $0.append("\(name) \(Self.start.duration(to: instant).components.seconds)") }
    }
    transport.schedule(at: transport.now) {
      RecordingObserver { event, _ in
        if event.name == "body" { note("body") }
        return .more
      }.start(.to("host"), on: transport)
      transport.schedule(at: after(.seconds(12))) { note("after") }
      transport.schedule(at: after(.seconds(5))) {
        note("between")
        transport.schedule(at: after(.seconds(1))) { note("late") }
      }
    }
    #expect(calls.value == ["between 5", "late 5", "body 10", "after 12"])
  }

  @Test("rests after a pause until it is resumed, and its waits are not shortened by that")
  func pauses() {
    let transport = ScriptedTransport { _ in
      [.head(status: 200), .body("a"), .wait(.seconds(1)), .body("b"), .body("c")]
    }
    let observer = RecordingObserver { event, _ in event.name == "body" ? .pause : .more }
    let handle = observer.start(.to("host"), on: transport)
    #expect(observer.log.body == bytes("a"))
    #expect(transport.now == Self.start)
    handle.resume()
    #expect(observer.log.body == bytes("ab"))
    #expect(transport.now == after(.seconds(1)))
    handle.resume()
    #expect(observer.log.body == bytes("abc"))
    #expect(observer.log.end == nil)
    handle.resume()
    #expect(observer.log.end?.error == nil)
    handle.resume()
    #expect(observer.log.count("ended") == 1)
  }

  @Test("a resumption that comes before the pause it answers is not lost, nor played twice", arguments: 1...3)
  func resumesEarly(times: Int) {
    let transport = ScriptedTransport { _ in
      [.head(status: 200), .body("a"), .wait(.seconds(1)), .body("b"), .wait(.seconds(1)), .body("c")]
    }
    let handle = Watched<TransferHandle?>(nil)
    let observer = RecordingObserver { event, _ in
      guard event.name == "body" else { return .more }
      for _ in 0..<times { handle.value?.resume() }
      return .pause
    }
    transport.schedule(at: transport.now) {
      handle.change { $0 = transport.start(.to("host"), observer: observer) }
    }
    #expect(observer.log.body == bytes("abc"))
    #expect(observer.log.end?.error == nil)
    #expect(observer.log.events.map(\.instant).last == after(.seconds(2)))
  }

  @Test("a stop ends the exchange well, without the rest")
  func stops() {
    let transport = ScriptedTransport { _ in [.head(status: 200), .body("a"), .body("b")] }
    let observer = RecordingObserver { event, _ in event.name == "body" ? .stop : .more }
    observer.start(.to("host"), on: transport)
    #expect(observer.log.body == bytes("a"))
    #expect(observer.log.end?.error == nil)
  }

  @Test("a cancelled exchange ends at once, and what it waited for moves no clock")
  func cancels() {
    let transport = ScriptedTransport { request in
      request.head.path == "/hang" ? [.head(status: 200), .hang] : [.wait(.seconds(3600)), .head(status: 200)]
    }
    let hanging = RecordingObserver()
    let handle = hanging.start(.unlimited(path: "/hang"), on: transport)
    #expect(hanging.log.end == nil)
    handle.cancel()
    handle.cancel()
    #expect(hanging.log.end?.error?.kind == .cancelled)

    let waiting = RecordingObserver()
    transport.schedule(at: transport.now) {
      let handle = waiting.start(.unlimited, on: transport)
      transport.schedule(at: after(.seconds(1))) { handle.cancel() }
    }
    #expect(waiting.log.end?.error?.kind == .cancelled)
    #expect(waiting.log.end?.instant == after(.seconds(1)))
    #expect(transport.now == after(.seconds(1)))
    #expect(hanging.log.count("ended") == 1)
    #expect(waiting.log.count("ended") == 1)
  }

  @Test("cancelling in a callback counts even if the callback asks for a pause")
  func cancelsWhilePausing() {
    let transport = ScriptedTransport { _ in [.head(status: 200), .body("a"), .body("b")] }
    let handle = Watched<TransferHandle?>(nil)
    let observer = RecordingObserver { event, _ in
      if event.name == "body" { handle.value?.cancel() }
      return .pause
    }
    transport.schedule(at: transport.now) {
      handle.change { $0 = transport.start(.to("host"), observer: observer) }
    }
    #expect(observer.log.end?.error?.kind == .cancelled)
    #expect(observer.log.body == bytes("a"))
  }

  struct Silence: Sendable, CustomTestStringConvertible {
    let name: String
    let steps: [ScriptedTransport.Step]
    let timeouts: TransferTimeouts
    let kind: TransportError.Kind?
    let seconds: Int
    var testDescription: String { name }
  }

  @Test(
    "keeps the timeouts of a request in its own time",
    arguments: [
      Silence(
        name: "no response", steps: [.hang], timeouts: TransferTimeouts(firstByte: .seconds(7)),
        kind: .firstByteTimeout,
        seconds: 7),
      Silence(
        name: "a head and no body", steps: [.wait(.seconds(2)), .head(status: 200), .hang],
        timeouts: TransferTimeouts(firstByte: .seconds(7)), kind: .firstByteTimeout, seconds: 7),
      Silence(
        name: "silence inside the body", steps: [.head(status: 200), .wait(.seconds(2)), .body("x"), .hang],
        timeouts: TransferTimeouts(firstByte: .seconds(7), idle: .seconds(3)), kind: .idleTimeout, seconds: 5),
      Silence(
        name: "too long a wait", steps: [.head(status: 200), .body("x"), .wait(.seconds(4)), .body("y")],
        timeouts: TransferTimeouts(idle: .seconds(3)), kind: .idleTimeout, seconds: 3),
      Silence(
        name: "too long in all",
        steps: [.head(status: 200)] + (0..<9).flatMap { _ in [ScriptedTransport.Step.body("x"), .wait(.seconds(2))] },
        timeouts: TransferTimeouts(idle: .seconds(3), total: .seconds(5)), kind: .totalTimeout, seconds: 5),
      Silence(
        name: "long, but never too long",
        steps: [.head(status: 200)] + (0..<9).flatMap { _ in [ScriptedTransport.Step.body("x"), .wait(.seconds(3))] },
        timeouts: TransferTimeouts(idle: .seconds(3)), kind: nil, seconds: 27),
    ])
  func timesOut(silence: Silence) {
    let transport = ScriptedTransport { _ in silence.steps }
    let observer = RecordingObserver()
    observer.start(.to("host") { $0.timeouts = silence.timeouts }, on: transport)
    #expect(observer.log.end?.error?.kind == silence.kind)
    #expect(observer.log.end?.instant == after(.seconds(silence.seconds)))
  }

  @Test("breaks off with the error of its script")
  func fails() async throws {
    let transport = ScriptedTransport { _ in [.head(status: 200), .body("x"), .fail(.connectionLost)] }
    let response = try await transport.stream(.to("host", path: "/p?key=hidden"))
    var received: [UInt8] = []
    let error = await #expect(throws: TransportError.self) {
      for try await chunk in response.body { received += chunk.bytes }
    }
    #expect(received == bytes("x"))
    #expect(error?.kind == .connectionLost)
    #expect(error?.request == "GET http://host/p")
  }

  @Test("a whole response without a head is no response")
  func needsHeads() async throws {
    let transport = ScriptedTransport { _ in [] }
    let error = await #expect(throws: TransportError.self) { _ = try await transport.response(to: .to("host")) }
    #expect(error?.kind == .protocolViolation)
    let streamError = await #expect(throws: TransportError.self) { _ = try await transport.stream(.to("host")) }
    #expect(streamError?.kind == .protocolViolation)
  }

  @Test("loses nothing when readers and players meet on many threads")
  func survivesThreads() async throws {
    let pieces = 400
    let piece = [UInt8](repeating: 1, count: 4 << 10)
    let transport = ScriptedTransport { _ in
      [.head(status: 200)]
        + (0..<pieces).flatMap { _ in [ScriptedTransport.Step.body(piece), .wait(.milliseconds(1))] }
    }
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<40 {
        group.addTask {
          var count = 0
          for try await chunk in try await transport.stream(.to("host")).body { count += chunk.bytes.count }
          return count
        }
      }
      for try await count in group { #expect(count == pieces * piece.count) }
    }
  }
}

extension TransferRequest {
  /// A request that nothing but its script ends.
  fileprivate static var unlimited: TransferRequest { unlimited(path: "/") }

  fileprivate static func unlimited(path: String) -> TransferRequest {
    .to("host", path: path) { $0.timeouts = TransferTimeouts(connect: nil, firstByte: nil, idle: nil) }
  }
}
