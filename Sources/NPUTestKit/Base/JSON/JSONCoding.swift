#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The one way in which services read and write JSON.
package enum JSONCoding {
  /// Writes compact JSON with sorted keys, so that equal requests are equal bytes.
  package static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  /// Reads one JSON document.
  ///
  /// Its cost grows with its length alone, whatever a server has put into it. Bytes that are not UTF-8, and halves of
  /// characters, become U+FFFD: a response cut inside a character is still a response, and a decoder that meets the bad
  /// bytes inside one field would lose the field.
  package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    let value: JSONValue
    do throws(JSONValue.Fault) { value = try JSONValue(reading: bytes) } catch {
      let reason =
        switch error {
        case .malformed: "it is not valid JSON"
        case .tooDeep: "it is nested deeper than \(JSONCursor.maximumDepth) levels"
        }
      throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: reason))
    }
    return try JSONValueDecoder(value: value).decode(type)
  }

  /// What went wrong in decoding, short, with the place in the document.
  package static func describe(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return Excerpt.of(String(describing: error)) }
    switch error {
    case .keyNotFound(let key, let context):
      return "no field \"\(key.stringValue)\" at \(place(context.codingPath))"
    case .typeMismatch(let type, let context):
      return "something else than \(name(of: type)) at \(place(context.codingPath))"
    case .valueNotFound(let type, let context):
      return "null where \(name(of: type)) is due, at \(place(context.codingPath))"
    case .dataCorrupted(let context):
      // Of a document as a whole there is no place to name.
      if context.codingPath.isEmpty, context.debugDescription.hasPrefix("it is ") { return context.debugDescription }
      // Foundation's decoder says no more of a broken document than that it is one.
      if context.debugDescription.hasPrefix("The given data was not valid JSON") { return "it is not valid JSON" }
      return Excerpt.of("\(context.debugDescription) at \(place(context.codingPath))")
    @unknown default:
      return Excerpt.of(String(describing: error))
    }
  }

  /// What JSON calls a value of a type.
  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "text"
    case is Bool.Type: "true or false"
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is any RandomAccessCollection.Type: "a list"
    default: "an object"
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    if path.isEmpty { return "the top of the document" }
    return path.map { key in key.intValue.map(String.init) ?? key.stringValue }.joined(separator: ".")
  }
}
