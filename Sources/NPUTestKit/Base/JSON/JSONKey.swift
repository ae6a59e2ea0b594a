/// A key of a JSON object that is known by its text alone.
///
/// Parameter groups of one request write into the same object, and unknown keys of a response are kept: both need keys
/// that are not the cases of one closed enumeration.
package struct JSONKey: CodingKey, Hashable, ExpressibleByStringLiteral {
  package var stringValue: String
  package var intValue: Int? { nil }

  package init(_ name: String) { stringValue = name }
  package init(stringLiteral value: String) { stringValue = value }
  package init?(stringValue: String) { self.stringValue = stringValue }
  package init?(intValue: Int) { nil }
}

package typealias JSONEncodingContainer = KeyedEncodingContainer<JSONKey>
package typealias JSONDecodingContainer = KeyedDecodingContainer<JSONKey>

extension KeyedEncodingContainer where Key == JSONKey {
  /// Writes a value under its key, or nothing for `nil`: servers treat an absent key and a null one differently.
  package mutating func set(_ key: JSONKey, _ value: (some Encodable)?) throws {
    try encodeIfPresent(value, forKey: key)
  }

  /// Writes what the caller adds by name; being last, it replaces a typed field of the same name.
  package mutating func set(extras: [String: JSONValue]) throws {
    for (name, value) in extras { try encode(value, forKey: JSONKey(name)) }
  }
}
