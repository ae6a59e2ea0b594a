internal import NPUBase
internal import NPUDeployment
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
    let paced = limits.paced(by: answers.slowest, kind)
    let traffic = ProbeTraffic(probed, supply, answers, paced)
    var tools = StageTools(
      process: drill.process, network: drill.network, command: drill.commands[scenario.id])
    if scenario.demands.contains(.drains) { tools.drain = await drainWatch(service, paced, traffic) }
    let stage = DrillStage(service, tools, paced, drill.protocols, drill.stateProbe, traffic)
    traffic.start()
    tools.drain?.start()
    var log = ""
    do {
      try await settle(traffic)
      log = await drill.process?.logTail ?? ""
      try await scenario.act(stage)
      try await recover(stage)
    } catch {
      await traffic.stop()
      // A fault that could not be taken away says something of the service; whatever else ended the scenario does not.
      guard stage.noted.failure != nil, !Task.isCancelled else {
        tools.drain?.cancel()
        throw error
      }
    }
    await traffic.stop()
    let drain = await tools.drain?.finish()
    let later = await drill.process?.logTail ?? ""
    let complaints = LogComplaints(from: log, to: later)
    stage.change { evidence in
      let end = evidence.knownUntil ?? MonotonicInstant(nanoseconds: .max)
      evidence.probes = traffic.results.filter { $0.started < end }
      evidence.history = traffic.findings
      evidence.drain = drain
      (evidence.complaints, evidence.warnings) = (complaints.errors, complaints.warnings)
      evidence.hasLog = !log.isEmpty || !later.isEmpty
      evidence.notes += notes(traffic, answers, of: supply, paced)
    }
    return stage.noted
  }

  /// What looks for the end of what a scenario abandons; `nil` where the server shows no metrics.
  private func drainWatch(_ service: Service, _ limits: DrillLimits, _ traffic: ProbeTraffic) async -> DrainWatch? {
    let asked = service.bounded(by: limits.canary)
    guard let before = await asked.occupancy(drill.stateProbe) else { return nil }
    return DrainWatch(asked, drill.stateProbe, before, limits, traffic)
  }

  /// What is to be known of the probes.
  private func notes(
    _ traffic: ProbeTraffic, _ answers: KnownAnswers, of supply: ProbeSupply, _ paced: DrillLimits
  ) -> [String] {
    var notes: [String] = []
    if paced.interval > limits.interval {
      notes.append(
        "a probe was sent each \(Self.shown(paced.interval)) and not each \(Self.shown(limits.interval)): "
          + "one takes \(Self.shown(answers.slowest)), and probes are not to be a load of their own; no time is "
          + "finer than that")
    }
    if traffic.leftOut > 0 {
      notes.append("\(traffic.leftOut) probes were not sent, because too many were under way")
    }
    // A schedule is met to the millisecond; twice the pause is one probe that is missing.
    if traffic.longestGap > paced.interval * 2 {
      notes.append(
        "for \(Self.shown(traffic.longestGap)) after the fault no probe was sent: a time to recover is no finer "
          + "than that")
    }
    if !answers.unsteady.isEmpty {
      notes.append(
        "\(answers.unsteady.count) of \(supply.names.count) probes have no known answer: the service gives another "
          + "each time")
    }
    return notes
  }

  private static func shown(_ time: Duration) -> String { "\(NumberText.fixed(time.seconds, decimals: 2)) s" }

  /// The service by the way that the probes of a scenario take.
  private mutating func service(for scenario: FaultScenario) async throws -> Service {
    if model == nil { model = try? await drill.service.bounded(by: limits.probe).model.name }
    var configuration = drill.service.configuration
    if scenario.probesTakePath, drill.commands[scenario.id] == nil, let network = drill.network {
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
    // A key, a time-out or a limit of the rate say nothing of what the model takes.
    if supply.showsImage, [400, 415, 422, 500].contains(status) {
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
    if try await !stage.recovers(), let reading = try await stage.state() { stage.add(reading) }
  }

  private mutating func startAgain() async throws {
    guard let process = drill.process else { return }
    do { try await whole { try await process.restart() } } catch {
      throw Cut(
        verdict: .undecided,
        reason: "the scenario before left the service down, and it cannot be started: \(error)")
    }
  }

  // MARK: - Secrets

  private func clean(_ text: String) -> String {
    let lines = drill.commands.values.flatMap { [$0.inject, $0.restore].compactMap(\.self) }
    let service = Redactor(drill.service.configuration, over: drill.service.transport)
    return service.joined(with: Redactor(lines.flatMap(ShellSecrets.values(in:)))).clean(text)
  }

  /// The evidence without secrets that a log or an error of a command may hold.
  private func clean(_ evidence: DrillEvidence) -> DrillEvidence {
    var evidence = evidence
    evidence.failure = evidence.failure.map { clean($0) }
    evidence.complaints = evidence.complaints.map { clean($0) }
    evidence.warnings = evidence.warnings.map { clean($0) }
    evidence.notes = evidence.notes.map { clean($0) }
    for index in evidence.attempts.indices {
      evidence.attempts[index].name = clean(evidence.attempts[index].name)
      evidence.attempts[index].detail = clean(evidence.attempts[index].detail)
    }
    return evidence
  }
}
