extension LaunchDescription {
  /// The HiDream-I1 API server, by its script `start_hidream_service.sh`.
  ///
  /// - Parameters:
  ///   - folder: The folder of the API server, in which `scripts` lies.
  ///   - model: The folder of HiDream-I1-Full.
  ///   - textEncoder: The folder of Llama-3.1-8B-Instruct.
  ///   - project: The folder of the HiDream-I1 project; the script looks for it by default.
  ///   - devices: The chips, by their logic IDs: 1, 2, 4 or 8 of them, spread as ``HiDreamParallelism`` says.
  ///   - host: The name or address under which this machine reaches the service.
  ///   - port: The port.
  /// - Returns: The description; ready once `/health` says `"pipeline_ready": true`, since its status says `healthy`
  ///   always.
  public static func hiDream(
    folder: String, model: String = "/data/HiDream-I1-Full", textEncoder: String = "/data/Llama-3.1-8B-Instruct",
    project: String? = nil, devices: [Int] = [0], host: String = "127.0.0.1", port: Int = 8088
  ) -> LaunchDescription {
    var arguments = ["scripts/start_hidream_service.sh", "-m", model, "-e", textEncoder]
    if let project { arguments += ["-p", project] }
    arguments += ["-d", list(devices), "-c", "\(devices.count)"]
    arguments += ["--port", "\(port)", "--host", listenAddress(for: host)]
    let base = address(host, port)
    var environment = hiDreamEnvironment
    environment.merge(visible(devices)) { _, new in new }
    environment["DEVICE_COUNT"] = "\(devices.count)"
    // Else the addresses of the results name localhost.
    environment["API_BASE_URL"] = base
    return LaunchDescription(
      name: "HiDream-I1", program: "bash", arguments: arguments, environment: environment, workingFolder: folder,
      readiness: ReadinessProbe(url: base + "/health", text: "\"pipeline_ready\":true"), baseURL: base)
  }

  /// The variables of the guide: limits of HCCL and of streams in seconds, the buffer of HCCL in megabytes.
  private static let hiDreamEnvironment = [
    "HCCL_TIMEOUT": "7200", "HCCL_BUFFSIZE": "2048", "HCCL_SINGLE_NODE": "1", "ACL_STREAM_TIMEOUT": "7200",
    "PYTORCH_NPU_ALLOC_CONF": "max_split_size_mb:512", "TOKENIZERS_PARALLELISM": "false",
  ]
}

/// How HiDream-I1 is spread over chips.
public struct HiDreamParallelism: Sendable, Hashable, Codable {
  /// Over how many chips a layer is spread (TP).
  public var tensorParallelSize: Int
  /// Over how many groups of them the experts are spread (EP).
  public var expertParallelSize: Int

  /// The sizes that the server chooses by itself, as its guide says; `nil` for a number that the guide does not name.
  ///
  /// - Parameter deviceCount: How many chips there are: 1 (TP 1, EP 1), 2 (2, 1), 4 (4, 1) or 8 (4, 2).
  public init?(deviceCount: Int) {
    guard [1, 2, 4, 8].contains(deviceCount) else { return nil }
    tensorParallelSize = min(4, deviceCount)
    expertParallelSize = deviceCount / tensorParallelSize
  }
}
