/// Any JSON value.
///
/// Integers within 64 bits are exact; other numbers are the nearest `Double`. The order of object keys is not kept;
/// they are written sorted.
public enum JSONValue: Sendable, Hashable {
  /// The literal null.
  case null
  /// A truth value.
  case bool(Bool)
  /// A number without a fraction, within 64 bits.
  case int(Int64)
  /// Any other number.
  case double(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// An object.
  case object([String: JSONValue])

  /// The member of an object, or `nil` for other values and absent keys.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  /// The element of a list, or `nil` for other values and positions outside it.
  public subscript(position: Int) -> JSONValue? {
    guard case .array(let elements) = self, elements.indices.contains(position) else { return nil }
    return elements[position]
  }

  /// The text of a string; `nil` for every other value.
  public var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The elements of a list; `nil` for every other value.
  public var array: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// The members of an object; `nil` for every other value.
  public var object: [String: JSONValue]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// The value as an integer, from a number or a text that is one; fractions are cut off.
  public var integer: Int? {
    switch self {
    case .int(let value): Int(exactly: value)
    case .double(let value): Int(exactly: value.rounded(.towardZero))
    case .string(let text): Int(text) ?? Double(text).flatMap { Int(exactly: $0.rounded(.towardZero)) }
    default: nil
    }
  }

  /// The value as a number, from a number or a text that is one.
  public var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    case .string(let text): Double(text)
    default: nil
    }
  }

  /// The kind of value in the words of JSON, for error messages.
  var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .int, .double: "a number"
    case .string: "text"
    case .array: "a list"
    case .object: "an object"
    }
  }

  /// Text, number or truth value as text; `nil` for null, lists and objects.
  package var scalarText: String? {
    switch self {
    case .string(let text): text
    case .int(let value): String(value)
    case .double(let value): String(value)
    case .bool(let value): String(value)
    case .null, .array, .object: nil
    }
  }
}

extension JSONValue: Codable {
  /// Reads any JSON value, nested at most 64 levels deep.
  public init(from decoder: any Decoder) throws {
    if let decoder = decoder as? JSONValueDecoder {
      self = decoder.value
      return
    }
    // Other decoders know a type only by trying, and each refusal writes the whole path.
    guard decoder.codingPath.count <= JSONCursor.maximumDepth else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "it is nested deeper than \(JSONCursor.maximumDepth) levels"))
    }
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let text = try? container.decode(String.self) {
      self = .string(text)
    } else if let value = try? container.decode(Int64.self) {
      self = .int(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let elements = try? container.decode([JSONValue].self) {
      self = .array(elements)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// Writes the value as it is.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  /// A text written in source.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A whole number written in source.
  public init(integerLiteral value: Int64) { self = .int(value) }
  /// A number written in source.
  public init(floatLiteral value: Double) { self = .double(value) }
}

extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
  ExpressibleByNilLiteral
{
  /// A truth value written in source.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A list written in source.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object written in source; of a key that stands twice the last value counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
  /// The literal null.
  public init(nilLiteral: ()) { self = .null }
}
