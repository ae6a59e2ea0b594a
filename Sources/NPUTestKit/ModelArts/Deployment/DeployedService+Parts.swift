internal import NPUBase

extension DeployedService {
  /// A group of instances of a service, with its share of the requests.
  public struct Deployment: Sendable, Hashable, Codable {
    /// The identity.
    public var id: String
    /// The name.
    public var name: String
    /// What it does.
    public var status: Status
    /// Its version.
    public var version: String?
    /// Its share of the requests, in percent.
    public var weight: Int?
    /// The dedicated pool that it runs in.
    public var pool: String?

    private enum CodingKeys: String, CodingKey {
      case id, name, status, version, weight
      case pool = "pool_id"
    }

    /// Reads what the API gives.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: JSONKey.self)
      id = try container.decode(FlexibleText.self, forKey: "id").text
      name = container.text("name") ?? ""
      status = Status(rawValue: container.text("status") ?? "UNKNOWN")
      version = container.text("version")
      weight = container.integer("weight")
      pool = container.text("pool_id")
    }
  }

  /// Something that happened to a service.
  public struct Event: Sendable, Hashable, Codable {
    /// The identity.
    public var id: String
    /// `NORMAL`, `WARNING` or `ABNORMAL`.
    public var type: String
    /// What happened.
    public var message: String
    /// How often.
    public var count: Int
    /// When first, in milliseconds since 1970.
    public var first: Int?
    /// When last, in milliseconds since 1970.
    public var last: Int?

    private enum CodingKeys: String, CodingKey {
      case id
      case type = "event_type"
      case message = "event_info"
      case count = "event_count"
      case first = "create_at"
      case last = "update_at"
    }

    /// Reads what the API gives.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: JSONKey.self)
      id = container.text("id") ?? ""
      type = container.text("event_type") ?? ""
      message = container.text("event_info") ?? container.text("event_info_cn") ?? ""
      count = container.integer("event_count") ?? 1
      first = container.integer("create_at")
      last = container.integer("update_at")
    }
  }
}

/// Resources of one node, as ModelArts offers them.
public struct NodeFlavor: Sendable, Hashable, Codable {
  /// What a description names.
  public var id: String
  /// The name for people.
  public var name: String
  /// What the node is for: `CPU`, `GPU` or `ASCEND`.
  public var category: String
  /// The architecture: `X86_64` or `arm64`.
  public var architecture: String?
  /// The cores of the processor.
  public var processors: Int?
  /// The memory of the processor, in the unit of the API.
  public var memory: Int?
  /// How many NPUs.
  public var npus: Int?
  /// Which kind of NPU.
  public var npuType: String?
  /// Whether there are none left.
  public var isSoldOut: Bool

  private enum CodingKeys: String, CodingKey {
    case id, name, category, memory, npus
    case architecture = "arch"
    case processors = "vcpus"
    case npuType = "npu_type"
    case isSoldOut = "sold_out"
  }

  /// Reads what the API gives.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    id = try container.decode(FlexibleText.self, forKey: "id").text
    name = container.text("name") ?? ""
    category = container.text("category") ?? ""
    architecture = container.text("arch")
    processors = container.integer("vcpus")
    memory = container.integer("memory")
    let ascend = container.lenient("ascend", as: JSONValue.self)
    npus = ascend?["npu"]?.integer
    npuType = ascend?["type"]?.string
    isSoldOut = container.lenient("sold_out", as: Bool.self) ?? false
  }
}

/// A key of ModelArts by which clients ask services; the key itself is shown once, when it is made.
public struct ModelArtsKey: Sendable, Hashable, Codable {
  /// What a key opens.
  public enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
    /// All services of its user.
    case user = "USER"
    /// The services that it is bound to.
    case service = "SERVICE"
  }

  /// The identity, by which it is bound and deleted.
  public var id: String
  /// The name.
  public var name: String
  /// What it opens: `USER` or `SERVICE`.
  public var scope: String
  /// The identities of the services that it is bound to.
  public var services: [String]

  private enum CodingKeys: String, CodingKey {
    case name, scope, services
    case id = "key_id"
  }

  /// Reads what the API gives.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    id = try container.decode(FlexibleText.self, forKey: "key_id").text
    name = container.text("name") ?? ""
    scope = container.text("scope") ?? ""
    let services = container.lenient("services", as: [JSONValue].self) ?? []
    self.services = services.compactMap { $0["id"]?.string ?? $0["service_id"]?.string ?? $0.string }
  }
}
