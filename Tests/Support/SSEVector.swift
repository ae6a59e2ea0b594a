package import Foundation

/// One vector of `sse-vectors.json`: bytes, and what a conforming parser makes of them.
package struct SSEVector: Decodable, Sendable, CustomStringConvertible {
  package var name: String
  package var inputBase64: Data
  package var events: [ParsedStream.Event]
  package var retry: Int?
  package var comments: [String]
  package var finalLastEventIdBuffer: String
  package var discardedTail: Data

  package var description: String { name }

  package static let all: [SSEVector] = {
    struct File: Decodable { var vectors: [SSEVector] }
    guard let url = Bundle.module.url(forResource: "sse-vectors", withExtension: "json", subdirectory: "Fixtures"),
      let data = try? Data(contentsOf: url), let file = try? JSONDecoder().decode(File.self, from: data)
    else { return [] }
    return file.vectors
  }()
}
