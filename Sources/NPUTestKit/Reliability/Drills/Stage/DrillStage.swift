public import NPUBase
public import NPUServices
internal import NPUTransport
internal import Synchronization

/// What a scenario has at hand while probes run beside it: the service, its process, the way to it, and where to note
/// what happens.
public final class DrillStage: Sendable {
  /// The service, by the way that the probes take.
  public let service: Service
  /// Limits of time and size.
  public let limits: DrillLimits
  /// The process of the service, where the drill has one.
  public let process: (any ServiceUnderTest)?
  /// The way that can be broken, where the drill has one.
  public let network: (any NetworkPath)?
  /// The command of this scenario, where the tester gave one.
  public let command: FaultCommand?

  let protocols: DrillProtocols
  /// The probes that run beside the scenario.
  let traffic: ProbeTraffic
  /// What looks for the end of what is abandoned; `nil` where nobody asks, or the server shows no metrics.
  let drain: DrainWatch?
  private let probe: StateProbe
  private let evidence: Mutex<DrillEvidence>

  /// - Parameters:
  ///   - service: The service, by the way that the probes take.
  ///   - tools: What the scenario may lay hands on.
  ///   - limits: Limits of time and size.
  ///   - protocols: What the services speak.
  ///   - probe: How the state of the service is found out.
  ///   - traffic: The probes that run beside it.
  init(
    _ service: Service, _ tools: StageTools, _ limits: DrillLimits, _ protocols: DrillProtocols, _ probe: StateProbe,
    _ traffic: ProbeTraffic
  ) {
    self.service = service
    self.limits = limits
    self.protocols = protocols
    self.probe = probe
    self.traffic = traffic
    process = tools.process
    network = tools.network
    command = tools.command
    drain = tools.drain
    var evidence = DrillEvidence()
    evidence.settled = limits.settled
    self.evidence = Mutex(evidence)
  }

  /// What was noted until now.
  var noted: DrillEvidence { evidence.withLock(\.self) }

  /// The present instant of the transport's clock.
  public var now: MonotonicInstant { service.transport.now }

  /// Notes something that is to be known besides.
  public func note(_ text: String) { evidence.withLock { $0.notes.append(text) } }

  func change(_ body: (inout DrillEvidence) -> Void) { evidence.withLock { body(&$0) } }

  /// Brings a fault about, waits until a client notices it, holds it, and takes it away.
  ///
  /// Whatever happens meanwhile, the fault is taken away.
  ///
  /// - Parameters:
  ///   - begin: Brings it about.
  ///   - restore: Takes it away; the recovery is counted from its beginning.
  /// - Throws: What bringing it about throws; `CancellationError`. What taking it away throws is noted, and fails the
  ///   scenario.
  public func outage(
    _ begin: () async throws -> Void, restore: @escaping @Sendable () async throws -> Void
  ) async throws {
    let began = now
    var interruption: (any Error)?
    do {
      try await begin()
      change { $0.faultBegan = began }
      try await notice(since: began)
      try await service.transport.wait(until: now.advanced(by: limits.hold))
    } catch {
      interruption = error
    }
    let ended = now
    drain?.leave()
    traffic.renew()
    traffic.measureGaps()
    // In a task of its own, which the cancellation of this one does not reach.
    let restored = await Task { try await restore() }.result
    // Silence that lasted as long as the repair did tells nothing of the service that is back.
    traffic.renew()
    change { evidence in
      if evidence.faultBegan != nil { evidence.faultEnded = ended }
      switch restored {
      case .success: evidence.readyAt = now
      case .failure(let error): evidence.failure = "the fault could not be taken away: \(error)"
      }
    }
    if let interruption { throw interruption }
  }

  /// Does something beside the probes, and goes on until some of them have run beside it.
  ///
  /// - Parameter work: What is done.
  /// - Throws: What it throws; `CancellationError`.
  public func beside(_ work: () async throws -> Void) async throws {
    let began = now
    change { $0.faultBegan = began }
    defer {
      change { $0.faultEnded = now }
      traffic.renew()
      traffic.measureGaps()
    }
    try await work()
    drain?.leave()
    _ = try await traffic.wait(within: limits.probe * 2) { results in
      results.count { $0.started >= began } >= Self.besideProbes
    }
  }

