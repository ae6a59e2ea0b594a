import NPUBase
import NPUTransport
import TestSupport
import Testing

@Suite("The sequence of server-sent events")
struct ServerSentEventsTests {
  private struct Broken: Error {}

  private func body(_ pieces: String..., failing: Bool = false) -> AsyncThrowingStream<BodyChunk, any Error> {
    AsyncThrowingStream { continuation in
      for (index, piece) in pieces.enumerated() {
        continuation.yield(
          BodyChunk(bytes: Array(piece.utf8), receivedAt: MonotonicInstant(nanoseconds: Int64(index))))
      }
      continuation.finish(throwing: failing ? Broken() : nil)
    }
  }

  @Test("hands out each event with the instant of its last byte")
  func stampsEvents() async throws {
    var events: [ServerSentEvent] = []
    for try await event in body("event: a\nid: 1\nda", "ta: 1\n\ndata: 2\n\ndata", ": 3\n", "\n").serverSentEvents {
      events.append(event)
    }
    let expected = [("a", "1", 1), ("message", "2", 1), ("message", "3", 3)].map {
      ServerSentEvent(type: $0, data: $1, lastEventID: "1", receivedAt: MonotonicInstant(nanoseconds: $2))
    }
    #expect(events == expected)
  }

  @Test("lets the end mark through without its empty line")
  func acceptsBareDone() async throws {
    var payloads: [String] = []
    for try await event in body("data: 1\n\n", "data: [DO", "NE]").serverSentEvents { payloads.append(event.data) }
    #expect(payloads == ["1", "[DONE]"])
  }

  @Test("throws the error text that a server left behind, after the events before it")
  func throwsTail() async throws {
    var payloads: [String] = []
    let error = await #expect(throws: StreamError.self) {
      for try await event in body("data: 1\n\nFailed to get", " engine response").serverSentEvents {
        payloads.append(event.data)
      }
    }
    #expect(payloads == ["1"])
    #expect(error?.kind == .truncated)
    #expect(error?.tail?.text == "Failed to get engine response")
    #expect(error?.description.contains("Failed to get engine response") == true)
  }

  @Test("passes the error of the body on after the events before it, and then has ended")
  func passesErrorsOn() async throws {
    var iterator = body("data: 1\n\ndata: 2", failing: true).serverSentEvents.makeAsyncIterator()
    #expect(try await iterator.next()?.data == "1")
    await #expect(throws: Broken.self) { _ = try await iterator.next() }
    #expect(try await iterator.next() == nil)
  }

  @Test("hands out the events before one that breaks a limit")
  func limitsEvents() async throws {
    let events = ServerSentEvents(
      body("data: 1\n\ndata: 1234567890\n\n"), parser: ServerSentEventParser(maximumLineBytes: 10))
    var iterator = events.makeAsyncIterator()
    #expect(try await iterator.next()?.data == "1")
    let error = await #expect(throws: StreamError.self) { _ = try await iterator.next() }
    #expect(error?.kind == .lineTooLong)
    #expect(try await iterator.next() == nil)
  }
}
