public import NPUBase

/// The models of a service.
public struct ModelList: Sendable, Hashable {
  /// The models, in the server's order.
  public var models: [Model]

  /// One model, or an adapter on one.
  public struct Model: Sendable, Hashable {
    /// The name by which requests ask for it.
    public var id: String
    /// When it was made, in seconds since 1970; MindIE does not say.
    public var created: Int?
    /// Its owner, which is the name of the server's software.
    public var owner: String?
    /// Where its files lie on the server.
    public var root: String?
    /// The model below an adapter.
    public var parent: String?
    /// Most tokens of prompt and response together.
    public var maxModelLength: Int?
    /// Every other field that has a value.
    public var extras: [String: JSONValue]

    /// Creates a model.
    public init(
      id: String, created: Int? = nil, owner: String? = nil, root: String? = nil, parent: String? = nil,
      maxModelLength: Int? = nil, extras: [String: JSONValue] = [:]
    ) {
      self.id = id
      self.created = created
      self.owner = owner
      self.root = root
      self.parent = parent
      self.maxModelLength = maxModelLength
      self.extras = extras
    }
  }

  /// Creates a list.
  public init(models: [Model]) { self.models = models }
}

extension ModelList: Decodable {
  /// Reads a list; its entries are required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    self.init(models: try container.decode([Model].self, forKey: "data"))
  }
}

extension ModelList.Model: Decodable {
  /// Reads a model; only its name is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    // MindIE writes the word null as a text; llama-server gives the length in its own object.
    let parent = container.text("parent").flatMap { $0.isEmpty || $0 == "null" ? nil : $0 }
    let extras = container.extras(known: ["id", "object", "created", "owned_by", "root", "parent", "max_model_len"])
    self.init(
      id: try container.decode(FlexibleText.self, forKey: "id").text, created: container.integer("created"),
      owner: container.text("owned_by"), root: container.text("root"), parent: parent,
      maxModelLength: container.integer("max_model_len") ?? extras["meta"]?["n_ctx"]?.integer,
      extras: extras.filter { $0.value != .null })
  }
}
