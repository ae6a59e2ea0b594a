import Foundation

/// A JSON document and what becomes of it when one or several of its values are replaced.
struct MutatedDocuments {
  /// What no client would send, as it stands in the JSON.
  static let extremes: [String] =
    [
      "9223372036854775807", "-9223372036854775808", "9223372036854775808", "4611686018427387904", "1e308", "-1e308",
      "1e-320", "-1", "0", "1000000000000", "null", "true", #""""#, #""9223372036854775807""#, "{}", "[]", "[[1],[]]",
      #"{"type":"object"}"#, #""\u0000\ud800""#,
    ] + [
      String(repeating: "[", count: 60_000), String(repeating: "[", count: 90) + String(repeating: "]", count: 90),
      "[" + String(repeating: "0,", count: 20_000) + "0]", #"""# + String(repeating: "x", count: 70_000) + #"""#,
    ]

  private static let mark = "replaced here"

  private let document: Any
  /// The places of all values but the document itself.
  let places: [[Step]]

  /// A step to a value inside another.
  enum Step {
    case member(String)
    case element(Int)
  }

  init(_ json: String) throws {
    document = try JSONSerialization.jsonObject(with: Data(json.utf8))
    places = Self.places(in: document)
  }

  private static func places(in value: Any) -> [[Step]] {
    switch value {
    case let members as [String: Any]:
      members.sorted { $0.key < $1.key }.flatMap { key, value in
        [[Step.member(key)]] + places(in: value).map { [.member(key)] + $0 }
      }
    case let elements as [Any]:
      elements.enumerated().flatMap { index, value in
        [[Step.element(index)]] + places(in: value).map { [.element(index)] + $0 }
      }
    default: []
    }
  }

  /// The document with texts in place of some of its values, each counted from 0 among the places.
  func text(_ replacements: [(place: Int, text: String)]) throws -> String {
    var changed = document
    for (number, replacement) in replacements.enumerated() {
      changed = Self.replacing(changed, places[replacement.place][...], "\(Self.mark) \(number)")
    }
    var text = String(decoding: try JSONSerialization.data(withJSONObject: changed), as: UTF8.self)
    for (number, replacement) in replacements.enumerated() {
      text = text.replacing("\"\(Self.mark) \(number)\"", with: replacement.text)
    }
    return text
  }

  private static func replacing(_ value: Any, _ place: ArraySlice<Step>, _ new: Any) -> Any {
    guard let step = place.first else { return new }
    switch (step, value) {
    case (.member(let key), var members as [String: Any]):
      guard let inner = members[key] else { return value }
      members[key] = replacing(inner, place.dropFirst(), new)
      return members
    case (.element(let index), var elements as [Any]):
      guard elements.indices.contains(index) else { return value }
      elements[index] = replacing(elements[index], place.dropFirst(), new)
      return elements
    default: return value
    }
  }
}
