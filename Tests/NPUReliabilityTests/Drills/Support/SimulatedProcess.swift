import NPUReliability
import NPUSimulator
import Synchronization

/// A simulator of this process that a drill kills, stops and starts, and whose next life may be another one.
final class SimulatedProcess: ServiceUnderTest {
  /// What a start that should fail does.
  enum Second: Sendable { case fails, passes, isSilent, hangs, cannot }

  /// Why it does not start again.
  struct DoesNotStart: Error, CustomStringConvertible {
    let description = "the port is free and nobody starts"
  }

  private struct State {
    var simulator: Simulator
    var log: String
  }

  /// How it behaves after a restart or a continuation; `nil` does not start again.
  private let next: Behaviour?
  private let first: Behaviour
  private let second: Second
  /// What stands in its log once something has happened to it.
  private let complaint: String
  private let state: Mutex<State>

  private init(
    _ simulator: Simulator, _ first: Behaviour, next: Behaviour?, second: Second, log: String, complaint: String
  ) {
    (self.first, self.next, self.second, self.complaint) = (first, next, second, complaint)
    state = Mutex(State(simulator: simulator, log: log))
  }

  static func start(
    _ behaviour: Behaviour, next: Behaviour?, second: Second = .fails, log: String = "", complaint: String = ""
  ) async throws -> SimulatedProcess {
    SimulatedProcess(
      try await Simulator.start(behaviour: behaviour), behaviour, next: next, second: second, log: log,
      complaint: complaint)
  }

  var simulator: Simulator { state.withLock(\.simulator) }
  var baseURL: String { simulator.baseURL }

  /// The log, which grows once somebody looks at it again.
  var logTail: String {
    get async {
      state.withLock { state in
        defer { if !state.log.isEmpty, !complaint.isEmpty { state.log += complaint + "\n" } }
        return state.log
      }
    }
  }

  func kill() async throws { try await simulator.shutDown() }

  func suspend() async throws { simulator.behaviour = first.with { $0.fault = Fault(.noResponse) } }

  func resume() async throws { if let next { simulator.behaviour = next } }

  func restart() async throws {
    let port = simulator.port
    try await simulator.shutDown()
    guard let next else { throw DoesNotStart() }
    let started = try await Simulator.start(behaviour: next, port: port)
    state.withLock { $0.simulator = started }
  }

  func startSecond(within limit: Duration) async throws -> StartEnd? {
    switch second {
    case .fails: StartEnd(status: 1, output: "[Errno 98] address already in use")
    case .passes: StartEnd(status: 0, output: "ready")
    case .isSilent: StartEnd(status: 1, output: " \n")
    case .hangs: StartEnd(status: nil, output: "loading")
    case .cannot: nil
    }
  }
}

/// A way to a simulated service that is cut by having the service say nothing.
struct SimulatedPath: NetworkPath {
  let process: SimulatedProcess
  /// How the service behaves when the way is whole again.
  let after: Behaviour

  var baseURL: String { process.baseURL }

  func cut() async throws { process.simulator.behaviour.fault = Fault(.closeOnAccept) }
  func trickle(bytesPerSecond: Int) async throws {}
  func restore() async throws { process.simulator.behaviour = after }
}

/// A way to a simulated service by a proxy.
struct ProxiedPath: NetworkPath {
  let proxy: FaultProxy

  var baseURL: String { proxy.baseURL }

  func cut() async throws { proxy.set([FaultProxy.Rule(.cut)]) }
  func trickle(bytesPerSecond: Int) async throws {
    proxy.set([FaultProxy.Rule(.bandwidth(bytesPerSecond: bytesPerSecond), direction: .requests)])
  }
  func restore() async throws { proxy.clear() }
}
