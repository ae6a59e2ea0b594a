public import NPUBase

extension RealTimeService {
  /// What ModelArts would refuse, as sentences; none for a description that keeps every rule of the API.
  public var problems: [String] {
    var problems: [String] = []
    func check(_ isGood: Bool, _ problem: String) { if !isGood { problems.append(problem) } }
    check(Self.isName(name), "the name \(shown(name)) is not 1 to 64 letters, digits, - and _")
    check(
      description.count <= 512 && !description.contains { "<>".contains($0) },
      "the description has more than 512 characters, or a < or >")
    check(Self.isVersion(version), "the version \(shown(version)) is not such as 1.0.0")
    check((1...128).contains(instances.lowerBound), "the least number of instances is not 1 to 128")
    check(instances.upperBound <= 128, "the most instances are more than 128")
    check((1...100).contains(nodesPerInstance), "the nodes of an instance are not 1 to 100")
    check((1...65_535).contains(port), "the port \(port) is not 1 to 65535")
    check((1...7200).contains(seconds(requestTimeout)), "the timeout of requests is not 1 to 7200 seconds")
    check((1...50).contains(bodyLimit), "the limit of bodies is not 1 to 50 MB")
    check((1...300).contains(minutes), "the timeout of the deployment is not 1 to 300 minutes")
    if let rateLimit, !scheme.isWebSocket {
      check((1...10_000).contains(rateLimit.count), "the limit of requests is not 1 to 10000")
    }
    if case .vpcHighSpeed = channel {
      check(pool != nil, "the high-speed channel joins the network of a dedicated pool; name the pool")
    }
    return problems + unit.problems
  }

  private func shown(_ text: String) -> String { "\"\(Excerpt.of(text, limit: 100))\"" }

  private static func isName(_ text: String) -> Bool {
    (1...64).contains(text.count) && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
  }

  private static func isVersion(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 3 && text.utf8.count <= 8
      && parts.allSatisfy { part in
        (1...2).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
      }
  }

  private func seconds(_ duration: Duration) -> Int64 { duration.components.seconds }
  private var minutes: Int64 { seconds(deploymentTimeout) / 60 }

  // MARK: The body

  /// The body of `POST /v2/{project_id}/services`.
  ///
  /// - Throws: ``ModelArtsError`` of kind `invalidService` that names every rule which is broken.
  public func document() throws(ModelArtsError) -> JSONValue {
    let problems = problems
    guard problems.isEmpty else {
      throw ModelArtsError(
        kind: .invalidService, message: "the service cannot be deployed: \(problems.joined(separator: "; "))")
    }
    var members: [String: JSONValue] = [
      "name": .string(name), "version": .string(version), "description": .string(description), "type": "REAL_TIME",
      "deploy_type": nodesPerInstance > 1 ? "MULTI" : "SINGLE", "group_configs": [group], "runtime_config": runtime,
      "deploy_timeout_minutes": .int(minutes),
      // The API asks for it, and an empty one names no metrics.
      "custom_metrics_path": "",
    ]
    if let workspace { members["workspace_id"] = .string(workspace) }
    return .object(members)
  }

  private var group: JSONValue {
    var members: [String: JSONValue] = [
      "name": .string(name), "weight": 100, "count": .int(Int64(instances.lowerBound)),
      "framework": .string(framework.rawValue), "unit_configs": [unit.document(nodesPerInstance, port, scheme)],
    ]
    if let pool { members["pool_id"] = .string(pool) }
    return .object(members)
  }

  private var runtime: JSONValue {
    var invoke: [String: JSONValue] = [
      "port": .int(Int64(port)), "protocol": .string(scheme.rawValue), "auth_type": .string(access.rawValue),
      "internet_access_enable": .bool(channel == .publicNetwork),
    ]
    if case .vpcHighSpeed(let balancer?) = channel { invoke["elb_connection"] = ["elb_id": .string(balancer)] }
    var limit: [String: JSONValue] = [
      "request_size_limit": .int(Int64(bodyLimit)), "request_timeout": .int(seconds(requestTimeout)),
    ]
    // A WebSocket cannot have one.
    if let rateLimit, !scheme.isWebSocket {
      limit["rate_limit"] = [
        "num": .int(Int64(rateLimit.count)), "unit": rateLimit.perMinute ? "MINUTES" : "SECONDS",
      ]
    }
    return ["service_invoke": .object(invoke), "service_limit": .object(limit)]
  }

