internal import NIOHTTP1

/// The real-time services of a simulated ModelArts, and the keys that open them, by project.
struct DeploymentStore: Sendable {
  /// More than these are refused.
  private static let capacity = 1024

  private var services: [SimulatedDeployment] = []
  private var keys: [SimulatedKey] = []
  private var made = 0

  /// The services of a project, the one that was changed last first.
  func services(of project: String) -> [SimulatedDeployment] {
    services.filter { $0.project == project }.sorted { $0.changed > $1.changed }
  }

  private func index(_ id: String, _ project: String) throws(DeploymentRefusal) -> Int {
    guard let index = services.firstIndex(where: { $0.id == id && $0.project == project }) else { throw .notFound }
    return index
  }

  private mutating func identity() -> String {
    made += 1
    let digits = String(SplitMix64.mix(UInt64(made), 11), radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }

  // MARK: Services

  mutating func create(
    _ body: JSONValue, _ project: String, _ gateway: GatewayBehaviour, _ now: Int64
  ) throws(DeploymentRefusal) -> SimulatedDeployment {
    try DeploymentRules.check(body)
    let name = body["name"]?.stringValue ?? ""
    guard !services.contains(where: { $0.project == project && $0.name == name }) else {
      throw .conflict("A service of the name \(name) exists.")
    }
    guard services.count < Self.capacity else { throw .conflict("The quota of services is reached.") }
    var service = SimulatedDeployment(id: identity(), deployment: identity(), project: project, body: body, now: now)
    service.becomes("DEPLOYING", then: gateway.deploymentFailure == nil ? "RUNNING" : "FAILED", gateway, now)
    services.append(service)
    return service
  }

  mutating func delete(
    _ ids: JSONValue?, _ project: String, _ gateway: GatewayBehaviour, _ now: Int64
  ) throws(DeploymentRefusal) -> JSONValue {
    guard let ids = ids?.arrayValue?.compactMap(\.stringValue), !ids.isEmpty else {
      throw .invalid("service_ids is no list of identities")
    }
    var deleted: [JSONValue] = []
    for id in ids {
      let index = try index(id, project)
      services[index].becomes("DELETING", then: nil, gateway, now)
      deleted.append(services[index].document)
      removeIfGone(index)
    }
    return DeploymentJSON.object(["service_responses": .array(deleted)])
  }

  private mutating func removeIfGone(_ index: Int) {
    if services[index].isGone { services.remove(at: index) }
  }

  /// Whatever is asked of one service.
  mutating func act(
    on id: String, _ project: String, _ method: HTTPMethod, _ path: [String], _ body: JSONValue,
    _ query: DeploymentQuery, _ gateway: GatewayBehaviour, _ now: Int64
  ) throws(DeploymentRefusal) -> JSONValue {
    let index = try index(id, project)
    switch (method, path) {
    case (.GET, []):
      services[index].look(gateway, now)
      let document = services[index].document
      let isGone = services[index].isGone
      removeIfGone(index)
      if isGone { throw .notFound }
      return document
    case (.POST, ["start"]):
      guard ["STOPPED", "FAILED", "ERROR"].contains(services[index].status) else {
        throw .conflict("The service is \(services[index].status) and cannot be started.")
      }
      services[index].becomes("DEPLOYING", then: gateway.deploymentFailure == nil ? "RUNNING" : "FAILED", gateway, now)
      return services[index].document
    case (.POST, ["stop"]):
      guard ["RUNNING", "CONCERNING", "DEPLOYING", "ERROR"].contains(services[index].status) else {
        throw .conflict("The service is \(services[index].status) and cannot be stopped.")
      }
      services[index].becomes("STOPPING", then: "STOPPED", gateway, now)
      return services[index].document
    case (.GET, ["deployments"]): return query.page([services[index].deploymentDocument])
    case (.GET, ["events"]):
      let events = services[index].events.filter { query["event_type"] == nil || query["event_type"] == $0.type }
      return query.page(events.reversed().map { $0.document(service: id) })
    case (.POST, ["deployments", services[index].deployment, "hpa"]):
      let least = try DeploymentRules.scale(body, deployment: services[index].deployment)
      services[index].scale = least
      return services[index].scaleDocument
    case (.GET, ["deployments", services[index].deployment, "hpa"]):
      guard services[index].scale != nil else { throw .notFound }
      return services[index].scaleDocument
    case (.POST, let path) where path.count == 3 && path[0] == "api-keys" && ["bind", "unbind"].contains(path[2]):
      return try bind(path[1], project, to: id, path[2] == "bind")
    default: throw .notFound
    }
  }

  mutating func connect(_ body: JSONValue, _ project: String) throws(DeploymentRefusal) -> JSONValue {
    guard let id = body["service_id"]?.stringValue, body["scene"]?.stringValue == "VPC",
      let network = body["vpc_id"]?.stringValue, body["subnet_id"]?.stringValue != nil
    else { throw .invalid("scene VPC needs service_id, vpc_id and subnet_id") }
    services[try index(id, project)].network = network
    return DeploymentJSON.object(["id": .string(identity()), "service_id": .string(id), "vpc_id": .string(network)])
  }

  // MARK: Keys

  func keys(of project: String, service: String?) -> [SimulatedKey] {
    keys.filter { $0.project == project && (service.map($0.services.contains) ?? true) }
  }

  mutating func createKey(_ body: JSONValue, _ project: String) throws(DeploymentRefusal) -> SimulatedKey {
    guard let name = body["name"]?.stringValue, (1...64).contains(name.count),
      let scope = body["scope"]?.stringValue, ["USER", "SERVICE"].contains(scope)
    else { throw .invalid("a key needs a name of 1 to 64 characters, and the scope USER or SERVICE") }
    guard !keys.contains(where: { $0.project == project && $0.name == name }) else {
      throw .conflict("A key of the name \(name) exists.")
    }
    guard keys.count < Self.capacity else { throw .conflict("The quota of keys is reached.") }
    let key = SimulatedKey(id: identity(), project: project, name: name, scope: scope, text: "sk-" + identity())
    keys.append(key)
    return key
  }

  mutating func deleteKey(_ id: String, _ project: String) throws(DeploymentRefusal) {
    guard let index = keys.firstIndex(where: { $0.id == id && $0.project == project }) else { throw .notFound }
    keys.remove(at: index)
  }

  private mutating func bind(
    _ key: String, _ project: String, to service: String, _ isBound: Bool
  ) throws(DeploymentRefusal) -> JSONValue {
    guard let index = keys.firstIndex(where: { $0.id == key && $0.project == project }) else { throw .notFound }
    keys[index].services.removeAll { $0 == service }
    if isBound { keys[index].services.append(service) }
    return keys[index].document
  }
}
