/// How the simulator works through image tasks.
///
/// In JSON it is the member `tasks` of a behaviour. How long the work of a task takes follows from the member `images`.
public struct TaskBehaviour: Sendable, Hashable {
  /// Whose responses the simulated task service gives.
  public enum WireProtocol: String, Sendable, Hashable, Codable, CaseIterable {
    /// As the documentation has it.
    case readme
    /// As the published server sends it: other names and words, bare lists, and 500 to every status of a known task.
    case code
  }

  /// Whose responses these are.
  public var wireProtocol = WireProtocol.readme
  /// How many tasks are worked on at once; the others wait.
  public var workers = 1
  /// Whether the health route responds as task services do.
  public var ownsHealth = false
  /// Whether the service is ready; submissions are answered with 503 otherwise.
  public var isReady = true
  /// The tasks that fail, by their number from 0.
  public var failed: [Int] = []
  /// The tasks that stop half-way and never end, by their number from 0; each holds its worker for ever.
  public var stuck: [Int] = []
  /// After how many submitted tasks the service forgets all of them once, as a restart does.
  public var restartAfter: Int?
  /// Whether results lie where the download does not look for them, as in the published server; their addresses work.
  public var misplacesResults = false
  /// What result addresses begin with: the service's own idea of its address.
  public var resultBase = "http://localhost:8088"
  /// Which requests meet the behaviour's fault.
  public var faultRoute = FaultRoute.submit

  /// A request of a task service that can go wrong.
  public enum FaultRoute: String, Sendable, Hashable, Codable, CaseIterable {
    /// The submission.
    case submit
    /// The question for the state.
    case status
    /// The download of a result.
    case download
  }

  /// Creates the default: a healthy service with one worker.
  public init() {}
}

extension TaskBehaviour: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case wireProtocol = "protocol"
    case workers, failed, stuck
    case ownsHealth = "owns_health"
    case isReady = "ready"
    case restartAfter = "restart_after"
    case misplacesResults = "misplaces_results"
    case resultBase = "result_base"
    case faultRoute = "fault_route"
  }

  /// Names of members in earlier versions, which are still read.
  private enum FormerKeys: String, CodingKey, CaseIterable {
    case wireProtocol = "dialect"
  }

  /// Reads the members that are given; the others keep the values of the behaviour beneath, or their defaults.
  ///
  /// - Throws: `DecodingError` for an unknown member, a wrong type or a number outside its range.
  public init(from decoder: any Decoder) throws {
    self = Behaviour.baseKey.flatMap { decoder.userInfo[$0] as? Behaviour }?.tasks ?? TaskBehaviour()
    try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.rawValue), former: FormerKeys.allCases.map(\.rawValue))
    let former = try decoder.container(keyedBy: FormerKeys.self)
    wireProtocol = try former.decodeIfPresent(WireProtocol.self, forKey: .wireProtocol) ?? wireProtocol
    let values = try decoder.container(keyedBy: CodingKeys.self)
    wireProtocol = try values.decodeIfPresent(WireProtocol.self, forKey: .wireProtocol) ?? wireProtocol
    workers = try values.decodeIfPresent(Int.self, forKey: .workers, in: 1...1024) ?? workers
    ownsHealth = try values.decodeIfPresent(Bool.self, forKey: .ownsHealth) ?? ownsHealth
    isReady = try values.decodeIfPresent(Bool.self, forKey: .isReady) ?? isReady
    failed = try values.decodeIfPresent([Int].self, forKey: .failed) ?? failed
    stuck = try values.decodeIfPresent([Int].self, forKey: .stuck) ?? stuck
    restartAfter = try values.decodeIfPresent(Int.self, forKey: .restartAfter, in: 1...Int.max) ?? restartAfter
    misplacesResults = try values.decodeIfPresent(Bool.self, forKey: .misplacesResults) ?? misplacesResults
    resultBase = try values.decodeIfPresent(String.self, forKey: .resultBase) ?? resultBase
    faultRoute = try values.decodeIfPresent(FaultRoute.self, forKey: .faultRoute) ?? faultRoute
  }

  /// Writes every member.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(wireProtocol, forKey: .wireProtocol)
    try values.encode(workers, forKey: .workers)
    try values.encode(ownsHealth, forKey: .ownsHealth)
    try values.encode(isReady, forKey: .isReady)
    try values.encode(failed, forKey: .failed)
    try values.encode(stuck, forKey: .stuck)
    try values.encodeIfPresent(restartAfter, forKey: .restartAfter)
    try values.encode(misplacesResults, forKey: .misplacesResults)
    try values.encode(resultBase, forKey: .resultBase)
    try values.encode(faultRoute, forKey: .faultRoute)
  }
}
