/// What the deployment API asks of the descriptions that it gets, by its reference.
enum DeploymentRules {
  /// Refuses a description that breaks a rule.
  static func check(_ body: JSONValue) throws(DeploymentRefusal) {
    try require(isName(body["name"]?.stringValue), "name is not 1 to 64 letters, digits, - and _")
    try require(oneOf(body["type"], "REAL_TIME", "ASYNC_REAL_TIME"), "type is neither REAL_TIME nor ASYNC_REAL_TIME")
    try require(oneOf(body["deploy_type"], "SINGLE", "MULTI"), "deploy_type is neither SINGLE nor MULTI")
    try require(body["custom_metrics_path"]?.stringValue != nil, "custom_metrics_path is missing")
    if let minutes = body["deploy_timeout_minutes"] {
      try require(isIn(minutes, 0...300), "deploy_timeout_minutes is not 0 to 300")
    }
    guard let groups = body["group_configs"]?.arrayValue, groups.count == 1, let group = groups.first else {
      throw .invalid("group_configs has not one element")
    }
    try check(group: group)
    guard let runtime = body["runtime_config"] else { throw .invalid("runtime_config is missing") }
    try check(runtime: runtime, pool: group["pool_id"])
  }

  private static func check(group: JSONValue) throws(DeploymentRefusal) {
    try require(group["name"]?.stringValue?.isEmpty == false, "the name of the deployment is missing")
    try require(isIn(group["weight"], 0...100), "weight is not 0 to 100")
    try require(isIn(group["count"], 1...128), "count is not 1 to 128")
    if let framework = group["framework"] {
      try require(oneOf(framework, "COMMON", "VLLM", "MINDIE"), "framework is unknown")
    }
    guard let units = group["unit_configs"]?.arrayValue, units.count == 1, let unit = units.first else {
      throw .invalid("unit_configs has not one element")
    }
    try require(unit["image"]?["source"]?.stringValue == "SWR", "the source of the image is not SWR")
    try require(unit["image"]?["swr_path"]?.stringValue?.isEmpty == false, "the path of the image is missing")
    let flavor = unit["flavor"]?.stringValue ?? ""
    try require(DeploymentFlavor.all.contains { $0.id == flavor }, "there is no flavor \(flavor)")
    if let recovery = unit["recovery"] {
      try require(oneOf(recovery, "Instance", "Role", "Pod"), "recovery is none of Instance, Role and Pod")
    }
    for key in ["startup_health", "readiness_health", "liveness_health"] {
      guard let probe = unit[key] else { continue }
      for number in ["initial_delay_seconds", "timeout_seconds", "period_seconds", "failure_threshold"] {
        try require(isIn(probe[number], 1...Int.max), "\(number) of \(key) is not from 1")
      }
    }
  }

  private static func check(runtime: JSONValue, pool: JSONValue?) throws(DeploymentRefusal) {
    guard let invoke = runtime["service_invoke"], let limit = runtime["service_limit"] else {
      throw .invalid("service_invoke or service_limit is missing")
    }
    try require(isIn(invoke["port"], 1...65_535), "port is not 1 to 65535")
    try require(oneOf(invoke["protocol"], "HTTP", "HTTPS", "WS", "WSS"), "protocol is unknown")
    try require(oneOf(invoke["auth_type"], "TOKEN", "API_KEY", "NONE"), "auth_type is none of TOKEN, API_KEY and NONE")
    if invoke["elb_connection"] != nil {
      try require(pool?.stringValue != nil, "a load balancer needs a dedicated pool")
    }
    try require(isIn(limit["request_size_limit"], 1...50), "request_size_limit is not 1 to 50")
    try require(isIn(limit["request_timeout"], 1...7200), "request_timeout is not 1 to 7200")
    let isSocket = oneOf(invoke["protocol"], "WS", "WSS")
    guard let rate = limit["rate_limit"] else { return try require(isSocket, "rate_limit is missing") }
    try require(!isSocket, "a WebSocket cannot have a rate_limit")
    try require(isIn(rate["num"], 1...10_000), "num is not 1 to 10000")
    try require(oneOf(rate["unit"], "SECONDS", "MINUTES"), "unit is neither SECONDS nor MINUTES")
  }

  /// The least and the most instances of a scaling policy.
  static func scale(_ body: JSONValue, deployment: String) throws(DeploymentRefusal) -> (least: Int, most: Int) {
    try require(oneOf(body["type"], "METRIC_HPA", "CRON_HPA"), "type is neither METRIC_HPA nor CRON_HPA")
    try require(body["target_resource_type"]?.stringValue == "GROUP", "target_resource_type is not GROUP")
    try require(body["target_resource_id"]?.stringValue == deployment, "target_resource_id is another deployment")
    guard let rule = body["hpa_rules"]?.arrayValue?.first, let least = rule["min_replicas"]?.integerValue,
      let most = rule["max_replicas"]?.integerValue, least >= 1, least <= most, most <= 128
    else { throw .invalid("min_replicas and max_replicas are not 1 to 128") }
    return (least, most)
  }

  private static func require(_ isGood: Bool, _ message: String) throws(DeploymentRefusal) {
    if !isGood { throw .invalid(message) }
  }

  private static func isName(_ text: String?) -> Bool {
    guard let text, (1...64).contains(text.count) else { return false }
    return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
  }

  private static func oneOf(_ value: JSONValue?, _ texts: String...) -> Bool {
    value?.stringValue.map(texts.contains) ?? false
  }

  private static func isIn(_ value: JSONValue?, _ range: ClosedRange<Int>) -> Bool {
    value?.integerValue.map(range.contains) ?? false
  }
}

/// What nodes the simulated ModelArts has.
struct DeploymentFlavor: Sendable {
  let id: String
  let category: String
  let processors: Int
  let memory: Int
  let npus: Int

  static let all = [
    DeploymentFlavor(id: "modelarts.vm.cpu.2u", category: "CPU", processors: 2, memory: 8, npus: 0),
    DeploymentFlavor(id: "modelarts.bm.npu.arm.1snt9b", category: "ASCEND", processors: 24, memory: 192, npus: 1),
    DeploymentFlavor(id: "modelarts.bm.npu.arm.8snt9b", category: "ASCEND", processors: 192, memory: 1536, npus: 8),
  ]

  static func documents(_ category: String?) -> [JSONValue] {
    all.filter { category == nil || $0.category == category }.map(\.document)
  }

  private var document: JSONValue {
    var members: [JSONValue.Member] = [
      .init(key: "id", value: .string(id)), .init(key: "name", value: .string(id)),
      .init(key: "category", value: .string(category)),
      .init(key: "arch", value: .string(npus > 0 ? "arm64" : "X86_64")),
      .init(key: "vcpus", value: .integer(processors)), .init(key: "memory", value: .integer(memory)),
      .init(key: "sold_out", value: .bool(false)),
    ]
    if npus > 0 {
      let ascend = DeploymentJSON.object(["npu": .integer(npus), "type": .string("SNT9B")])
      members.append(.init(key: "ascend", value: ascend))
    }
    return .object(members)
  }
}
