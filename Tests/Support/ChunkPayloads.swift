internal import Foundation
package import NPUMetrics

/// Payloads as servers send them, and as they might.
package enum ChunkPayloads {
  package static let chunks: [String] = {
    guard let url = Bundle.module.url(forResource: "chunks", withExtension: "jsonl", subdirectory: "Fixtures"),
      let text = try? String(contentsOf: url, encoding: .utf8)
    else { return [] }
    return text.split(separator: "\n").map(String.init)
  }()

  /// The same value with every object's entries in random order and random white space between the tokens.
  package static func shuffled(_ payload: String, using generator: inout SeededGenerator) -> String {
    guard let value = try? JSONSerialization.jsonObject(with: Data(payload.utf8), options: .fragmentsAllowed) else {
      return payload
    }
    return write(value, &generator)
  }

  private static func write(_ value: Any, _ generator: inout SeededGenerator) -> String {
    func space() -> String {
      String(
        (0..<Int.random(in: 0...2, using: &generator)).map { _ in " \t\n\r".randomElement(using: &generator) ?? " " })
    }
    func list(_ items: [String], _ open: String, _ close: String) -> String {
      open + space() + items.map { $0 + space() }.joined(separator: "," + space()) + close
    }
    switch value {
    case let object as [String: Any]:
      let entries = object.keys.sorted().shuffled(using: &generator).map { key in
        "\"\(key)\"" + space() + ":" + space() + write(object[key] ?? NSNull(), &generator)
      }
      return space() + list(entries, "{", "}") + space()
    case let array as [Any]: return list(array.map { write($0, &generator) }, "[", "]")
    default:
      let data = try? JSONSerialization.data(
        withJSONObject: value, options: [.fragmentsAllowed, .withoutEscapingSlashes])
      return String(decoding: data ?? Data(), as: UTF8.self)
    }
  }
}
