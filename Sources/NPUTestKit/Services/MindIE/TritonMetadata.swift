public import NPUBase

/// What a server of Triton's protocol says of itself.
public struct TritonServer: Sendable, Hashable {
  /// Its name, such as `MindIE Server`.
  public var name: String
  /// Its version.
  public var version: String?
  /// The limits of its batches.
  public var extensions: [String: JSONValue]

  /// Creates a description.
  public init(name: String, version: String? = nil, extensions: [String: JSONValue] = [:]) {
    self.name = name
    self.version = version
    self.extensions = extensions
  }
}

extension TritonServer: Decodable {
  /// Reads a description; only the name is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      name: try container.decode(String.self, forKey: "name"), version: container.text("version"),
      extensions: container.lenient("extensions", as: JSONValue.self)?.object ?? [:])
  }
}

/// The tensors that a model takes and gives.
public struct TritonModel: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// The software that runs it.
  public var platform: String?
  /// What it takes.
  public var inputs: [Tensor]
  /// What it gives.
  public var outputs: [Tensor]

  /// The shape of some numbers.
  public struct Tensor: Sendable, Hashable, Decodable {
    /// Its name.
    public var name: String
    /// Its lengths; -1 for any.
    public var shape: [Int]
    /// The type of the numbers, such as `UINT32`.
    public var datatype: String

    /// Creates a shape.
    public init(name: String, shape: [Int], datatype: String) {
      self.name = name
      self.shape = shape
      self.datatype = datatype
    }
  }

  /// Creates a description.
  public init(name: String, platform: String? = nil, inputs: [Tensor] = [], outputs: [Tensor] = []) {
    self.name = name
    self.platform = platform
    self.inputs = inputs
    self.outputs = outputs
  }
}

extension TritonModel: Decodable {
  /// Reads a description; only the name is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      name: try container.decode(String.self, forKey: "name"), platform: container.text("platform"),
      inputs: container.lenient("inputs") ?? [], outputs: container.lenient("outputs") ?? [])
  }
}

/// How a model is set up in MindIE.
public struct TritonModelConfiguration: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// Most tokens of prompt and response together.
  public var maxSequenceLength: Int?
  /// On how many NPUs it runs.
  public var worldSize: Int?
  /// Where its files lie on the server.
  public var weightPath: String?
  /// Every other field that has a value.
  public var extras: [String: JSONValue]

  /// Creates a description.
  public init(
    name: String, maxSequenceLength: Int? = nil, worldSize: Int? = nil, weightPath: String? = nil,
    extras: [String: JSONValue] = [:]
  ) {
    self.name = name
    self.maxSequenceLength = maxSequenceLength
    self.worldSize = worldSize
    self.weightPath = weightPath
    self.extras = extras
  }
}

extension TritonModelConfiguration: Decodable {
  private static let known: Set<String> = ["model_name", "max_seq_len", "world_size", "model_weight_path"]

  /// Reads a description; only the name is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(
      name: try container.decode(String.self, forKey: "model_name"), maxSequenceLength: container.count("max_seq_len"),
      worldSize: container.count("world_size"), weightPath: container.text("model_weight_path"),
      extras: container.extras(known: Self.known).filter { $0.value != .null })
  }
}
