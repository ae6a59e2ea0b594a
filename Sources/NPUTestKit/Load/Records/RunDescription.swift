public import NPUBase

/// What was run against what: the settings of a load test that its journal and its reports carry.
public struct RunDescription: Sendable, Hashable, Codable {
  /// The model, as the requests name it.
  public var model: String?
  /// The tokenizer, where it is not the model's own.
  public var tokenizer: String?
  /// The service, as a base address without user, password, query or fragment.
  public var baseURL: String?
  /// The kind of endpoint, in the words of other tools, such as `openai-chat`.
  public var endpointType: String?
  /// A name for the run, chosen by its owner.
  public var label: String?
  /// The load in words, such as `open loop, Poisson 10/s`; see ``LoadPlan``.
  public var plan: String?
  /// How many measured requests were planned.
  public var plannedRequests: Int?
  /// Requests per second that the schedule offers; `nil` means as fast as the concurrency allows.
  public var requestRate: Double?
  /// The shape of the arrivals: 1 is Poisson, below is burstier.
  public var burstiness: Double?
  /// The most requests at one time.
  public var maxConcurrency: Int?
  /// The threads of the client that read and stamp; ``TransportConfiguration/networkThreads``.
  public var networkThreads: Int?
  /// The seed of everything random.
  public var seed: UInt64?
  /// What was sent.
  public var dataset: DatasetDescription?
  /// What all requests had in common, as ``WorkloadTarget`` says it; a prompt may ask for another length than this.
  public var request: [String: JSONValue]?
  /// The machine that ran the client.
  public var host: String?
  /// Versions of the kit and what it uses, by name.
  public var versions: [String: String]

  private enum CodingKeys: String, CodingKey {
    case model
    case tokenizer
    case baseURL = "base_url"
    case endpointType = "endpoint_type"
    case label
    case plan
    case plannedRequests = "planned_requests"
    case requestRate = "request_rate_per_s"
    case burstiness
    case maxConcurrency = "max_concurrency"
    case networkThreads = "network_threads"
    case seed
    case dataset
    case request
    case host
    case versions
  }

  /// Creates a description; secrets are taken out of the address.
  public init(
    model: String? = nil, tokenizer: String? = nil, baseURL: String? = nil, endpointType: String? = nil,
    label: String? = nil, plan: String? = nil, plannedRequests: Int? = nil, requestRate: Double? = nil,
    burstiness: Double? = nil, maxConcurrency: Int? = nil, networkThreads: Int? = nil, seed: UInt64? = nil,
    dataset: DatasetDescription? = nil, request: [String: JSONValue]? = nil, host: String? = nil,
    versions: [String: String] = [:]
  ) {
    self.model = model
    self.tokenizer = tokenizer
    self.baseURL = baseURL.map(Self.withoutSecrets)
    self.endpointType = endpointType
    self.label = label
    self.plan = plan
    self.plannedRequests = plannedRequests
    self.requestRate = requestRate.flatMap(Self.finite)
    self.burstiness = burstiness.flatMap(Self.finite)
    self.maxConcurrency = maxConcurrency
    self.networkThreads = networkThreads
    self.seed = seed
    self.dataset = dataset
    self.request = request
    self.host = host
    self.versions = versions
  }

  /// The same run with what is missing taken from its plan and its workload.
  package func completed(by plan: LoadPlan, _ target: WorkloadTarget) -> RunDescription {
    var whole = self
    if case .openLoop(let process, _) = plan.arrival, process.ramp == nil {
      whole.requestRate = requestRate ?? Self.finite(process.rate)
      whole.burstiness = burstiness ?? Self.finite(process.burstiness)
    }
    whole.model = model ?? target.model
    whole.baseURL = (baseURL ?? target.baseURL).map(Self.withoutSecrets)
    whole.endpointType = endpointType ?? target.endpointType
    whole.request = request ?? target.request
    whole.plan = self.plan ?? "\(plan)"
    whole.plannedRequests = plannedRequests ?? plan.stop.requests
    whole.maxConcurrency = maxConcurrency ?? plan.concurrencyLimit
    whole.seed = seed ?? plan.seed
    if versions.isEmpty { whole.versions = SoftwareVersions.current }
    return whole
  }

  /// JSON has no infinity: a rate without a limit is no rate.
  private static func finite(_ number: Double) -> Double? { number.isFinite ? number : nil }

  /// An address without user, password, query and fragment, all of which can hold secrets.
  public static func withoutSecrets(_ address: String) -> String {
    var rest = address.prefix { $0 != "?" && $0 != "#" }
    var scheme: Substring = ""
    if let range = rest.firstRange(of: "://") {
      scheme = rest[..<range.upperBound]
      rest = rest[range.upperBound...]
    }
    let authority = rest.prefix { $0 != "/" }
    if let at = authority.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    return String(scheme + rest)
  }
}