  /// Brings something about that lasts: the recovery is counted from its beginning.
  func lasting(_ work: () async throws -> Void) async throws {
    let began = now
    change { ($0.faultBegan, $0.faultEnded) = (began, began) }
    traffic.measureGaps()
    do { try await work() } catch {
      change { ($0.faultBegan, $0.faultEnded) = (nil, nil) }
      throw error
    }
  }

  /// An outage that commands of the tester bring about and take away.
  func outage(by command: FaultCommand) async throws {
    try await outage {
      try await run(command.inject)
    } restore: { [self] in
      if let restore = command.restore { try await run(restore) }
    }
  }

  /// Does something and undoes something afterwards, whatever happened, also for a task that was cancelled.
  func undoing(
    _ undo: @escaping @Sendable () async throws -> Void, _ work: () async throws -> Void
  ) async throws {
    do { try await work() } catch {
      _ = await Task { try await undo() }.result
      throw error
    }
    try await whole(undo)
  }

  /// Waits until the service counts as recovered.
  ///
  /// A probe that is under way may still fail: what was sent after it decides nothing yet, and is left out of the
  /// evidence of a service that has recovered by then.
  ///
  /// - Returns: Whether it does within the limit.
  func recovers() async throws -> Bool {
    let noted = noted
    guard let ended = noted.faultEnded else { return false }
    let traffic = traffic
    let knownUntil = Mutex<MonotonicInstant?>(nil)
    let hasRecovered = try await traffic.wait(within: limits.recovery) { _ in
      let known = traffic.known(since: ended)
      var evidence = noted
      evidence.probes = known.results
      knownUntil.withLock { $0 = known.until }
      return evidence.recovery != nil
    }
    if hasRecovered { change { $0.knownUntil = knownUntil.withLock(\.self) } }
    // Of a service that is silent it is known only when the limit of a probe is over.
    if !hasRecovered {
      _ = try await traffic.wait(within: limits.probe * 2) { $0.contains { $0.started >= ended } }
    }
    return hasRecovered
  }

  /// Notes that right responses did not come again in time, and lets nothing that comes from now on count.
  func noteFailedRecovery() {
    let instant = now
    change {
      $0.recoveryHasFailed = true
      $0.knownUntil = instant
    }
  }

  /// Probes that are to have run beside the requests of a scenario: two may have met the same moment.
  private static let besideProbes = 3
  /// Readings of the state that are taken of a fault that probes have shown already.
  private static let mostReadings = 3

  /// Waits until the service is seen down, or probes have failed; at least one reading of its state is taken.
  private func notice(since began: MonotonicInstant) async throws {
    let end = now.advanced(by: limits.detection)
    var readings = 0
    repeat {
      let reading = try await state()
      readings += 1
      if let reading { add(reading) }
      if reading?.state.isDown == true { return }
      let hasFailed = traffic.results.contains { $0.ended > began && !$0.isGood }
      if hasFailed, readings >= Self.mostReadings { return }
      try await service.transport.wait(until: now.advanced(by: limits.interval))
    } while now < end
  }

  /// What the service is doing; `nil` where it could not even be asked, which is no reason to give up.
  ///
  /// - Throws: `CancellationError`.
  func state() async throws -> StateReading? {
    let reading = try? await service.state(probe)
    try Task.checkCancellation()
    return reading
  }

  /// Notes a state of the service.
  func add(_ reading: StateReading) {
    change { $0.states.append(DrillEvidence.StateSeen(instant: now, reading: reading)) }
  }

  /// Notes what was tried.
  public func add(_ attempt: DrillAttempt) { change { $0.attempts.append(attempt) } }
}

/// What a scenario may lay hands on beside the service.
struct StageTools: Sendable {
  var process: (any ServiceUnderTest)?
  var network: (any NetworkPath)?
  var command: FaultCommand?
  var drain: DrainWatch?
}
