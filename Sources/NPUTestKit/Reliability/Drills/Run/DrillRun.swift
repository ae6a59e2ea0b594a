internal import NPUBase
internal import NPULoad
internal import NPUServices
internal import NPUTelemetry
internal import NPUTransport

/// One run of a drill: the answers that are known, and whether the last scenario left the service down.
struct DrillRun {
  let drill: FaultDrill
  private var answers: [ProbeSupply: KnownAnswers] = [:]
  private var isDown = false
  /// The name of the model, which a service that is down could not be asked for.
  private var model: String?

  init(drill: FaultDrill) { self.drill = drill }

  private var limits: DrillLimits { drill.limits }

  /// Why a scenario did not come to its fault.
  private struct Cut: Error {
    var verdict: DrillVerdict
    var reason: String
  }

  /// Runs one scenario.
  mutating func play(_ scenario: FaultScenario) async -> DrillResult {
    if let lack = drill.lack(of: scenario) { return DrillResult(scenario, .notApplicable, lack) }
    let began = drill.service.transport.now
    do {
      if isDown { try await startAgain() }
      let evidence = try await evidence(of: scenario)
      isDown = evidence.failure != nil || evidence.recovery == nil
      let duration = began.duration(to: drill.service.transport.now)
      return DrillResult(scenario, clean(evidence), duration: duration)
    } catch let cut as Cut {
      return DrillResult(scenario, cut.verdict, clean(cut.reason))
    } catch {
      return DrillResult(scenario, .undecided, clean("the scenario could not go on: \(error)"))
    }
  }

  // MARK: - The course of a scenario

  private mutating func evidence(of scenario: FaultScenario) async throws -> DrillEvidence {
    let kind = scenario.about.service ?? drill.kind
    let service = try await service(for: scenario)
    let supply = ProbeSupply(kind: kind, protocols: drill.protocols, showsImage: scenario.probesShowImages)
    let probed = service.bounded(by: limits.probe)
    let answers = try await answers(of: supply, probed)
    let before = await service.bounded(by: limits.canary).occupancy(drill.stateProbe)
    let log = await drill.process?.logTail
    let traffic = ProbeTraffic(probed, supply, answers, limits)
    let tools = StageTools(
      process: drill.process, network: drill.network, command: drill.commands[scenario.id])
    let stage = DrillStage(service, tools, limits, drill.protocols, drill.stateProbe, traffic)
    traffic.start()
    do {
      try await settle(traffic)
      try await scenario.act(stage)
      try await recover(stage)
    } catch {
      await traffic.stop()
      // A fault that could not be taken away says something of the service; whatever else ended the scenario does not.
      guard stage.noted.failure != nil, !Task.isCancelled else { throw error }
    }
    await traffic.stop()
    if scenario.demands.contains(.drains), let before { try await drain(before, stage, service) }
    let complaints = await drill.process?.logTail.complaints(since: log ?? "") ?? []
    stage.change { evidence in
      let end = evidence.knownUntil ?? MonotonicInstant(nanoseconds: .max)
      evidence.probes = traffic.results.filter { $0.started < end }
      evidence.history = traffic.findings
      evidence.complaints = complaints
      evidence.hasLog = !(log ?? "").isEmpty || !complaints.isEmpty
      if traffic.leftOut > 0 {
        evidence.notes.append("\(traffic.leftOut) probes were not sent, because too many were under way")
      }
      if !answers.unsteady.isEmpty {
        evidence.notes.append(
          "\(answers.unsteady.count) of \(supply.names.count) probes have no known answer: the service gives another "
            + "each time")
      }
    }
    return stage.noted
  }

  /// The service by the way that the probes of a scenario take.
  private mutating func service(for scenario: FaultScenario) async throws -> Service {
    if model == nil { model = try? await drill.service.bounded(by: limits.probe).model.name }
    var configuration = drill.service.configuration
    if scenario.probesTakePath, let network = drill.network {
      let path = try ServiceConfiguration(network.baseURL)
      configuration.endpoint = path.endpoint
    }
    return Service(configuration, model: model, transport: drill.service.transport)
  }

  private mutating func answers(of supply: ProbeSupply, _ service: Service) async throws -> KnownAnswers {
    if let known = answers[supply] { return known }
    do {
      let learned = try await KnownAnswers(of: supply, from: service)
      answers[supply] = learned
      return learned
    } catch let failure as KnownAnswers.Failure {
      throw await cut(failure.outcome, supply, service)
    } catch let error as ServiceError {
      throw await cut(Outcome(error), supply, service)
    }
  }

