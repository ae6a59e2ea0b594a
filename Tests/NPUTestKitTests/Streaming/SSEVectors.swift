import Foundation
import NPUTestKit
import Testing

/// One vector of `sse-vectors.json`: bytes, and what a conforming parser makes of them.
struct SSEVector: Decodable, Sendable, CustomTestStringConvertible {
  struct Event: Decodable, Hashable, Sendable {
    var event: String
    var data: String
    var lastEventId: String
  }

  var name: String
  var inputBase64: Data
  var events: [Event]
  var retry: Int?
  var comments: [String]
  var finalLastEventIdBuffer: String
  var discardedTail: Data

  var testDescription: String { name }

  static let all: [SSEVector] = {
    struct File: Decodable { var vectors: [SSEVector] }
    guard let url = Bundle.module.url(forResource: "sse-vectors", withExtension: "json", subdirectory: "Fixtures"),
      let data = try? Data(contentsOf: url), let file = try? JSONDecoder().decode(File.self, from: data)
    else { return [] }
    return file.vectors
  }()
}

/// Everything that can be seen of a parser after it has read a stream.
struct ParsedStream: Hashable {
  var events: [SSEVector.Event] = []
  var comments: [String] = []
  var retry: Duration?
  var lastEventID = ""
  var tail: [UInt8] = []
  var error: StreamError.Kind?

  init() {}

  init(
    _ pieces: [ArraySlice<UInt8>], parser: consuming ServerSentEventParser = ServerSentEventParser()
  ) {
    do {
      for piece in pieces {
        var events = self.events
        var comments = self.comments
        defer {
          self.events = events
          self.comments = comments
        }
        try parser.feed(piece.span) {
          comments.append(text($0))
        } _: { data, type, id in
          let type = type.isEmpty ? "message" : text(type)
          events.append(SSEVector.Event(event: type, data: text(data), lastEventId: text(id)))
        }
      }
    } catch {
      self.error = error.kind
      return
    }
    retry = parser.reconnectionTime
    lastEventID = parser.lastEventID
    tail = parser.finish().bytes
  }
}

func text(_ span: Span<UInt8>) -> String {
  String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
}

extension [UInt8] {
  /// The bytes in one piece, in single bytes, and cut in two at every place.
  var divisions: [[ArraySlice<UInt8>]] {
    [[self[...]], indices.map { self[$0...$0] }] + indices.map { [self[..<$0], self[$0...]] }
  }

  /// The bytes cut at random places, empty pieces included.
  func pieces(using generator: inout some RandomNumberGenerator) -> [ArraySlice<UInt8>] {
    let cuts = (0..<Int.random(in: 0...6, using: &generator)).map { _ in Int.random(in: 0...count, using: &generator) }
    let borders = [0] + cuts.sorted() + [count]
    return zip(borders, borders.dropFirst()).map { self[$0..<$1] }
  }
}
