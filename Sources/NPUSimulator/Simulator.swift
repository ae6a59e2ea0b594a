/// An inference service on this machine that behaves as vLLM and MindIE do, with the speed and faults one asks for.
///
/// It generates text from a seed, paces it by an absolute schedule, and keeps a log of what it received, so that
/// clients and measurements can be tested against a server whose behaviour is known beforehand.
public final class Simulator: Sendable {
  /// How a simulator uses the machine, as opposed to how it responds.
  public struct Options: Sendable, Hashable {
    /// Event loop threads, at least one.
    public var threads = 1
    /// How many requests the log keeps; 0 for none.
    public var logCapacity = 1024
    /// The longest request body in bytes; longer ones are answered with status 413.
    public var bodyLimit = 64 << 20
    /// How many connections wait in the kernel to be accepted.
    public var backlog: Int32 = 1024
    /// The port of MindIE's management address, 0 for a free one; `nil` leaves its routes beside the others.
    ///
    /// Of no matter for a simulator on a Unix-domain socket.
    public var managementPort: Int?

    /// Creates the default options.
    public init() {}
  }

  /// The port on which it listens; 0 for a Unix-domain socket.
  public let port: Int
  /// The address, such as `http://127.0.0.1:8000`, or `unix:` and a path.
  public let baseURL: String
  /// The management address, where it is another one.
  public let managementURL: String?

  let state: ServerState
  private let tasks: TaskService
  private let server: HTTPServer

  private init(_ behaviour: Behaviour, at address: HTTPServer.Address, _ options: Options) async throws {
    let metrics = EngineMetrics()
    let tasks = TaskService()
    state = ServerState(
      behaviour: behaviour, logCapacity: options.logCapacity, bodyLimit: options.bodyLimit, metrics: metrics)
    self.tasks = tasks
    let management = MindIEManagement.routes + metrics.routes
    let all = Self.routes(metrics, tasks)
    let own = Set(management.map(\.path))
    server = try await HTTPServer.start(
      at: address, state: state,
      routes: options.managementPort == nil ? all : all.filter { !own.contains($0.path) },
      others: options.managementPort.map { ($0, management) }, threads: options.threads, backlog: options.backlog)
    port = server.port ?? 0
    switch address {
    case .tcp(let host, _):
      let host = host.contains(":") ? "[\(host)]" : host
      baseURL = "http://\(host):\(port)"
      managementURL = server.otherPort.map { "http://\(host):\($0)" }
    case .unixSocket(let path):
      baseURL = "unix:\(path)"
      managementURL = nil
    }
  }

  /// The routes of all services: the one place that names them.
  ///
  /// A task service that owns the health route comes before the services that have one anyway.
  private static func routes(_ metrics: EngineMetrics, _ tasks: TaskService) -> [Route] {
    // Those of MindIE are there for it alone, and come before what other servers have at the same paths.
    MindIEManagement.routes + MindIEManagement.businessRoutes + MindIEService.routes + tasks.routes
      + ServerInfoService.routes + GenerationService.routes + metrics.routes + ImageService().routes
      + PredictionService.routes + TranscriptionService.routes + SpeechService.routes + DeploymentService().routes
  }

  /// Starts a simulator on a TCP port.
  ///
  /// - Parameters:
  ///   - behaviour: How it responds.
  ///   - host: The address to listen on.
  ///   - port: The port; 0 lets the system choose a free one.
  ///   - options: How it uses the machine.
  /// - Returns: The simulator, which accepts connections from now on. Stop it with `shutDown()`.
  /// - Throws: What the system says if the address cannot be had.
  public static func start(
    behaviour: Behaviour = Behaviour(), host: String = "127.0.0.1", port: Int = 0, options: Options = Options()
  ) async throws -> Simulator {
    try await Simulator(behaviour, at: .tcp(host: host, port: port), options)
  }

  /// Starts a simulator on a Unix-domain socket, replacing one that a server has left behind.
  ///
  /// - Parameters:
  ///   - behaviour: How it responds.
  ///   - path: The path of the socket, at most 107 bytes long.
  ///   - options: How it uses the machine.
  /// - Returns: The simulator, which accepts connections from now on. Stop it with `shutDown()`.
  /// - Throws: ``ListeningError`` if the socket cannot be made, or a server accepts connections at the path.
  public static func start(
    behaviour: Behaviour = Behaviour(), unixSocket path: String, options: Options = Options()
  ) async throws -> Simulator {
    try await Simulator(behaviour, at: .unixSocket(path: path), options)
  }

  /// Stops accepting connections, breaks off those that are open and ends the threads.
  ///
  /// Calling it again does nothing. Anyone who waits for a condition is woken with a cancellation error.
  public func shutDown() async throws { try await server.shutDown() }
}

extension Simulator {
  /// How it responds; a change applies to requests that come later.
  public var behaviour: Behaviour {
    get { state.withValues { $0.behaviour } }
    set { state.withValues { $0.behaviour = newValue } }
  }

  /// The last requests, from the oldest to the newest.
  public var requests: [ReceivedRequest] { state.withValues { $0.log.requests } }

  /// How much it has seen.
  public var counters: SimulatorCounters { state.withValues { $0.counters } }

  /// Forgets the requests logged so far.
  public func clearRequests() {
    state.withValues { $0.log.clear() }
  }

  /// Forgets all tasks of the task service, as a restart of its process does.
  public func restartTasks() { tasks.restart() }

  /// Suspends until the counters meet a condition.
  ///
  /// - Parameter condition: What is waited for; it is asked at every change and must be quick.
  /// - Returns: The counters that met it.
  /// - Throws: `CancellationError` if the task is cancelled or the simulator is stopped.
  @discardableResult
  public func wait(
    until condition: @escaping @Sendable (SimulatorCounters) -> Bool
  ) async throws -> SimulatorCounters {
    try await state.wait(until: condition)
  }
}

/// Runs a simulator for as long as a closure runs, and stops it whether the closure returns or throws.
///
/// - Parameters:
///   - behaviour: How it responds.
///   - options: How it uses the machine.
///   - body: What uses it.
/// - Returns: What the closure returns.
/// - Throws: What the closure throws, or what starting and stopping throw.
@discardableResult
public func withSimulator<Result>(
  behaviour: Behaviour = Behaviour(), options: Simulator.Options = Simulator.Options(),
  _ body: (Simulator) async throws -> Result
) async throws -> Result {
  let simulator = try await Simulator.start(behaviour: behaviour, options: options)
  do {
    let result = try await body(simulator)
    try await simulator.shutDown()
    return result
  } catch {
    // The closure's error says more than one of stopping would.
    try? await simulator.shutDown()
    throw error
  }
}
