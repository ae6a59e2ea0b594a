/// Reading responses of servers that disagree on types: a field that is not what it should be must not cost the whole
/// response.
extension KeyedDecodingContainer where Key == JSONKey {
  /// The value of a key, or `nil` where it is absent, null or of another type.
  package func lenient<Value: Decodable>(_ key: JSONKey, as type: Value.Type = Value.self) -> Value? {
    guard contains(key) else { return nil }
    return (try? decodeIfPresent(Value.self, forKey: key)) ?? nil
  }

  /// A text that some servers send as a number or a boolean.
  package func text(_ key: JSONKey) -> String? {
    if let text = lenient(key, as: String.self) { return text }
    return lenient(key, as: JSONValue.self)?.scalarText
  }

  /// An integer that some servers send as a text or with a fraction; `nil` where it does not fit.
  package func integer(_ key: JSONKey) -> Int? {
    if let integer = lenient(key, as: Int.self) { return integer }
    return lenient(key, as: JSONValue.self)?.integer
  }

  /// A number that some servers send as a text.
  package func number(_ key: JSONKey) -> Double? {
    if let number = lenient(key, as: Double.self) { return number }
    return lenient(key, as: JSONValue.self)?.number
  }

  /// An array of integers that older servers send as one bare integer.
  package func integers(_ key: JSONKey) -> [Int]? {
    if let integers = lenient(key, as: [Int].self) { return integers }
    return integer(key).map { [$0] }
  }

  /// Every field whose name is not among the known ones.
  package func extras(known: Set<String>) -> [String: JSONValue] {
    var extras: [String: JSONValue] = [:]
    for key in allKeys where !known.contains(key.stringValue) {
      extras[key.stringValue] = lenient(key, as: JSONValue.self) ?? .null
    }
    return extras
  }
}

/// A text, a number or a boolean, read as text.
package struct FlexibleText: Decodable, Sendable, Hashable {
  package var text: String

  package init(from decoder: any Decoder) throws {
    let value = try JSONValue(from: decoder)
    guard let text = value.scalarText else {
      throw DecodingError.typeMismatch(
        String.self, .init(codingPath: decoder.codingPath, debugDescription: "expected a text or a number"))
    }
    self.text = text
  }
}
