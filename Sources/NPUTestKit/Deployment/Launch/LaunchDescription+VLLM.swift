public import NPUTransport

extension LaunchDescription {
  /// vLLM or vllm-ascend, by its command `vllm serve`.
  ///
  /// - Parameters:
  ///   - model: The folder of the weights, or a name that vLLM downloads.
  ///   - servedModelName: What requests call the model; by default vLLM takes the path itself.
  ///   - tensorParallelSize: Over how many chips a layer is spread.
  ///   - maxModelLength: Most tokens of a prompt and its response; by default what the model allows.
  ///   - trustsRemoteCode: Whether Python code that lies beside the weights is run.
  ///   - apiKey: The key that requests must bear; handed over in `VLLM_API_KEY`, which `ps` does not show.
  ///   - devices: The chips to use, by their logic IDs (`ASCEND_RT_VISIBLE_DEVICES`); all by default.
  ///   - host: The name or address under which this machine reaches the service; unless it is that of the loopback,
  ///     the service listens on all addresses.
  ///   - port: The port.
  ///   - further: Further arguments, such as `["--enforce-eager"]`.
  /// - Returns: The description; ready once `/health` says 200.
  public static func vLLM(
    model: String, servedModelName: String? = nil, tensorParallelSize: Int = 1, maxModelLength: Int? = nil,
    trustsRemoteCode: Bool = false, apiKey: Secret? = nil, devices: [Int]? = nil, host: String = "127.0.0.1",
    port: Int = 8000, further: [String] = []
  ) -> LaunchDescription {
    var arguments = ["serve", model]
    if let servedModelName { arguments += ["--served-model-name", servedModelName] }
    arguments += ["--tensor-parallel-size", "\(tensorParallelSize)"]
    arguments += vLLMArguments(maxModelLength, trustsRemoteCode, host, port) + further
    return vLLM("vLLM", "vllm", arguments, apiKey: apiKey, devices: devices, host: host, port: port)
  }

  /// The command of the guides for old versions: `python -m vllm.entrypoints.openai.api_server --device npu`.
  ///
  /// vLLM 0.10 (July 2025) removed `--device`, and a newer version ends at once with a complaint about it; for those
  /// pass `nil`, or use `vllm serve`.
  ///
  /// - Parameters:
  ///   - model: The folder of the weights.
  ///   - tensorParallelSize: Over how many chips a layer is spread.
  ///   - maxModelLength: Most tokens of a prompt and its response.
  ///   - trustsRemoteCode: Whether Python code that lies beside the weights is run.
  ///   - device: The value of `--device`; `nil` leaves it out.
  ///   - python: The interpreter that has vLLM.
  ///   - apiKey: The key that requests must bear.
  ///   - devices: The chips to use, by their logic IDs; all by default.
  ///   - host: The name or address under which this machine reaches the service.
  ///   - port: The port.
  ///   - further: Further arguments.
  /// - Returns: The description; ready once `/health` says 200.
  public static func vLLMModule(
    model: String, tensorParallelSize: Int = 1, maxModelLength: Int? = nil, trustsRemoteCode: Bool = false,
    device: String? = "npu", python: String = "python", apiKey: Secret? = nil, devices: [Int]? = nil,
    host: String = "127.0.0.1", port: Int = 8000, further: [String] = []
  ) -> LaunchDescription {
    var arguments = ["-m", "vllm.entrypoints.openai.api_server", "--model", model]
    arguments += ["--tensor-parallel-size", "\(tensorParallelSize)"]
    if let device { arguments += ["--device", device] }
    arguments += vLLMArguments(maxModelLength, trustsRemoteCode, host, port) + further
    return vLLM("vLLM (module)", python, arguments, apiKey: apiKey, devices: devices, host: host, port: port)
  }

  private static func vLLMArguments(
    _ maxModelLength: Int?, _ trustsRemoteCode: Bool, _ host: String, _ port: Int
  ) -> [String] {
    var arguments = ["--host", listenAddress(for: host), "--port", "\(port)"]
    if let maxModelLength { arguments += ["--max-model-len", "\(maxModelLength)"] }
    if trustsRemoteCode { arguments.append("--trust-remote-code") }
    return arguments
  }

  private static func vLLM(
    _ name: String, _ program: String, _ arguments: [String], apiKey: Secret?, devices: [Int]?, host: String, port: Int
  ) -> LaunchDescription {
    let base = address(host, port)
    return LaunchDescription(
      name: name, program: program, arguments: arguments, environment: visible(devices),
      secrets: apiKey.map { ["VLLM_API_KEY": $0] } ?? [:], readiness: ReadinessProbe(url: base + "/health"),
      baseURL: base)
  }
}

/// What the ready-made descriptions have in common.
extension LaunchDescription {
  /// Where a service listens that is reached under a name.
  static func listenAddress(for host: String) -> String {
    isLoopback(host) ? host : host.contains(":") ? "::" : "0.0.0.0"
  }

  /// Whether a name or an address is that of the machine itself.
  static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host.hasPrefix("127.") || host == "::1"
  }

  static func address(_ host: String, _ port: Int) -> String {
    "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }

  /// The variable that shows a process some of the chips only.
  static func visible(_ devices: [Int]?) -> [String: String] {
    devices.map { ["ASCEND_RT_VISIBLE_DEVICES": list($0)] } ?? [:]
  }

  static func list(_ devices: [Int]) -> String { devices.map(String.init).joined(separator: ",") }
}
