/// The servers that the guides start.
public enum GuideServer: String, Sendable, Hashable, Codable, CaseIterable {
  /// vLLM, for language models and those that see or hear.
  case vLLM = "vllm"
  /// MindIE, for language models.
  case mindIE = "mindie"
  /// `sd_serve.py`: Stable Diffusion and its kin by diffusers.
  case diffusers
  /// `asr_serve.py`: Whisper.
  case transcription = "asr"
  /// `tts_serve.py`: CosyVoice.
  case speech = "tts"
  /// The HiDream-I1 API server.
  case hiDream = "hidream"

  /// Whether it is told the model and the chips when it is started, and can use several.
  public var takesModel: Bool { [.vLLM, .mindIE, .hiDream].contains(self) }

  /// The model that the guides start it with: its folder, or its name where that stands in a script.
  public var usualModel: String {
    switch self {
    case .vLLM: "/data/models/Qwen2-7B-Chat"
    case .mindIE: "/data/models/ChatGLM3-6B"
    case .diffusers: "Stable Diffusion 1.5"
    case .transcription: "Whisper-large-v3"
    case .speech: "CosyVoice"
    case .hiDream: "/data/HiDream-I1-Full"
    }
  }

  /// What does not hold of the start that the guides show, and what a description does instead: sentences for people.
  public var corrections: [String] {
    switch self {
    case .vLLM:
      [
        "The guides pass --device npu, which vLLM 0.10 (July 2025) removed; vllm-ascend finds the NPUs by itself.",
        "The guides pass --trust-remote-code, which runs Python code that lies beside the weights; it is not needed for "
          + "models that vLLM knows.",
        "The guides measure with vllm.entrypoints.openai.bench_serving, which is no module of vLLM; see vllm bench serve.",
      ]
    case .mindIE:
      [
        "The guides start mindie-service --model ... --port 8080, which is no program of MindIE: it reads config.json.",
        "Requests go to port 1025; /health is on the management address, 127.0.0.2:1026; metrics are on port 1027.",
        "MindIE asks for HTTPS with certificates unless httpsEnabled is false, as it is here.",
      ]
    case .diffusers:
      [
        "deploy_aigc.sh of the guides takes a model and a port and passes neither on: both stand in sd_serve.py.",
        "Its requests need Content-Type: application/json, or Flask says 415; the leak loop of the guides sends none.",
      ]
    case .transcription:
      [
        "Model and port stand in asr_serve.py, and whisper loads large-v3 at FP32: some 6 GB, not the 4 GB of the table."
      ]
    case .speech:
      [
        "Model and port stand in tts_serve.py.",
        "inference_sft of CosyVoice gives a generator, which the script of the guides takes for a result: it must be "
          + "adapted.",
      ]
    case .hiDream:
      [
        "API_BASE_URL is set, or else the addresses of results name localhost.",
        "/status of the published server says 500 to every request, and /download looks in another folder than images "
          + "are written to.",
      ]
    }
  }
}

/// What a start of one of the guides' servers depends on; what a server has no use for is left aside.
public struct GuideServerOptions: Sendable, Hashable {
  /// The folder of the weights; that of the guides by default.
  public var modelPath: String?
  /// What requests call the model, for vLLM and MindIE; by default the last part of the path for MindIE, and what vLLM
  /// takes by itself.
  public var servedModelName: String?
  /// The chips, by their logic IDs; the first ones by default.
  public var devices: [Int]?
  /// The name or address under which clients reach the service; unless it is that of the loopback, vLLM, MindIE and
  /// HiDream listen on all addresses.
  public var host: String
  /// The port; that of the guides by default, and MindIE's own.
  public var port: Int?
  /// Most tokens of a prompt and its response.
  public var contextTokens: Int
  /// Most requests that MindIE generates at once; the guides say 32.
  public var maxBatchSize: Int
  /// Whether Python code that lies beside the weights is run, as the guides do.
  public var trustsRemoteCode: Bool
  /// The folder in which the scripts of the Flask servers and of HiDream lie; for the former the current one by default.
  public var folder: String?
  /// The folder of the second model of HiDream.
  public var textEncoder: String
  /// The share of each chip's memory that vLLM and MindIE may use; by default their own.
  public var memoryShare: Double?
  /// Further arguments of vLLM.
  public var further: [String]

