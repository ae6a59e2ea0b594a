import Foundation
import TestSupport
import Testing

/// One vector of `sse-vectors.json`: bytes, and what a conforming parser makes of them.
struct SSEVector: Decodable, Sendable, CustomTestStringConvertible {
  var name: String
  var inputBase64: Data
  var events: [ParsedStream.Event]
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
