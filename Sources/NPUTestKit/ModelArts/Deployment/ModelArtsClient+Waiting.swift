internal import NPUBase
public import NPUServices
internal import NPUTransport

extension ModelArtsClient {
  /// Asks for a service to be deployed, with its endpoint and its scaling policy.
  ///
  /// - Returns: The service, which is being deployed.
  /// - Throws: ``ModelArtsError`` of kind `invalidService`; of kind `serviceFailed` if the service was made and the rest
  ///   was refused; ``ServiceError``.
  public func submit(_ service: RealTimeService) async throws -> DeployedService {
    let created = try await create(service)
    do {
      try await connect(service, to: created.id)
      if service.instances.count > 1 {
        guard let deployment = try await deployments(of: created.id, limit: 1).first else {
          throw ModelArtsError(kind: .serviceFailed, message: "it has no deployment to scale")
        }
        try await scale(service, deployment: deployment.id, of: created.id)
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      throw ModelArtsError(
        kind: .serviceFailed,
        message:
          "the service \(Self.shown(created.id)) was made, but not all of it: \(Self.shown("\(error)")); delete it, "
          + "or go on by hand")
    }
    return created
  }

  /// Deploys a service and waits until it runs.
  ///
  /// - Parameters:
  ///   - service: The service.
  ///   - policy: How often to look and when to give up; by default every 10 seconds for as long as the deployment may
  ///     take.
  ///   - onLook: Gets each look.
  /// - Returns: The service, which runs. One that does not stays as it is, for whoever wants to know why.
  /// - Throws: What ``submit(_:)`` and ``wait(for:until:policy:onLook:)`` throw.
  public func deploy(
    _ service: RealTimeService, policy: PollingPolicy? = nil,
    onLook: @Sendable (DeployedService) -> Void = { _ in }
  ) async throws -> DeployedService {
    let policy = policy ?? .every(.seconds(10), deadline: service.deploymentTimeout)
    return try await wait(for: try await submit(service).id, until: .running, policy: policy, onLook: onLook)
  }

  /// Waits until a service has a status.
  ///
  /// A look that fails for a reason that may pass (no connection, a status of 5xx or 429) is made again until the
  /// deadline.
  ///
  /// - Parameters:
  ///   - id: The service.
  ///   - status: The status: one that lasts.
  ///   - policy: How often to look, and when to give up.
  ///   - onLook: Gets each look.
  /// - Returns: The service.
  /// - Throws: ``ModelArtsError`` of kind `serviceFailed` for a service that came to last in another status, with its
  ///   reason and its last events; of kind `waitEnded` at the deadline; ``ServiceError``; `CancellationError`.
  public func wait(
    for id: String, until status: DeployedService.Status,
    policy: PollingPolicy = .every(.seconds(10), deadline: .seconds(3600)),
    onLook: @Sendable (DeployedService) -> Void = { _ in }
  ) async throws -> DeployedService {
    var schedule = PollingSchedule(policy, since: api.transport.now, task: id)
    var seen = "nothing"
    repeat {
      if let service = try await look(at: id, &seen) {
        onLook(service)
        if service.status == status { return service }
        if !service.status.isPassing { throw await failure(of: service, awaited: status) }
      }
    } while try await pause(&schedule)
    throw timeout(id, "is not \(status)", policy, seen)
  }

  /// Waits until a service is gone.
  ///
  /// - Throws: ``ModelArtsError`` of kind `waitEnded` at the deadline; ``ServiceError``; `CancellationError`.
  public func waitUntilDeleted(
    _ id: String, policy: PollingPolicy = .every(.seconds(5), deadline: .seconds(600))
  ) async throws {
    var schedule = PollingSchedule(policy, since: api.transport.now, task: id)
    var seen = "nothing"
    repeat {
      do { _ = try await look(at: id, &seen) } catch let error as ServiceError where error.status == 404 { return }
    } while try await pause(&schedule)
    throw timeout(id, "is not deleted", policy, seen)
  }

  /// One look; nothing if it failed for a reason that may pass.
  private func look(at id: String, _ seen: inout String) async throws -> DeployedService? {
    do {
      let service = try await service(id)
      seen = service.status.rawValue
      return service
    } catch let error as ServiceError where error.mayPass {
      seen = error.description
      return nil
    }
  }

  /// Waits until the next look; false if there is none.
  private func pause(_ schedule: inout PollingSchedule) async throws -> Bool {
    guard let next = schedule.next(after: api.transport.now) else { return false }
    try await api.transport.wait(until: next)
    return true
  }

  private func failure(of service: DeployedService, awaited: DeployedService.Status) async -> ModelArtsError {
    let bad = (try? await events(of: service.id, type: "ABNORMAL", limit: 3)) ?? []
    let reasons = [service.failureReason].compactMap(\.self) + bad.map(\.message)
    let why = reasons.isEmpty ? "; its events say why" : ": " + reasons.map(Self.shown).joined(separator: "; ")
    return ModelArtsError(
      kind: .serviceFailed,
      message:
        "the service \(Self.shown(service.id)) is \(Self.shown(service.status.rawValue)) and not \(awaited)\(why)")
  }

  private func timeout(_ id: String, _ what: String, _ policy: PollingPolicy, _ seen: String) -> ModelArtsError {
    ModelArtsError(
      kind: .waitEnded,
      message: "the service \(Self.shown(id)) \(what) after \(policy.deadline.components.seconds) s; last seen: "
        + "\(Self.shown(seen)); look at its events, or wait longer")
  }

  private static func shown(_ text: String) -> String { Excerpt.of(text, limit: 300) }
}

extension ServiceError {
  /// Whether the same request may be answered later.
  fileprivate var mayPass: Bool {
    // Who has no token now has none at the next look.
    isTransient && (underlying as? TransportError)?.kind != .authentication
  }
}
