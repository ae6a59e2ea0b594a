import Foundation
import NPUBase
import NPUMetrics
import NPUTransport
import TestSupport
import Testing

@Suite("The parser of server-sent events")
struct ServerSentEventParserTests {
  @Test("all vectors are there")
  func vectorsAreThere() {
    #expect(SSEVector.all.count == 23)
  }

  @Test("reads every vector alike, however it is cut", arguments: SSEVector.all)
  func readsVector(_ vector: SSEVector) {
    var expected = ParsedStream()
    expected.events = vector.events
    expected.comments = vector.comments
    expected.retry = vector.retry.map { .milliseconds($0) }
    expected.lastEventID = vector.finalLastEventIdBuffer
    expected.tail = [UInt8](vector.discardedTail)
    for pieces in [UInt8](vector.inputBase64).divisions {
      #expect(ParsedStream(pieces) == expected, "cut into \(pieces.map(\.count))")
    }
  }

  /// The line breaks and fields of a stream in random order, so that every state meets every byte.
  private static let fragments: [[UInt8]] =
    [
      "data: a", "data:b", "data", "event: x", "id: 7", "id: 1\u{0}2", "retry: 10", ": note", ":", "\n", "\n", "\n\n",
      "\r",
      "\r\n", "\r\n\r\n", "\u{FEFF}", "x", " ", "\u{0}", "é", "日", "datax: 1", "data : 1",
    ].map { Array($0.utf8) } + [[0xEF], [0xEF, 0xBB], [0xFF], [0xC3]]

  @Test("reads random bytes alike, however they are cut", arguments: 0..<40)
  func isIndependentOfBorders(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0...16, using: &generator) {
        bytes += Self.fragments.randomElement(using: &generator) ?? []
      }
      let parser = ServerSentEventParser(
        maximumLineBytes: Int.random(in: 8...40, using: &generator),
        maximumEventBytes: Int.random(in: 10...60, using: &generator))
      let whole = ParsedStream([bytes[...]], parser: parser)
      let pieces = bytes.pieces(using: &generator)
      #expect(ParsedStream(pieces, parser: parser) == whole, "\(bytes) cut into \(pieces.map(\.count))")
      let single = bytes.indices.map { bytes[$0...$0] }
      #expect(ParsedStream(single, parser: parser) == whole, "\(bytes) byte by byte")
    }
  }

  @Test(
    "returns what was left without its end, byte for byte",
    arguments: [
      ("", ""), ("data: 1\n\n", ""), ("data: 1\n\ndata: [DONE]", "data: [DONE]"),
      ("data: 1\r\n\r\ndata: [DONE]\r\n", "data: [DONE]\r\n"), ("data: 1\n\n: ping\n", ""),
      ("data: 1\n\nevent: e\r\ndata: 2\rid: 3", "event: e\r\ndata: 2\rid: 3"), ("data: 1\r\rdata: 2\r", "data: 2\r"),
      ("data: 1\n\nFailed to get engine response", "Failed to get engine response"),
      ("data: 1\n\n: one\ndata: 2\n: three\nx", "data: 2\n: three\nx"), ("\u{FEFF}data", "data"),
    ])
  func returnsTail(input: String, tail: String) {
    for pieces in Array(input.utf8).divisions {
      let parsed = ParsedStream(pieces)
      #expect(String(decoding: parsed.tail, as: UTF8.self) == tail, "cut into \(pieces.map(\.count))")
    }
  }

  @Test("keeps the bytes of half a byte-order mark as tail")
  func keepsHalfMark() {
    #expect(ParsedStream([[0xEF, 0xBB][...]]).tail == [0xEF, 0xBB])
  }

  @Test(
    "recognises an end mark that lacks its empty line",
    arguments: [
      ("data: [DONE]", true), ("data:[DONE]", true), ("data: [DONE] \r\n", true), ("id: 1\ndata: [DONE]", true),
      ("data: [DONE", false), ("[DONE]", false), ("data: {\"a\":1}", false), ("", false),
      ("data: x\ndata: [DONE]", false),
    ])
  func recognisesDone(tail: String, isDone: Bool) {
    #expect(StreamTail(bytes: Array(tail.utf8)).isDone == isDone)
  }

  @Test("refuses a line and an event beyond their limits, and tells both numbers")
  func refusesTooMuch() throws {
    var parser = ServerSentEventParser(maximumLineBytes: 8)
    try parser.feed(Array("data:123\n\n".utf8).span) { _, _, _ in }
    let lineError = #expect(throws: StreamError.self) {
      try parser.feed(Array("data:1234\n\n".utf8).span) { _, _, _ in }
    }
    #expect(lineError?.kind == .lineTooLong)
    #expect(lineError?.description.contains("9 bytes or more, the limit is 8") == true)

    parser = ServerSentEventParser(maximumEventBytes: 14)
    try parser.feed(Array("data:1\ndata:2\n\n".utf8).span) { _, _, _ in }
    let eventError = #expect(throws: StreamError.self) {
      try parser.feed(Array("data:1\ndata:23\n\n".utf8).span) { _, _, _ in }
    }
    #expect(eventError?.kind == .eventTooLarge)
    #expect(eventError?.description.contains("15 bytes or more, the limit is 14") == true)
  }

  @Test("throws the same error again when it is fed after one, and hands nothing out")
  func staysFailed() {
    var parser = ServerSentEventParser(maximumEventBytes: 10)
    var events = 0
    for input in ["data: 1\ndata: 2\n", "x\n\n", "data: 3\n\n"] {
      let error = #expect(throws: StreamError.self) {
        try parser.feed(Array(input.utf8).span) { _, _, _ in events += 1 }
      }
      #expect(error?.message.contains("16 bytes or more, the limit is 10") == true)
    }
    #expect(events == 0)
  }

  @Test("does not grow while comments keep a stream open")
  func toleratesManyComments() throws {
    var parser = ServerSentEventParser(maximumEventBytes: 100)
    var comments = 0
    for _ in 0..<1000 { try parser.feed(Array(": ping\n".utf8).span, onComment: { _ in comments += 1 }) { _, _, _ in } }
    #expect(comments == 1000)
    #expect(parser.finish().isEmpty)
  }

  @Test("remembers the identity after the end of a stream, and starts a new event")
  func finishes() throws {
    var parser = ServerSentEventParser()
    try parser.feed(Array("id: 5\ndata: 1\n\nevent: half\ndata: lost".utf8).span) { _, _, _ in }
    #expect(!parser.finish().isEmpty)
    var events: [ServerSentEvent] = []
    let now = MonotonicInstant(nanoseconds: 1)
    try parser.feed(Array("data: 2\n\n".utf8).span) {
      events.append(ServerSentEvent(data: $0, type: $1, lastEventID: $2, receivedAt: now))
    }
    #expect(events == [ServerSentEvent(data: "2", lastEventID: "5", receivedAt: now)])
  }
}