  /// What a service says that does not even answer a probe before the fault.
  private func cut(_ outcome: Outcome, _ supply: ProbeSupply, _ service: Service) async -> Cut {
    let status = outcome.status ?? 0
    if [404, 405, 501].contains(status) {
      return Cut(
        verdict: .notApplicable,
        reason: "there is no service of the kind \(supply.kind.rawValue): it answers with \(status)")
    }
    if supply.showsImage, (400...499).contains(status) || status == 500 {
      return Cut(
        verdict: .notApplicable,
        reason: "the model takes no images: \(outcome.message ?? "status \(status)")")
    }
    let reading = supply.kind == .llm ? try? await service.state(drill.stateProbe) : nil
    return Cut(
      verdict: .undecided,
      reason: "before the fault a probe fails already (\(outcome.kind.rawValue): \(outcome.message ?? "no reason"))"
        + (reading.map { "; the service is \($0.state.rawValue): \($0.reason)" } ?? "")
        + "; make the service answer first")
  }

  private func settle(_ traffic: ProbeTraffic) async throws {
    let settled = limits.settled
    let isSettled = try await traffic.wait(within: limits.baseline) { results in
      results.suffix(settled).count { $0.isGood } >= settled
    }
    guard !isSettled else { return }
    let failed = traffic.results.filter { !$0.isGood }
    throw Cut(
      verdict: .undecided,
      reason: "before the fault \(failed.count) of \(traffic.results.count) probes fail"
        + (failed.last.map { " (\($0.failure ?? "wrong answer"))" } ?? "")
        + "; make the service answer within \(NumberText.plain(limits.probe)) first, or raise the limit of a probe")
  }

  /// Waits until the service counts as recovered; if it does not, its state is read.
  private func recover(_ stage: DrillStage) async throws {
    let noted = stage.noted
    guard noted.faultEnded != nil, noted.failure == nil, !noted.recoveryHasFailed else { return }
    if try await !stage.recovers() { stage.add(try await stage.service.state(drill.stateProbe)) }
  }

  /// Looks at the server's metrics until they are what they were before anything began.
  private func drain(
    _ before: DrillEvidence.Occupancy, _ stage: DrillStage, _ service: Service
  ) async throws {
    let asked = service.bounded(by: limits.canary)
    let end = stage.now.advanced(by: limits.drain)
    var last = DrillEvidence.Occupancy()
    while true {
      if let occupancy = await asked.occupancy(drill.stateProbe) {
        last = occupancy
        if occupancy.isBack(to: before) {
          let now = stage.now
          return stage.change { $0.drain = DrillEvidence.Drain(before: before, after: occupancy, provedAt: now) }
        }
      }
      guard stage.now < end else {
        return stage.change { $0.drain = DrillEvidence.Drain(before: before, after: last, provedAt: nil) }
      }
      try await service.transport.wait(until: stage.now.advanced(by: limits.interval))
    }
  }

  private mutating func startAgain() async throws {
    guard let process = drill.process else { return }
    do { try await process.restart() } catch {
      throw Cut(
        verdict: .undecided,
        reason: "the scenario before left the service down, and it cannot be started: \(error)")
    }
  }

  // MARK: - Secrets

  private func clean(_ text: String) -> String {
    Redactor(drill.service.configuration, over: drill.service.transport).clean(text)
  }

  /// The evidence without secrets that a log or an error of a command may hold.
  private func clean(_ evidence: DrillEvidence) -> DrillEvidence {
    var evidence = evidence
    evidence.failure = evidence.failure.map { clean($0) }
    evidence.complaints = evidence.complaints.map { clean($0) }
    evidence.notes = evidence.notes.map { clean($0) }
    for index in evidence.attempts.indices { evidence.attempts[index].detail = clean(evidence.attempts[index].detail) }
    return evidence
  }
}

extension DrillEvidence.Occupancy {
  /// A hundredth of the cache is less than one request of a test holds, and more than a server's bookkeeping.
  private static let cacheTolerance = 0.01

  /// Whether everything that was shown before is what it was then, or less.
  fileprivate func isBack(to before: DrillEvidence.Occupancy) -> Bool {
    guard let running, running <= before.running ?? 0 else { return false }
    if let earlier = before.waiting, (waiting ?? .infinity) > earlier { return false }
    if let earlier = before.cache, (cache ?? .infinity) > earlier + Self.cacheTolerance { return false }
    return true
  }
}

extension Service {
  /// The requests and the cache in the server; `nil` where its metrics do not tell of requests.
  fileprivate func occupancy(_ probe: StateProbe) async -> DrillEvidence.Occupancy? {
    guard let reading = await serverMetrics(probe), let running = reading.gauges[.requestsRunning] else { return nil }
    return DrillEvidence.Occupancy(
      running: running, waiting: reading.gauges[.requestsWaiting], cache: reading.gauges[.kvCacheUsage])
  }
}

extension String {
  /// Lines that were not in an earlier state of a log and speak of an error or a warning; some of them.
  fileprivate func complaints(since earlier: String) -> [String] {
    let known = Set(earlier.split(separator: "\n"))
    let words = ["error", "warn", "fail", "exception", "fatal", "critical"]
    return split(separator: "\n").filter { line in
      let lowered = line.lowercased()
      return !known.contains(line) && words.contains { lowered.contains($0) }
    }.prefix(8).map { Excerpt.of(String($0), limit: 200) }
  }
}
