/// Makes the arguments of a tool call from the tool's JSON Schema.
///
/// Every property is given, required or not. An enumeration or constant is obeyed, text is a word, numbers lie between
/// the schema's bounds. The result is written as Python's `json.dumps` does, with a space after commas and colons.
struct ToolCallMaker {
  private var random: SplitMix64
  private let words = Vocabulary.of(.latin).openers

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  /// The arguments as JSON text.
  mutating func arguments(for schema: JSONValue) -> String {
    value(for: schema["type"] == nil ? .object(schema.members ?? []) : schema, depth: 0, isRoot: true).pythonText
  }

  private mutating func value(for schema: JSONValue, depth: Int, isRoot: Bool = false) -> JSONValue {
    if let constant = schema["const"] { return constant }
    if let cases = schema["enum"]?.arrayValue, !cases.isEmpty { return cases[random.index(below: cases.count)] }
    for key in ["anyOf", "oneOf"] {
      if let first = schema[key]?.arrayValue?.first, depth < 8 { return value(for: first, depth: depth + 1) }
    }
    let type = schema["type"]?.stringValue ?? schema["type"]?.arrayValue?.first?.stringValue
    switch type ?? (isRoot || schema["properties"] != nil ? "object" : "string") {
    case "object":
      guard depth < 8 else { return .object([]) }
      var members: [JSONValue.Member] = []
      for property in schema["properties"]?.members ?? [] {
        members.append(.init(key: property.key, value: value(for: property.value, depth: depth + 1)))
      }
      return .object(members)
    case "array":
      guard depth < 8 else { return .array([]) }
      return .array([value(for: schema["items"] ?? .object([]), depth: depth + 1)])
    case "integer": return .integer(Int(number(schema).rounded(.down)))
    case "number": return .number(number(schema))
    case "boolean": return .bool(random.index(below: 2) == 1)
    case "null": return .null
    default: return .string(String(decoding: words[random.index(below: words.count)], as: UTF8.self))
    }
  }

  private mutating func number(_ schema: JSONValue) -> Double {
    let low = schema["minimum"]?.doubleValue ?? 0
    let high = max(low, schema["maximum"]?.doubleValue ?? low + 100)
    // Whole numbers inside the bounds suit both kinds of number; bounds beyond 2^53 keep to the lower one.
    guard low.magnitude < 0x1p53, high.magnitude < 0x1p53, high - low < 0x1p53 else {
      return low.magnitude < 0x1p53 ? low : 0
    }
    let first = low.rounded(.up)
    let count = Int((high - first).rounded(.down)) + 1
    return count > 0 ? first + Double(random.index(below: count)) : low
  }
}
