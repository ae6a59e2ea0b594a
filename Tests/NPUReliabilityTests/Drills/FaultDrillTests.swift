import Foundation
import NPUBase
import NPUReliability
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

/// Each scenario against a simulated service that recovers, one that does not, and one that says that it is healthy and
/// generates nothing.
struct FaultDrillTests {
  /// How a service takes a fault.
  enum Service: String, CaseIterable { case recovers, doesNotRecover, lies }

  struct Case: Sendable, CustomTestStringConvertible {
    let scenario: FaultScenario
    let service: Service

    var testDescription: String { "\(scenario.id), \(service.rawValue)" }
    var verdict: DrillVerdict { service == .recovers ? .pass : .fail }
  }

  static let cases = FaultScenario.all.flatMap { scenario in
    Service.allCases.map { Case(scenario: scenario, service: $0) }
  }

  /// What is done quickly with a simulator; whoever answers at all does so long before any of these limits.
  static var limits: DrillLimits {
    var limits = DrillLimits()
    limits.interval = .milliseconds(25)
    limits.settled = 3
    limits.probe = .seconds(3)
    limits.detection = .seconds(20)
    limits.recovery = .seconds(120)
    limits.drain = .seconds(60)
    limits.request = .seconds(60)
    limits.canary = .seconds(1)
    limits.disconnects = 40
    limits.reconnects = 40
    limits.slowReaders = 2
    limits.hold = .milliseconds(50)
    limits.oversizedBody = 200_000
    limits.oversizedAudio = 120
    limits.oversizedImage = 64
    limits.trickle = 1000
    return limits
  }

  @Test("the verdict is right, whatever the service does", arguments: cases)
  func verdict(_ given: Case) async throws {
    let result = try await Self.run(given.scenario, given.service)
    #expect(result.verdict == given.verdict, "\(result.reason)")
    guard given.service == .recovers else { return }
    #expect(result.figures.timeToRecover != nil)
    #expect(result.figures.corruptedResponses == 0)
    #expect(result.figures.tokens.wrong == 0)
  }

  @Test("a service that comes back with other answers has corrupted them")
  func corrupted() async throws {
    let process = try await SimulatedProcess.start(.exemplary, next: .exemplary.with { $0.text = "something else" })
    let result = await Self.drill(process, Self.failing).run([.killAndRestart]).results.first
    try await process.simulator.shutDown()
    #expect(result?.verdict == .fail)
    #expect(result?.findings.contains { $0.demand == "nothing is corrupted" && $0.verdict == .fail } == true)
    #expect((result?.figures.corruptedResponses ?? 0) > 0)
  }

  @Test("a breakdown that spoils responses is seen beside the fault")
  func spoiled() async throws {
    let behaviour = Behaviour.exemplary.with { $0.breakdown = Breakdown(.refusal, .corrupts) }
    let process = try await SimulatedProcess.start(behaviour, next: nil)
    let result = await Self.drill(process, Self.failing).run([.corruptedJSON]).results.first
    try await process.simulator.shutDown()
    #expect(result?.verdict == .fail)
    #expect((result?.figures.tokens.wrong ?? 0) > 0)
  }

  @Test("cache that does not come back is no drain, although no request runs")
  func leakedCache() async throws {
    let behaviour = Self.lasting.with { $0.breakdown = Breakdown(.disconnect, .leaksCache) }
    let process = try await SimulatedProcess.start(behaviour, next: nil)
    var limits = Self.limits
    limits.drain = .milliseconds(200)
    let result = await Self.drill(process, limits).run([.disconnects]).results.first
    try await process.simulator.shutDown()
    #expect(result?.verdict == .fail)
    #expect(result?.reason.contains("KV cache") == true)
  }

  @Test("metrics that never showed what was abandoned prove nothing")
  func otherMetrics() async throws {
    let process = try await SimulatedProcess.start(.exemplary, next: nil)
    let idle = try await Simulator.start()
    var drill = Self.drill(process, Self.limits)
    drill.state.metricsService = try ServiceConfiguration(idle.baseURL)
    let result = await drill.run([.disconnects]).results.first
    try await idle.shutDown()
    try await process.simulator.shutDown()
    #expect(result?.verdict == .undecided)
    #expect(result?.reason.contains("never showed the streams") == true, "\(result?.reason ?? "")")
  }

