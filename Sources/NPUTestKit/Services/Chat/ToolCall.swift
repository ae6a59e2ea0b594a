public import NPUBase

/// A function that the model may call.
public struct Tool: Sendable, Hashable {
  /// The name by which the model calls it.
  public var name: String
  /// What it does, for the model to read.
  public var description: String?
  /// The JSON schema of its arguments.
  public var parameters: JSONValue?
  /// Whether the arguments must follow the schema; vLLM enforces the schema only then.
  public var strict: Bool?

  /// Creates a tool.
  public init(name: String, description: String? = nil, parameters: JSONValue? = nil, strict: Bool? = nil) {
    self.name = name
    self.description = description
    self.parameters = parameters
    self.strict = strict
  }
}

extension Tool: Encodable {
  /// Writes the tool as a function of the protocol.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: JSONKey.self)
    try container.encode("function", forKey: "type")
    var function = container.nestedContainer(keyedBy: JSONKey.self, forKey: "function")
    try function.encode(name, forKey: "name")
    try function.set("description", description)
    try function.set("parameters", parameters)
    try function.set("strict", strict)
  }
}

/// Whether and which tool the model must call.
public enum ToolChoice: Sendable, Hashable {
  /// None.
  case none
  /// The model decides.
  case auto
  /// At least one.
  case required
  /// The one of this name.
  case function(String)
}

extension ToolChoice: Encodable {
  /// Writes a word, or the object that names a function.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .none, .auto, .required:
      var container = encoder.singleValueContainer()
      try container.encode(self == .none ? "none" : self == .auto ? "auto" : "required")
    case .function(let name):
      try JSONValue.object(["type": "function", "function": ["name": .string(name)]]).encode(to: encoder)
    }
  }
}

/// A call of a tool that the model asked for.
public struct ToolCall: Sendable, Hashable {
  /// The identity of the call, which the result has to name.
  public var id: String?
  /// The kind of tool; function unless the server says otherwise.
  public var type: String
  /// The name of the function.
  public var name: String
  /// The arguments as the text that the model wrote, which need not be valid JSON.
  public var arguments: String

  /// Creates a call.
  public init(id: String?, type: String = "function", name: String, arguments: String) {
    self.id = id
    self.type = type
    self.name = name
    self.arguments = arguments
  }

  /// The arguments as JSON, or `nil` if the model wrote something else.
  public var parsedArguments: JSONValue? { try? JSONCoding.decode(JSONValue.self, from: Array(arguments.utf8)) }
}

extension ToolCall: Codable {
  /// Reads a call; arguments that a server sends as an object are taken as their text.
  public init(from decoder: any Decoder) throws {
    self.init(try ToolCallFragment(from: decoder))
  }

  /// Takes a piece that is the whole call.
  init(_ fragment: ToolCallFragment) {
    self.init(
      id: fragment.id, type: fragment.type ?? "function", name: fragment.name ?? "", arguments: fragment.arguments ?? ""
    )
  }

  /// Writes the call, for the history of a conversation.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: JSONKey.self)
    try container.set("id", id)
    try container.encode(type, forKey: "type")
    try container.encode(["name": name, "arguments": arguments], forKey: "function")
  }
}

/// A piece of a tool call in a stream; any part may be missing, and two pieces of one chunk may belong to one call.
public struct ToolCallFragment: Sendable, Hashable {
  /// Which call of the response it belongs to.
  public var index: Int?
  /// The identity of the call, in its first piece.
  public var id: String?
  /// The kind of tool, in its first piece.
  public var type: String?
  /// The name of the function, in its first piece.
  public var name: String?
  /// A piece of the arguments.
  public var arguments: String?

  /// Creates a piece.
  public init(
    index: Int?, id: String? = nil, type: String? = nil, name: String? = nil, arguments: String? = nil
  ) {
    self.index = index
    self.id = id
    self.type = type
    self.name = name
    self.arguments = arguments
  }
}

extension ToolCallFragment: Decodable {
  /// Reads a piece.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let function = container.lenient("function", as: Function.self)
    self.init(
      index: container.integer("index"), id: container.text("id"), type: container.text("type"),
      name: function?.name, arguments: function?.arguments)
  }

  /// The function of a call, or a call in its older form.
  struct Function: Decodable {
    var name: String?
    var arguments: String?

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: JSONKey.self)
      name = container.text("name")
      arguments = container.text("arguments")
      if arguments == nil, let value = container.lenient("arguments", as: JSONValue.self), value != .null {
        arguments = (try? JSONCoding.encode(value)).map { String(decoding: $0, as: UTF8.self) }
      }
    }
  }
}

extension KeyedDecodingContainer where Key == JSONKey {
  /// The calls of tools, or the one call of a function in its older form; what is no object is passed over.
  ///
  /// Some servers write one call in both forms.
  func toolCalls() -> [ToolCallFragment] {
    var calls = lenient("tool_calls", as: [Lossy<ToolCallFragment>].self)?.compactMap(\.value) ?? []
    if calls.isEmpty, let function = lenient("function_call", as: ToolCallFragment.Function.self) {
      calls.append(ToolCallFragment(index: nil, name: function.name, arguments: function.arguments))
    }
    return calls
  }
}