  /// Creates options.
  public init(
    modelPath: String? = nil, servedModelName: String? = nil, devices: [Int]? = nil, host: String = "127.0.0.1",
    port: Int? = nil, contextTokens: Int = 4096, maxBatchSize: Int = 32, trustsRemoteCode: Bool = false,
    folder: String? = nil, textEncoder: String = "/data/Llama-3.1-8B-Instruct", memoryShare: Double? = nil,
    further: [String] = []
  ) {
    self.modelPath = modelPath
    self.servedModelName = servedModelName
    self.devices = devices
    self.host = host
    self.port = port
    self.contextTokens = contextTokens
    self.maxBatchSize = maxBatchSize
    self.trustsRemoteCode = trustsRemoteCode
    self.folder = folder
    self.textEncoder = textEncoder
    self.memoryShare = memoryShare
    self.further = further
  }
}

extension LaunchDescription {
  /// A server of the guides, with their defaults where they hold.
  ///
  /// - Parameters:
  ///   - server: The server.
  ///   - options: What its start depends on.
  ///   - tensorParallelSize: Over how many chips vLLM spreads a layer; all by default.
  /// - Returns: The description, which ``ServiceProcess`` runs and ``startScript(comments:)`` writes down.
  public static func guideServer(
    _ server: GuideServer, _ options: GuideServerOptions = GuideServerOptions(), tensorParallelSize: Int? = nil
  ) -> LaunchDescription {
    let devices = options.devices ?? [0]
    let model = options.modelPath ?? server.usualModel
    switch server {
    case .vLLM:
      // Its own share is 0.9.
      let share = options.memoryShare.flatMap { $0 == 0.9 ? nil : ["--gpu-memory-utilization", "\($0)"] } ?? []
      return vLLM(
        model: model, servedModelName: options.servedModelName,
        tensorParallelSize: tensorParallelSize ?? devices.count, maxModelLength: options.contextTokens,
        trustsRemoteCode: options.trustsRemoteCode, devices: devices, host: options.host, port: options.port ?? 8000,
        further: share + options.further)
    case .mindIE:
      var description = mindIE(
        mindIEConfiguration(options, model, devices), host: isLoopback(options.host) ? nil : options.host)
      // Its own share is 0.8.
      if let share = options.memoryShare { description.environment["NPU_MEMORY_FRACTION"] = "\(share)" }
      return description
    case .diffusers:
      return stableDiffusion(workingFolder: options.folder, host: options.host, port: options.port ?? 8000)
        .seeing(devices)
    case .transcription:
      return transcription(workingFolder: options.folder, host: options.host, port: options.port ?? 8001)
        .seeing(devices)
    case .speech:
      return speech(workingFolder: options.folder, host: options.host, port: options.port ?? 8002)
        .seeing(devices)
    case .hiDream:
      return hiDream(
        folder: options.folder ?? "/workspace/hidream_api_server", model: model, textEncoder: options.textEncoder,
        devices: devices, host: options.host, port: options.port ?? 8088)
    }
  }

  private static func mindIEConfiguration(
    _ options: GuideServerOptions, _ path: String, _ devices: [Int]
  ) -> MindIEConfiguration {
    let name = options.servedModelName ?? path.split(separator: "/").last.map(String.init) ?? "model"
    var configuration = MindIEConfiguration(modelName: name, modelPath: path, devices: devices)
    if !isLoopback(options.host) { configuration.address = listenAddress(for: options.host) }
    configuration.port = options.port ?? configuration.port
    configuration.maxSequenceLength = options.contextTokens
    // Prompt and response share the context, and MindIE takes each up to one token less.
    configuration.maxInputLength = max(1, options.contextTokens - 1)
    configuration.maxOutputLength = max(1, options.contextTokens - 1)
    configuration.maxBatchSize = options.maxBatchSize
    configuration.trustsRemoteCode = options.trustsRemoteCode
    return configuration
  }

  /// The same on some of the chips; a script that says `npu:0` means the first of them.
  private func seeing(_ devices: [Int]) -> LaunchDescription {
    var description = self
    description.environment.merge(Self.visible(devices)) { _, new in new }
    return description
  }
}
