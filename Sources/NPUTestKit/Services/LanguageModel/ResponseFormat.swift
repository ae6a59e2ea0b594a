public import NPUBase

/// The form that a response must have, in the words of the OpenAI protocol.
public enum ResponseFormat: Sendable, Hashable {
  /// Any text.
  case text
  /// Any JSON object.
  case jsonObject
  /// JSON that follows a schema.
  case jsonSchema(name: String, schema: JSONValue, strict: Bool? = nil)
  /// Any other form, as it is to be written.
  case other(JSONValue)
}

extension ResponseFormat: Encodable {
  /// Writes the form as the protocol has it.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .text: try JSONValue.object(["type": "text"]).encode(to: encoder)
    case .jsonObject: try JSONValue.object(["type": "json_object"]).encode(to: encoder)
    case .jsonSchema(let name, let schema, let strict):
      var members: [String: JSONValue] = ["name": .string(name), "schema": schema]
      if let strict { members["strict"] = .bool(strict) }
      try JSONValue.object(["type": "json_schema", "json_schema": .object(members)]).encode(to: encoder)
    case .other(let value): try value.encode(to: encoder)
    }
  }
}