  @Test("a service without metrics is drained by its latency")
  func withoutMetrics() async throws {
    let process = try await SimulatedProcess.start(.exemplary, next: nil)
    var drill = Self.drill(process, Self.limits)
    drill.state.metricsRoute = nil
    let result = await drill.run([.disconnects]).results.first
    try await process.simulator.shutDown()
    let finding = result?.findings.first { $0.demand == "what was abandoned leaves the server" }
    #expect(finding?.reason.contains("no metrics") == true)
    #expect(finding?.verdict != .undecided)
  }

  /// Probes that a service which works for one client at a time is quick enough for.
  static var rare: DrillLimits {
    var limits = limits
    limits.interval = .milliseconds(400)
    limits.probe = .seconds(20)
    limits.hold = .milliseconds(400)
    limits.slowReaders = 1
    return limits
  }

  @Test(
    "a service that serves one client at a time is held up by a slow one, and one that serves several is not",
    arguments: [FaultScenario.slowReader, .trickledUpload], [true, false])
  func heldUp(_ scenario: FaultScenario, isSerial: Bool) async throws {
    let behaviour = Behaviour.exemplary.with {
      $0.isSerial = isSerial
      $0.outputTokens = DrillLimits().slowTokens
    }
    let process = try await SimulatedProcess.start(behaviour, next: nil)
    let proxy = try await FaultProxy.start(to: process.baseURL)
    var drill = Self.drill(process, Self.rare)
    drill.network = ProxiedPath(proxy: proxy)
    let result = await drill.run([scenario]).results.first
    try await proxy.shutDown()
    try await process.simulator.shutDown()
    let finding = result?.findings.first { $0.demand == "nobody else is held up" }
    #expect(finding?.verdict == (isSerial ? .fail : .pass), "\(finding?.reason ?? result?.reason ?? "")")
    #expect(result?.verdict == (isSerial ? .fail : .pass), "\(result?.reason ?? "")")
    if isSerial { #expect((result?.figures.heldUp ?? 0) > 1) }
  }

  @Test("slow readers of short responses show nothing")
  func shortResponses() async throws {
    let process = try await SimulatedProcess.start(.exemplary, next: nil)
    var limits = Self.limits
    limits.slowTokens = 8
    let result = await Self.drill(process, limits).run([.slowReader]).results.first
    try await process.simulator.shutDown()
    #expect(result?.verdict == .undecided, "\(result?.reason ?? "")")
  }

  @Test("an upload that the way lets through at once shows nothing")
  func quickUpload() async throws {
    let process = try await SimulatedProcess.start(.exemplary, next: nil)
    let result = await Self.drill(process, Self.limits).run([.trickledUpload]).results.first
    try await process.simulator.shutDown()
    #expect(result?.verdict == .undecided, "\(result?.reason ?? "")")
  }

  @Test("a service that is well only once the fault is taken away did not fall back by itself")
  func noFallback() async throws {
    let result = try await Self.run(.distributedFailure, commanding: .status(500), Self.failing)
    #expect(result?.verdict == .fail)
    let finding = result?.findings.first { $0.demand == "right responses come again" }
    #expect(finding?.verdict == .fail, "\(finding?.reason ?? "")")
  }

  @Test("commands can cut the network in place of a proxy")
  func cutByCommand() async throws {
    let result = try await Self.run(.networkCut, commanding: Fault(.noResponse), Self.limits)
    #expect(result?.verdict == .pass, "\(result?.reason ?? "")")
    #expect(result?.figures.timeToRecover != nil)
  }

  /// Runs a scenario whose commands bring a fault of the simulator about and take it away.
  private static func run(
    _ scenario: FaultScenario, commanding fault: Fault, _ limits: DrillLimits
  ) async throws -> DrillResult? {
    let process = try await SimulatedProcess.start(.exemplary, next: nil)
    let folder = try TemporaryFolder()
    // Each command makes a file and ends when it is gone.
    func command(_ name: String) -> String {
      "cd '\(folder.path)' && : > \(name) && while [ -e \(name) ]; do sleep 0.01; done"
    }
    let switching = Task {
      for (name, fault) in [("inject", fault), ("restore", nil)] as [(String, Fault?)] {
        while !FileManager.default.fileExists(atPath: folder.file(name)) {
          try await Task.sleep(for: .milliseconds(5))
        }
        process.simulator.behaviour.fault = fault
        try FileManager.default.removeItem(atPath: folder.file(name))
      }
    }
    var drill = drill(process, limits)
    drill.network = nil
    drill.commands[scenario.id] = FaultCommand(inject: command("inject"), restore: command("restore"))
    let result = await drill.run([scenario]).results.first
    switching.cancel()
    try await process.simulator.shutDown()
    #expect(process.simulator.behaviour.fault == nil)
    return result
  }

  @Test("a key in a command shows in no attempt")
  func secretInCommand() async throws {
    let process = try await SimulatedProcess.start(.exemplary, next: nil)
    var drill = Self.drill(process, Self.limits)
    drill.commands["launcher-missing"] = FaultCommand(
      inject: "echo no launcher for sesame-open-1 >&2; HF_TOKEN=sesame-open-1 exit 127 # --api-key sesame-open-2")
    let report = await drill.run([.launcherMissing])
    try await process.simulator.shutDown()
    #expect(report.results.map(\.verdict) == [.pass])
    #expect(report.results.first?.attempts.first?.name.contains("--api-key") == true)
    let json = try report.json()
    #expect(!json.contains("sesame-open"))
  }

  @Test("a service whose answers differ by themselves leaves open whether something was corrupted")
  func unsteady() async throws {
    let behaviour = Behaviour.exemplary.with {
      $0.repeatsQuotes = false
      $0.flaws = [.ignoresTemperature]
    }
    let process = try await SimulatedProcess.start(behaviour, next: behaviour)
    let result = await Self.drill(process, Self.limits).run([.killAndRestart]).results.first
    try await process.simulator.shutDown()
    #expect(result?.verdict == .undecided)
    #expect(result?.reason.contains("no known answer") == true)
  }

  @Test("a service that is down before the fault is not judged by it")
  func downBefore() async throws {
    let process = try await SimulatedProcess.start(.exemplary.with { $0.fault = .status(500) }, next: nil)
    let report = await Self.drill(process, Self.limits).run([.corruptedJSON])
    try await process.simulator.shutDown()
    #expect(report.results.map(\.verdict) == [.undecided])
    #expect(report.results.first?.reason.contains("before the fault") == true)
    #expect(report.exitStatus == 2)
  }

  @Test(
    "what a scenario lacks is said, and is no failure", arguments: FaultScenario.all.filter { !$0.about.needs.isEmpty })
  func lacking(_ scenario: FaultScenario) async throws {
    let transport = ScriptedTransport { _ in [.fail(.connectionRefused)] }
    let service = NPUServices.Service(try ServiceConfiguration("http://127.0.0.1:1"), transport: transport)
    let report = await FaultDrill(service).run([scenario])
    #expect(report.results.map(\.verdict) == [.notApplicable])
    #expect(transport.requests.isEmpty)
    #expect(report.exitStatus == 2)
    #expect(!report.passes)
  }

  @Test("a model that takes no images is none for the scenarios of images")
  func noImages() async throws {
    let process = try await SimulatedProcess.start(.flawed(.refusesImages), next: nil)
    let report = await Self.drill(process, Self.limits).run([.corruptedImage, .textOnly])
    try await process.simulator.shutDown()
    #expect(report.results.map(\.verdict) == [.notApplicable, .notApplicable])
  }

  @Test("a drill that is cancelled takes its fault away and says nothing of the service")
  func cancelled() async throws {
    let process = try await SimulatedProcess.start(.exemplary, next: .exemplary)
    var limits = Self.limits
    limits.hold = .seconds(3600)
    let drill = Self.drill(process, limits)
    let running = Task { await drill.run([.stopAndContinue]) }
    while process.simulator.behaviour.fault == nil { try await Task.sleep(for: .milliseconds(5)) }
    running.cancel()
    let report = await running.value
    #expect(report.isInterrupted)
    #expect(report.results.isEmpty)
    #expect(process.simulator.behaviour.fault == nil)
    try await process.simulator.shutDown()
  }

  // MARK: - Services

  /// Limits for services that will fail: nobody waits long for what does not come.
  static var failing: DrillLimits {
    var limits = limits
    limits.recovery = .milliseconds(100)
    limits.drain = .milliseconds(100)
    limits.request = .seconds(20)
    return limits
  }

  static func drill(_ process: SimulatedProcess, _ limits: DrillLimits, after: Behaviour = .exemplary) -> FaultDrill {
    // The address is one of a simulator that listens.
    guard let service = try? NPUServices.Service(process.baseURL) else {
      preconditionFailure("an address of a simulator")
    }
    return FaultDrill(
      service, process: process, network: SimulatedPath(process: process, after: after),
      commands: [
        "device-error": FaultCommand(inject: "true", restore: "true"),
        "distributed-failure": FaultCommand(inject: "true"),
        "launcher-missing": FaultCommand(inject: "echo torchrun: not found >&2; exit 127"),
        "project-missing": FaultCommand(inject: "echo no project at /nowhere >&2; exit 2"),
      ], limits: limits)
  }

  /// A service whose streams are still open when its metrics are read, however slowly that goes.
  static let lasting = Behaviour.exemplary.with { $0.interTokenLatency = .milliseconds(20) }

  static func run(_ scenario: FaultScenario, _ service: Service) async throws -> DrillResult {
    let bad: Behaviour? =
      switch service {
      case .recovers: .exemplary
      case .doesNotRecover: .exemplary.with { $0.fault = .status(500) }
      case .lies: .exemplary.with { $0.fault = Fault(.noResponse) }
      }
    var first = scenario.id == "disconnects" ? lasting : .exemplary
    first.outputTokens = DrillLimits().slowTokens
    if service != .recovers { first.breakdown = breakdown(of: scenario, service == .lies ? .hangs : .closes) }
    if scenario.id == "text-only", service != .recovers { first.flaws = [.requiresImages] }
    let reports = ["device-error", "distributed-failure"].contains(scenario.id)
    let process = try await SimulatedProcess.start(
      first, next: bad, second: service == .recovers ? .fails : service == .lies ? .hangs : .passes,
      log: reports ? "started\n" : "", complaint: service == .recovers ? "ERROR: device 3 is lost" : "")
    var drill = drill(process, service == .recovers ? limits : failing, after: bad ?? .exemplary)
    if reports { drill.limits.detection = .milliseconds(100) }
    if service != .recovers {
      // Starts that should fail end well, or without a word.
      for name in ["launcher-missing", "project-missing"] {
        drill.commands[name] = FaultCommand(inject: service == .lies ? "exit 1" : "echo ready")
      }
    }
    // A body that arrives slowly needs a way that is slow.
    let proxy = scenario.id == "trickled-upload" ? try await FaultProxy.start(to: process.baseURL) : nil
    if let proxy { drill.network = ProxiedPath(proxy: proxy) }
    let report = await drill.run([scenario])
    try await proxy?.shutDown()
    try await process.simulator.shutDown()
    return try #require(report.results.first)
  }

  /// What breaks a service in a scenario.
  static func breakdown(of scenario: FaultScenario, _ effect: Breakdown.Effect) -> Breakdown? {
    switch scenario.id {
    case "disconnects": Breakdown(.disconnect, effect == .closes ? .leaksRequests : effect)
    case "slow-reader": Breakdown(.request, effect, text: "Tell a long story")
    case "trickled-upload": Breakdown(.request, effect, text: "arrives slowly")
    case "oom-image": Breakdown(.request, effect, text: "What is in the image?")
    case "oversized-audio", "parallel-20": Breakdown(.request, effect, text: "drill.wav")
    case "parallel-50": Breakdown(.request, effect, text: "Tell me about the number")
    case "reconnect-storm": Breakdown(.request, effect, text: "Say hello.")
    default: scenario.about.needs.isEmpty ? Breakdown(.refusal, effect) : nil
    }
  }
}
