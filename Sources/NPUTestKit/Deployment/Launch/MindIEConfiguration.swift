internal import NPUBase

/// What MindIE's `config.json` says, as far as tests set it; everything else has MindIE's usual values.
///
/// The ports are those of its three planes. Without certificates HTTPS has to be off, which it is not by itself.
public struct MindIEConfiguration: Sendable, Hashable, Codable {
  /// What requests call the model: letters, digits, `_`, `-` and `.`.
  public var modelName: String
  /// The folder of the weights.
  public var modelPath: String
  /// The chips of each instance of the model, by their logic IDs.
  public var devices: [[Int]]
  /// The address of the business plane.
  public var address = "127.0.0.1"
  /// The port of the business plane: chats, completions, models.
  public var port = 1025
  /// The address of the management plane, on which `/health` is.
  public var managementAddress = "127.0.0.2"
  /// The port of the management plane.
  public var managementPort = 1026
  /// The port of `/metrics`, at the management address.
  public var metricsPort = 1027
  /// Whether the planes ask for HTTPS with certificates of both sides.
  public var usesHTTPS = false
  /// Most tokens of a prompt and its response.
  public var maxSequenceLength = 8192
  /// Most tokens of a prompt.
  public var maxInputLength = 4096
  /// Most requests that are generated at once.
  public var maxBatchSize = 200
  /// Most tokens of a response.
  public var maxOutputLength = 4096
  /// Whether Python code that lies beside the weights is run.
  public var trustsRemoteCode = false

  /// Creates a configuration of one instance.
  ///
  /// - Parameters:
  ///   - modelName: What requests call the model.
  ///   - modelPath: The folder of the weights.
  ///   - devices: The chips, by their logic IDs.
  public init(modelName: String, modelPath: String, devices: [Int]) {
    self.modelName = modelName
    self.modelPath = modelPath
    self.devices = [devices]
  }

  /// The text of `config.json`.
  public var text: String {
    String(decoding: (try? JSONCoding.encode(document)) ?? [], as: UTF8.self)
  }

  private var document: JSONValue {
    ["Version": "1.0.0", "ServerConfig": server, "BackendConfig": backend]
  }

  private var backend: JSONValue {
    let deviceLists = devices.map { list in JSONValue.array(list.map { JSONValue.int(Int64($0)) }) }
    return [
      "backendName": "mindieservice_llm_engine", "modelInstanceNumber": .int(Int64(devices.count)),
      "npuDeviceIds": .array(deviceLists), "tokenizerProcessNumber": 8, "multiNodesInferEnabled": false,
      "multiNodesInferPort": 1120, "interNodeTLSEnabled": false, "ModelDeployConfig": deployment,
      "ScheduleConfig": schedule,
    ]
  }

  private var deployment: JSONValue {
    let model: JSONValue = [
      "modelInstanceType": "Standard", "modelName": .string(modelName), "modelWeightPath": .string(modelPath),
      "worldSize": .int(Int64(devices.first?.count ?? 0)), "cpuMemSize": 5, "npuMemSize": -1, "backendType": "atb",
      "trustRemoteCode": .bool(trustsRemoteCode),
    ]
    return [
      "maxSeqLen": .int(Int64(maxSequenceLength)), "maxInputTokenLen": .int(Int64(maxInputLength)),
      "truncation": false, "ModelConfig": [model],
    ]
  }

  private var server: JSONValue {
    let isOpen = [address, managementAddress].contains { $0 == "0.0.0.0" || $0 == "::" }
    return [
      "ipAddress": .string(address), "managementIpAddress": .string(managementAddress), "port": .int(Int64(port)),
      "managementPort": .int(Int64(managementPort)), "metricsPort": .int(Int64(metricsPort)),
      "allowAllZeroIpListening": .bool(isOpen), "maxLinkNum": 1000, "httpsEnabled": .bool(usesHTTPS),
      "fullTextEnabled": false, "inferMode": "standard", "interCommTLSEnabled": false, "interCommPort": 1121,
      "openAiSupport": "vllm", "tokenTimeout": 600, "e2eTimeout": 600,
    ]
  }

  private var schedule: JSONValue {
    [
      "templateType": "Standard", "templateName": "Standard_LLM", "cacheBlockSize": 128,
      // The daemon refuses more than the batch has.
      "maxPrefillBatchSize": .int(Int64(min(50, maxBatchSize))),
      "maxPrefillTokens": .int(Int64(max(8192, maxInputLength))), "prefillTimeMsPerReq": 150, "prefillPolicyType": 0,
      "decodeTimeMsPerReq": 50, "decodePolicyType": 0, "maxBatchSize": .int(Int64(maxBatchSize)),
      "maxIterTimes": .int(Int64(maxOutputLength)), "maxPreemptCount": 0, "supportSelectBatch": false,
      "maxQueueDelayMicroseconds": 5000,
    ]
  }
}

extension LaunchDescription {
  /// MindIE, by its daemon and a `config.json` of its own, so that the one of the installation stays as it is.
  ///
  /// The guides start `mindie-service --model … --port 8080`, which is no program of MindIE.
  ///
  /// - Parameters:
  ///   - configuration: What the file says.
  ///   - installation: The folder of mindie-service.
  ///   - configurationPath: Where the file is written; `MIES_CONFIG_JSON_PATH` names it.
  ///   - host: The name under which this machine reaches the service, if it is not the address in the configuration.
  /// - Returns: The description; ready once `/health` of the management plane says 200. With HTTPS the address begins
  ///   with `https`, and requests need the certificates.
  public static func mindIE(
    _ configuration: MindIEConfiguration, installation: String = "/usr/local/Ascend/mindie/latest/mindie-service",
    configurationPath: String = "/tmp/nputestkit-mindie/config.json", host: String? = nil
  ) -> LaunchDescription {
    let scheme = configuration.usesHTTPS ? "https" : "http"
    func plane(_ address: String, _ port: Int) -> String {
      // A plane that listens at one address is not reached by another.
      let isOpen = address == "0.0.0.0" || address == "::"
      let name = isOpen ? host ?? "127.0.0.1" : address
      return "\(scheme)\(Self.address(name, port).dropFirst("http".count))"
    }
    return LaunchDescription(
      name: "MindIE", program: installation + "/bin/mindieservice_daemon",
      environment: [
        "MIES_INSTALL_PATH": installation, "MIES_CONFIG_JSON_PATH": configurationPath,
        // Without it the service answers a request for its metrics with status 500.
        "MIES_SERVICE_MONITOR_MODE": "1",
      ], workingFolder: installation,
      readiness: ReadinessProbe(
        url: plane(configuration.managementAddress, configuration.managementPort) + "/health", interval: .seconds(5)),
      baseURL: plane(configuration.address, configuration.port),
      files: [LaunchFile(path: configurationPath, text: configuration.text)])
  }
}
