internal import NPULoad
public import NPUServices
internal import NPUTelemetry
internal import NPUTransport

/// Brings faults about while steady probes run, and tells what came of them.
///
/// ```swift
/// var drill = FaultDrill(try Service("http://127.0.0.1:8000"))
/// drill.limits.recovery = .seconds(600)
/// let report = await drill.run([.disconnects, .outOfMemoryTokens, .corruptedJSON])
/// try report.require()
/// ```
///
/// The scenarios that kill or stop the service need its ``process``, those that break the network a ``network``;
/// without them they are not applicable, and say so.
public struct FaultDrill: Sendable {
  /// The service.
  public var service: Service
  /// Which kind of service the probes are for where a scenario is about any kind.
  public var kind: ProbedService
  /// What its services speak.
  public var protocols: DrillProtocols
  /// The process of the service.
  public var process: (any ServiceUnderTest)?
  /// A way to the service that can be broken.
  public var network: (any NetworkPath)?
  /// Commands of the tester, by the name of the scenario that they are for.
  public var commands: [String: FaultCommand]
  /// Limits of time and size.
  public var limits: DrillLimits
  /// How the state of the service is found out; its bound is ``DrillLimits/canary``.
  public var state: StateProbe

  /// Creates a drill.
  public init(
    _ service: Service, kind: ProbedService = .llm, protocols: DrillProtocols = DrillProtocols(),
    process: (any ServiceUnderTest)? = nil, network: (any NetworkPath)? = nil, commands: [String: FaultCommand] = [:],
    limits: DrillLimits = DrillLimits(), state: StateProbe = StateProbe()
  ) {
    self.service = service
    self.kind = kind
    self.protocols = protocols
    self.process = process
    self.network = network
    self.commands = commands
    self.limits = limits
    self.state = state
  }

  /// How the state is found out, within the bound of a canary.
  var stateProbe: StateProbe {
    var probe = state
    probe.bound = limits.canary
    return probe
  }

  /// Runs scenarios one after another.
  ///
  /// A service that one scenario has left down is started again before the next, where its process is known. When the
  /// task is cancelled the report has what was found until then, and every fault is taken away.
  ///
  /// - Parameters:
  ///   - scenarios: The scenarios; by default all.
  ///   - progress: Gets each result as it comes.
  /// - Returns: The results in the order of the scenarios.
  public func run(
    _ scenarios: [FaultScenario] = FaultScenario.all,
    progress: @Sendable (DrillResult) -> Void = { _ in }
  ) async -> DrillReport {
    var report = DrillReport(
      service: service.configuration.endpoint.description, results: [], resolution: limits.interval)
    var run = DrillRun(drill: self)
    for scenario in scenarios {
      guard !Task.isCancelled else { break }
      let result = await run.play(scenario)
      // What was cut off says nothing.
      guard !Task.isCancelled else { break }
      progress(result)
      report.results.append(result)
    }
    report.isInterrupted = Task.isCancelled
    return report
  }

  /// What a scenario lacks, and what to do; `nil` if it can run.
  func lack(of scenario: FaultScenario) -> String? {
    if scenario.takesCommand, commands[scenario.id] != nil { return nil }
    for need in scenario.about.needs {
      switch need {
      case .process where process == nil:
        return "it needs the process of the service: have the drill start it (--command)"
      case .network where network == nil:
        return "it needs a way to the service that can be broken: put a proxy before it"
      case .command where commands[scenario.id] == nil:
        return "it needs a command of yours that brings the fault about (--inject \(scenario.id)='...')"
      default: continue
      }
    }
    return nil
  }
}
