internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// An inference service on this machine that speaks the wire of vLLM and MindIE, with the speed and faults one asks for.
///
/// It generates text from a seed, paces it by an absolute schedule, and keeps a log of what it received, so that clients
/// and measurements can be tested against a server whose behaviour is known beforehand.
public final class Simulator: Sendable {
  /// How a simulator uses the machine, as opposed to how it answers.
  public struct Options: Sendable, Hashable {
    /// Event loop threads, at least one.
    public var threads = 1
    /// How many requests the log keeps; 0 for none.
    public var logCapacity = 1024
    /// The longest request body in bytes; longer ones are answered with status 413.
    public var bodyLimit = 64 << 20
    /// How many connections wait in the kernel to be accepted.
    public var backlog: Int32 = 1024

    /// Creates the default options.
    public init() {}
  }

  /// The port on which it listens; 0 for a Unix-domain socket.
  public let port: Int
  /// The address, such as `http://127.0.0.1:8000`, or `unix:` and a path.
  public let baseURL: String

  let state: SimulatorState
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel

  private init(
    state: SimulatorState, group: MultiThreadedEventLoopGroup, channel: any Channel, baseURL: String, port: Int
  ) {
    self.state = state
    self.group = group
    self.channel = channel
    self.baseURL = baseURL
    self.port = port
  }

  /// Starts a simulator on a TCP port.
  ///
  /// - Parameters:
  ///   - behaviour: How it answers.
  ///   - host: The address to listen on.
  ///   - port: The port; 0 lets the system choose a free one.
  ///   - options: How it uses the machine.
  /// - Returns: The simulator, which accepts connections from now on. Stop it with `shutDown()`.
  /// - Throws: What the system says if the address cannot be had.
  public static func start(
    behaviour: Behaviour = Behaviour(), host: String = "127.0.0.1", port: Int = 0, options: Options = Options()
  ) async throws -> Simulator {
    try await start(behaviour, options, isTCP: true) { bootstrap in
      try await bootstrap.bind(host: host, port: port).get()
    } address: { channel in
      let port = channel.localAddress?.port ?? port
      return ("http://\(host.contains(":") ? "[\(host)]" : host):\(port)", port)
    }
  }

  /// Starts a simulator on a Unix-domain socket, replacing a socket that is already there.
  ///
  /// - Parameters:
  ///   - behaviour: How it answers.
  ///   - path: The path of the socket, at most 107 bytes long.
  ///   - options: How it uses the machine.
  /// - Returns: The simulator, which accepts connections from now on. Stop it with `shutDown()`.
  /// - Throws: What the system says if the socket cannot be made.
  public static func start(
    behaviour: Behaviour = Behaviour(), unixSocket path: String, options: Options = Options()
  ) async throws -> Simulator {
    try await start(behaviour, options, isTCP: false) { bootstrap in
      try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
    } address: { _ in
      ("unix:\(path)", 0)
    }
  }

  private static func start(
    _ behaviour: Behaviour, _ options: Options, isTCP: Bool, bind: (ServerBootstrap) async throws -> any Channel,
    address: (any Channel) -> (String, Int)
  ) async throws -> Simulator {
    let state = SimulatorState(behaviour: behaviour, logCapacity: options.logCapacity, bodyLimit: options.bodyLimit)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, options.threads))
    do {
      let channel = try await bind(bootstrap(group, state, options, isTCP: isTCP))
      let (url, port) = address(channel)
      return Simulator(state: state, group: group, channel: channel, baseURL: url, port: port)
    } catch {
      try await group.shutdownGracefully()
      throw error
    }
  }

  private static func bootstrap(
    _ group: MultiThreadedEventLoopGroup, _ state: SimulatorState, _ options: Options, isTCP: Bool
  ) -> ServerBootstrap {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: options.backlog)
      .childChannelOption(.writeBufferWaterMark, value: .init(low: 65_536, high: 262_144))
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let number = register(channel, state) else {
            channel.close(promise: nil)
            return
          }
          let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
          try channel.pipeline.syncOperations.addHandlers(
            decoder, ConnectionHandler(state: state, connection: number))
        }
      }
    guard isTCP else { return bootstrap }
    return
      bootstrap
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
  }

  /// Counts a connection, unless it is to be closed at once.
  private static func register(_ channel: any Channel, _ state: SimulatorState) -> Int? {
    let number = state.withValues { values -> Int? in
      let number = values.counters.connections
      values.counters.connections += 1
      if values.isStopping || values.behaviour.fault(forRequest: number)?.kind == .closeOnAccept { return nil }
      values.channels[number] = channel
      values.counters.openConnections += 1
      values.counters.peakConnections = max(values.counters.peakConnections, values.counters.openConnections)
      return number
    }
    guard let number else { return nil }
    channel.closeFuture.whenComplete { _ in
      state.withValues {
        $0.channels[number] = nil
        $0.counters.openConnections -= 1
      }
    }
    return number
  }

  /// Stops accepting connections, breaks off those that are open and ends the threads.
  ///
  /// Calling it again does nothing. Anyone who waits for a condition is woken with a cancellation error.
  public func shutDown() async throws {
    let isFirst = state.withValues { values in
      defer { values.isStopping = true }
      return !values.isStopping
    }
    guard isFirst else { return }
    try await channel.close().get()
    for channel in state.withValues({ Array($0.channels.values) }) { channel.close(promise: nil) }
    try await group.shutdownGracefully()
    state.cancelWaiters()
  }
}

extension Simulator {
  /// How it answers; a change applies to requests that come later.
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
///   - behaviour: How it answers.
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
