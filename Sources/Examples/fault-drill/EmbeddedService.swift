import NPUSimulator
import NPUTestKit
import Synchronization

/// The built-in simulator as a service whose process the drill lays hands on.
///
/// It runs in this process: killed means that its connections break and its port is closed, stopped that it responds to
/// nothing but its health route.
final class EmbeddedService: ServiceUnderTest {
  private let behaviour: Behaviour
  private let simulator: Mutex<Simulator>

  private init(_ behaviour: Behaviour, _ simulator: Simulator) {
    self.behaviour = behaviour
    self.simulator = Mutex(simulator)
  }

  static func start(_ behaviour: Behaviour) async throws -> EmbeddedService {
    EmbeddedService(behaviour, try await Simulator.start(behaviour: behaviour))
  }

  /// Where it listens, also after a restart.
  var baseURL: String { current.baseURL }

  private var current: Simulator { simulator.withLock(\.self) }

  func kill() async throws { try await current.shutDown() }

  func suspend() async throws { current.behaviour.fault = Fault(.noResponse) }

  func resume() async throws { current.behaviour = behaviour }

  func restart() async throws {
    let port = current.port
    try await current.shutDown()
    let started = try await Simulator.start(behaviour: behaviour, port: port)
    simulator.withLock { $0 = started }
  }

  func startSecond(within limit: Duration) async throws -> StartEnd? {
    do {
      try await Simulator.start(behaviour: behaviour, port: current.port).shutDown()
      return StartEnd(status: 0, output: "")
    } catch {
      return StartEnd(status: 1, output: "\(error)")
    }
  }

  func shutDown() async throws { try await current.shutDown() }
}
