/// One real-time service of a simulated ModelArts.
struct SimulatedDeployment: Sendable {
  /// Something that happened to it.
  struct Event: Sendable {
    var type: String
    var text: String
    var at: Int64

    func document(service: String) -> JSONValue {
      DeploymentJSON.object([
        "id": .string("\(at)-\(text.utf8.count)"), "service_id": .string(service), "event_count": .integer(1),
        "event_type": .string(type), "event_info": .string(text), "create_at": .integer(Int(at)),
        "update_at": .integer(Int(at)),
      ])
    }
  }

  let id: String
  /// The identity of its only deployment.
  let deployment: String
  let project: String
  private let body: JSONValue
  private let created: Int64
  private(set) var changed: Int64
  private(set) var status = "INIT"
  private(set) var events: [Event] = []
  private var failure: String?
  /// What it becomes after so many looks; nothing is left of it where there is no such status.
  private var next: (status: String?, looks: Int)?
  private(set) var isGone = false
  /// The least and the most instances of its scaling policy.
  var scale: (least: Int, most: Int)?
  /// The network in which it has an endpoint.
  var network: String?

  init(id: String, deployment: String, project: String, body: JSONValue, now: Int64) {
    (self.id, self.deployment, self.project, self.body) = (id, deployment, project, body)
    (created, changed) = (now, now)
  }

  var name: String { body["name"]?.stringValue ?? "" }

  // MARK: What becomes of it

  /// Passes through a status to another, which comes after as many looks as the behaviour says.
  mutating func becomes(_ passing: String, then last: String?, _ gateway: GatewayBehaviour, _ now: Int64) {
    set(passing, now)
    next = (last, gateway.deploymentLooks)
    if gateway.deploymentLooks == 0 { arrive(gateway, now) }
  }

  /// Is looked at.
  mutating func look(_ gateway: GatewayBehaviour, _ now: Int64) {
    guard let pending = next else { return }
    next?.looks = pending.looks - 1
    if pending.looks <= 1 { arrive(gateway, now) }
  }

  private mutating func arrive(_ gateway: GatewayBehaviour, _ now: Int64) {
    guard let status = next?.status else {
      isGone = true
      return
    }
    next = nil
    failure = status == "FAILED" ? gateway.deploymentFailure : nil
    set(status, now)
    if let failure { events.append(Event(type: "ABNORMAL", text: failure, at: now)) }
  }

  private mutating func set(_ status: String, _ now: Int64) {
    self.status = status
    changed = now
    events.append(Event(type: "NORMAL", text: "The service is \(status).", at: now))
    // A service that is stopped and started for days keeps the last.
    if events.count > 200 { events.removeFirst(100) }
  }

  // MARK: As JSON

  private var invoke: JSONValue? { body["runtime_config"]?["service_invoke"] }
  private var group: JSONValue? { body["group_configs"]?.arrayValue?.first }

  /// As one of a list.
  var summary: JSONValue {
    DeploymentJSON.object([
      "id": .string(id), "name": .string(name), "status": .string(status),
      "version": body["version"] ?? .string("1.0.0"), "description": body["description"] ?? .string(""),
      "type": body["type"] ?? .null, "deploy_type": body["deploy_type"] ?? .null,
      "auth_type": invoke?["auth_type"] ?? .null, "create_at": .integer(Int(created)),
      "update_at": .integer(Int(changed)),
    ])
  }

  /// By itself.
  var document: JSONValue {
    var urls: [JSONValue] = []
    if status == "RUNNING" {
      func address(_ type: String, _ host: String) -> JSONValue {
        let scheme = ["WS", "WSS"].contains(invoke?["protocol"]?.stringValue) ? "wss" : "https"
        return DeploymentJSON.object([
          "type": .string(type), "urls": .array([.string("\(scheme)://\(host)/v1/infers/\(id)")]),
        ])
      }
      if invoke?["internet_access_enable"]?.boolValue == true { urls.append(address("PUBLIC", "infer.example.com")) }
      if let network { urls.append(address("INTERNAL", "\(network).vpc.example.com")) }
    }
    return DeploymentJSON.object([
      "id": .string(id), "name": .string(name), "workspace_id": body["workspace_id"] ?? .string("0"),
      "type": body["type"] ?? .null, "deploy_type": body["deploy_type"] ?? .null, "status": .string(status),
      "failure_reason": failure.map { .string($0) } ?? .null,
      "version": DeploymentJSON.object([
        "id": .string(deployment), "version": body["version"] ?? .string("1.0.0"),
        "runtime_config": body["runtime_config"] ?? .null, "instance_groups": body["group_configs"] ?? .array([]),
      ]),
      "predict_url": .array(urls), "create_at": .string("\(created)"), "update_at": .string("\(changed)"),
    ])
  }

  var deploymentDocument: JSONValue {
    DeploymentJSON.object([
      "id": .string(deployment), "name": group?["name"] ?? .string(name), "status": .string(status),
      "weight": group?["weight"] ?? .null, "pool_id": group?["pool_id"] ?? .null,
      "version": body["version"] ?? .string("1.0.0"), "deploy_type": body["deploy_type"] ?? .null,
      "create_at": .integer(Int(created)), "update_at": .integer(Int(changed)),
    ])
  }

  var scaleDocument: JSONValue {
    DeploymentJSON.object([
      "id": .string(deployment + "-hpa"), "target_resource_id": .string(deployment),
      "target_resource_type": .string("GROUP"), "min_replicas": scale.map { .integer($0.least) } ?? .null,
      "max_replicas": scale.map { .integer($0.most) } ?? .null, "status": .string("ACTIVE"),
    ])
  }
}

/// A key that opens services.
struct SimulatedKey: Sendable {
  let id: String
  let project: String
  let name: String
  let scope: String
  let text: String
  var services: [String] = []

  /// The key without its text, which is given once.
  var document: JSONValue {
    DeploymentJSON.object([
      "key_id": .string(id), "name": .string(name), "scope": .string(scope), "project_id": .string(project),
      "services": .array(services.map { DeploymentJSON.object(["id": .string($0)]) }),
    ])
  }
}
