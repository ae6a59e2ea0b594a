/// How many NPUs a model needs, how it is spread over them, and how its server is started.
///
/// ```swift
/// let plan = try DeploymentPlan.suggest(model: "Qwen2-72B", precision: .int8)
/// print(plan.npus, plan.tensorParallelSize, plan.source)
/// print(plan.launch?.commandLine ?? "")
/// ```
public struct DeploymentPlan: Sendable, Hashable {
  /// Who says a number.
  public enum Source: String, Sendable, Hashable, Codable, CaseIterable {
    /// A table of the guides.
    case guide
    /// ``MemoryEstimate``.
    case estimate
  }

  /// The model, as it was asked for.
  public var model: String
  /// The precision of its weights.
  public var precision: ModelPrecision
  /// The kind of NPU.
  public var device: NPUDevice
  /// How many NPUs: the least, unless a number was asked for.
  public var npus: Int
  /// Whether the model fits; only a number that was asked for may be too small.
  public var fits: Bool
  /// The memory that all of them together use, in GB of 2^30 bytes; `nil` where nobody says it.
  public var hbmGB: Double?
  /// Over how many NPUs a layer is spread (TP).
  public var tensorParallelSize: Int
  /// Over how many groups or NPUs the experts are spread (EP).
  ///
  /// In HiDream-I1 a number of its own beside TP, so that their product is the number of NPUs; in vLLM the experts are
  /// spread over the NPUs of a layer, so that it equals TP.
  public var expertParallelSize: Int
  /// Over how many groups the layers are spread (PP): one for each server.
  public var pipelineParallelSize: Int
  /// Who says the number of NPUs.
  public var source: Source
  /// Who says the memory.
  public var hbmSource: Source?
  /// The row of the guides' tables that the model falls under.
  public var row: PlanningTableRow?
  /// What each NPU needs, estimated; `nil` where nothing says how large the model is.
  public var estimate: MemoryEstimate?
  /// The least number of NPUs by the estimate, and for its lower and its upper end; `nil` where there is none.
  public var estimatedNPUs: Counts?
  /// From what the model is known to the estimate.
  public var basis: ModelShape.Basis?
  /// How it is used, for the estimate.
  public var demand: ServingDemand
  /// The server that the plan is for.
  public var server: GuideServer
  /// How the server is started; `nil` for a plan of several servers, which the guides do not describe.
  public var launch: LaunchDescription?
  /// What else is to be known: sentences for people.
  public var notes: [String]

  /// A number with its bounds; a bound is `nil` where the model would fit into nothing that is looked at.
  public struct Counts: Sendable, Hashable, Encodable {
    /// For the estimate.
    public var best: Int?
    /// For its lower end.
    public var low: Int?
    /// For its upper end.
    public var high: Int?

    /// Whether the whole estimate says the same.
    public var isSure: Bool { low == high && best == low }
  }
}

extension DeploymentPlan: Encodable {
  private enum CodingKeys: String, CodingKey {
    case model, precision, npus, fits, source, device, row, estimate, basis, demand, server, environment, command, notes
    case hbmGB = "hbm_gb"
    case tensorParallelSize = "tensor_parallel"
    case expertParallelSize = "expert_parallel"
    case pipelineParallelSize = "pipeline_parallel"
    case hbmSource = "hbm_source"
    case estimatedNPUs = "estimated_npus"
  }

  /// Writes the plan; the start of the server as its environment and its command.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(model, forKey: .model)
    try container.encode(precision, forKey: .precision)
    try container.encode(npus, forKey: .npus)
    try container.encode(hbmGB, forKey: .hbmGB)
    try container.encode(tensorParallelSize, forKey: .tensorParallelSize)
    try container.encode(expertParallelSize, forKey: .expertParallelSize)
    try container.encode(pipelineParallelSize, forKey: .pipelineParallelSize)
    try container.encode(source, forKey: .source)
    try container.encode(hbmSource, forKey: .hbmSource)
    try container.encode(fits, forKey: .fits)
    try container.encode(device, forKey: .device)
    try container.encode(row, forKey: .row)
    try container.encode(estimate, forKey: .estimate)
    try container.encode(estimatedNPUs, forKey: .estimatedNPUs)
    try container.encode(basis, forKey: .basis)
    try container.encode(demand, forKey: .demand)
    try container.encode(server, forKey: .server)
    // Names that look like those of secrets keep their values to themselves.
    let shown = launch?.environment.filter { !ShellSecrets.isSecret($0.key[...]) }
    try container.encode(shown, forKey: .environment)
    try container.encode(launch?.commandLine, forKey: .command)
    try container.encode(notes, forKey: .notes)
  }
}
