internal import NPUBase

/// A service as ModelArts has it.
public struct DeployedService: Sendable, Hashable {
  /// What a service does; names that are not known are kept as they came.
  public struct Status: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible {
    /// The name, as the API writes it.
    public var rawValue: String
    /// Creates a status from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It takes requests.
    public static let running = Status(rawValue: "RUNNING")
    /// It takes requests, and something is wrong.
    public static let concerning = Status(rawValue: "CONCERNING")
    /// It was stopped.
    public static let stopped = Status(rawValue: "STOPPED")
    /// It could not be deployed.
    public static let failed = Status(rawValue: "FAILED")
    /// It ran, and broke.
    public static let error = Status(rawValue: "ERROR")
    /// It is being deployed.
    public static let deploying = Status(rawValue: "DEPLOYING")
    /// It is being stopped.
    public static let stopping = Status(rawValue: "STOPPING")
    /// It is being deleted.
    public static let deleting = Status(rawValue: "DELETING")

    /// Whether it will become another by itself.
    public var isPassing: Bool {
      ["INIT", "DEPLOYING", "STOPPING", "DELETING", "UPGRADING", "RESTARTING", "INTERRUPTING"].contains(rawValue)
    }

    /// Whether it is one of failure.
    public var isFailure: Bool { self == .failed || self == .error }

    /// The name.
    public var description: String { rawValue }
  }

  /// How clients reach it.
  public struct Address: Sendable, Hashable, Codable {
    /// By which network: `PUBLIC`, `INTERNAL` or `CONSOLE`.
    public var type: String
    /// The addresses.
    public var urls: [String]

    /// Creates an address.
    public init(type: String, urls: [String]) {
      self.type = type
      self.urls = urls
    }
  }

  /// The identity, by which the API names it.
  public var id: String
  /// The name.
  public var name: String
  /// What it does.
  public var status: Status
  /// Why it failed, in the words of ModelArts.
  public var failureReason: String?
  /// Its version.
  public var version: String?
  /// What the gateway asks of whoever sends a request.
  public var access: String?
  /// How clients reach it; a list of services has none.
  public var addresses: [Address]
  /// When it was made, in milliseconds since 1970.
  public var created: Int?
  /// When it was last changed, in milliseconds since 1970.
  public var updated: Int?

  /// The first address of the internet, or else of another network.
  public var url: String? {
    let sorted = addresses.filter { $0.type == "PUBLIC" } + addresses.filter { $0.type == "INTERNAL" }
    return sorted.lazy.compactMap(\.urls.first).first
  }

  /// Creates a service.
  public init(
    id: String, name: String, status: Status, failureReason: String? = nil, version: String? = nil,
    access: String? = nil, addresses: [Address] = [], created: Int? = nil, updated: Int? = nil
  ) {
    self.id = id
    self.name = name
    self.status = status
    self.failureReason = failureReason
    self.version = version
    self.access = access
    self.addresses = addresses
    self.created = created
    self.updated = updated
  }
}

extension DeployedService: Decodable {
  /// Reads what the API gives of one service, or of one of a list.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    // One service has an object there, and one of a list the number.
    let version = container.lenient("version", as: JSONValue.self)
    let invoke = version?["runtime_config"]?["service_invoke"]
    let addresses = container.lenient("predict_url", as: [JSONValue].self) ?? []
    self.init(
      id: try container.decode(FlexibleText.self, forKey: "id").text, name: container.text("name") ?? "",
      status: Status(rawValue: container.text("status") ?? "UNKNOWN"),
      failureReason: container.text("failure_reason").flatMap { $0.isEmpty ? nil : $0 },
      version: version?["version"]?.string ?? version?.scalarText,
      access: container.text("auth_type") ?? invoke?["auth_type"]?.string,
      addresses: addresses.map { address in
        Address(
          type: address["type"]?.string ?? "", urls: address["urls"]?.array?.compactMap(\.string) ?? [])
      },
      created: container.integer("create_at"), updated: container.integer("update_at"))
  }
}

extension DeployedService: Encodable {
  private enum CodingKeys: String, CodingKey {
    case id, name, status, version
    case failureReason = "failure_reason"
    case access = "auth_type"
    case addresses = "predict_url"
    case created = "create_at"
    case updated = "update_at"
  }

  /// Writes it with the keys of the API.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(id, forKey: .id)
    try container.encode(name, forKey: .name)
    try container.encode(status, forKey: .status)
    try container.encodeIfPresent(failureReason, forKey: .failureReason)
    try container.encodeIfPresent(version, forKey: .version)
    try container.encodeIfPresent(access, forKey: .access)
    try container.encode(addresses, forKey: .addresses)
    try container.encodeIfPresent(created, forKey: .created)
    try container.encodeIfPresent(updated, forKey: .updated)
  }
}