  /// The body that asks for a scaling policy between the least and the most instances; `nil` where they are one number.
  func scaling(deployment: String) -> JSONValue? {
    guard instances.lowerBound < instances.upperBound else { return nil }
    let (least, most) = (JSONValue.int(Int64(instances.lowerBound)), JSONValue.int(Int64(instances.upperBound)))
    let rule: JSONValue = [
      "type": "METRIC_HPA", "schedule": "", "target_replicas": least, "min_replicas": least, "max_replicas": most,
    ]
    return [
      "type": "METRIC_HPA", "target_resource_id": .string(deployment), "target_resource_type": "GROUP",
      "hpa_rules": [rule],
    ]
  }

  /// The body that asks for an endpoint in a network of the account; `nil` for the other channels.
  func connection(service: String) -> JSONValue? {
    guard case .vpc(let network, let subnet) = channel else { return nil }
    return [
      "service_id": .string(service), "scene": "VPC", "vpc_id": .string(network), "subnet_id": .string(subnet),
      "type": "SERVICE",
    ]
  }
}

extension RealTimeService.Unit {
  var problems: [String] {
    var problems: [String] = []
    if image.isEmpty { problems.append("the image is not named") }
    if flavor.isEmpty { problems.append("the flavor is not named") }
    for name in environment.keys.sorted() where !Self.isVariable(name) {
      problems.append(
        "\"\(Excerpt.of(name, limit: 80))\" is no name of a variable: 1 to 64 letters, digits, _, - and ., no digit first"
      )
    }
    for file in files {
      let path = file.mountPath
      if !path.hasPrefix("/") || !path.hasSuffix("/") || path.count > 255 {
        problems.append("the mount path \"\(Excerpt.of(path, limit: 80))\" does not begin and end with /")
      }
    }
    for case let (name, probe?) in [("startup", startup), ("readiness", readiness), ("liveness", liveness)] {
      if !probe.isValid { problems.append("the \(name) probe has a path without /, no command, or a time below 1 s") }
    }
    return problems
  }

  private static func isVariable(_ name: String) -> Bool {
    let isGood = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): true
      default: "_-.".utf8.contains(byte)
      }
    }
    return isGood && (1...64).contains(name.utf8.count) && !(0x30...0x39).contains(name.utf8.first ?? 0x30)
  }

  func document(_ nodes: Int, _ port: Int, _ scheme: RealTimeService.Scheme) -> JSONValue {
    var members: [String: JSONValue] = [
      "image": ["source": "SWR", "swr_path": .string(image)], "flavor": .string(flavor), "role": "COMMON",
      "count": .int(Int64(nodes)), "port": .int(Int64(port)), "npu_reset_enable": .bool(resetsNPUs),
    ]
    if let command { members["cmd"] = .string(command) }
    if let restart { members["recovery"] = .string(restart.rawValue) }
    if !environment.isEmpty { members["envs"] = .object(environment.mapValues { .string($0) }) }
    if !files.isEmpty { members["files"] = .array(files.map(\.document)) }
    for case let (key, probe?) in [
      ("startup_health", startup), ("readiness_health", readiness), ("liveness_health", liveness),
    ] { members[key] = probe.document(scheme) }
    return .object(members)
  }
}

extension RealTimeService.MountedFiles {
  fileprivate var document: JSONValue {
    [
      "source": .string(source.rawValue), "address": .string(address), "mount_path": .string(mountPath),
      "read_only": .bool(isReadOnly),
    ]
  }
}

extension RealTimeService.ContainerProbe {
  fileprivate var isValid: Bool {
    let isGood =
      switch method {
      case .http(let path): path.hasPrefix("/") && path.count <= 1024
      case .command(let command): !command.isEmpty && command.count <= 1024
      }
    return isGood && [initialDelay, period, timeout].allSatisfy { $0 >= .seconds(1) } && failureThreshold >= 1
  }

  fileprivate func document(_ scheme: RealTimeService.Scheme) -> JSONValue {
    var members: [String: JSONValue] = [
      "initial_delay_seconds": .int(initialDelay.components.seconds), "period_seconds": .int(period.components.seconds),
      "timeout_seconds": .int(timeout.components.seconds), "failure_threshold": .int(Int64(failureThreshold)),
    ]
    switch method {
    case .http(let path):
      members["check_method"] = "HTTP"
      members["url"] = .string(path)
      members["protocol"] = .string(scheme.rawValue)
    case .command(let command):
      members["check_method"] = "EXEC"
      members["cmd"] = .string(command)
    }
    return .object(members)
  }
}
