internal import HTTPTypes
internal import NPUBase
internal import NPULoad
public import NPUServices
internal import NPUTransport

/// How the state of a service is found out.
public struct StateProbe: Sendable {
  /// How long a canary, a health probe and a reading of metrics may take, each.
  ///
  /// A service that needs longer for a first token when all is well counts as silent: choose the bound accordingly.
  public var bound: Duration
  /// What a canary asks.
  public var prompt: String
  /// The most tokens of its response.
  public var tokens: Int
  /// The route that tells the state, on MindIE's management port by ``healthService``; `nil` for none.
  public var health: HealthProbe?
  /// Where the health route is, if not where the service listens.
  public var healthService: ServiceConfiguration?
  /// The route of the metrics; `nil` for none.
  public var metricsRoute: String?
  /// Where the metrics are, if not where the service listens.
  public var metricsService: ServiceConfiguration?
  /// Gives the greatest use of an AI Core in percent at this moment, `nil` where nobody knows; see
  /// ``aiCoreUse(by:timeout:)``.
  ///
  /// It is asked again and again while the canary runs, and the greatest use counts: a moment between two steps of an
  /// engine at work shows none.
  public var aiCore: (@Sendable () async -> Double?)?
  /// The pause between two questions for it.
  public var aiCoreInterval = Duration.milliseconds(500)

  /// Creates a probe.
  public init(
    bound: Duration = .seconds(10), prompt: String = "Say hello.", tokens: Int = 4, health: HealthProbe? = .health,
    healthService: ServiceConfiguration? = nil, metricsRoute: String? = "/metrics",
    metricsService: ServiceConfiguration? = nil, aiCore: (@Sendable () async -> Double?)? = nil
  ) {
    self.bound = bound
    self.prompt = prompt
    self.tokens = tokens
    self.health = health
    self.healthService = healthService
    self.metricsRoute = metricsRoute
    self.metricsService = metricsService
    self.aiCore = aiCore
  }
}

extension Service {
  /// Finds out what the service is doing: sends a canary and looks at its health route and its metrics around it.
  ///
  /// ```swift
  /// let reading = try await service.state()
  /// print(reading.state, reading.reason)
  /// ```
  ///
  /// It takes four times the bound at most: metrics, the list of models where no model is named, the canary, metrics
  /// again; and as long as the last question for the AI Cores takes.
  ///
  /// - Parameter probe: How it is found out.
  /// - Returns: The state, with its reason and the evidence; every state is a result.
  /// - Throws: ``ServiceError`` for a service that cannot be asked as it is configured; `CancellationError`.
  public func state(_ probe: StateProbe = StateProbe()) async throws -> StateReading {
    let asked = bounded(by: probe.bound)
    let before = await asked.serverMetrics(probe)
    async let health = asked.health(probe)
    let hasEnded = Latch()
    async let core = asked.aiCoreUse(probe, until: hasEnded)
    let record: Result<RequestRecord, any Error>
    do { record = .success(try await asked.canary(probe)) } catch { record = .failure(error) }
    hasEnded.set()
    let canary = try record.get()
    // A server that did not show its metrics a moment ago is not waited for again.
    let after = before == nil ? nil : await asked.serverMetrics(probe)
    try Task.checkCancellation()
    return StateReading(
      StateEvidence(canary, probe, health: await health, before: before, after: after, aiCore: await core))
  }

  /// The service with no call longer than a bound, and each on a connection of its own: one that an earlier call left
  /// open may lead to a process that is gone.
  package func bounded(by bound: Duration) -> Service {
    var configuration = configuration
    configuration.timeouts = TransferTimeouts(connect: bound, firstByte: bound, idle: bound, total: bound)
    configuration.connection = .fresh
    var bounded = self
    bounded.configuration = configuration
    return bounded
  }

  private func canary(_ probe: StateProbe) async throws -> RequestRecord {
    // A service that does not even list its models gets a canary without a name, whose end then tells why.
    let name = try? await model.name
    var request = ChatRequest(model: name, messages: [.user(probe.prompt)])
    request.maxTokens = probe.tokens
    return try await chat.measure(request)
  }

  /// The greatest use of an AI Core from now on until something has happened, asked for at least once; `nil` where
  /// nobody knows.
  private func aiCoreUse(_ probe: StateProbe, until hasEnded: Latch) async -> Double? {
    guard let aiCore = probe.aiCore else { return nil }
    var greatest = await aiCore()
    while !hasEnded.isSet, !Task.isCancelled {
      do { try await transport.wait(until: transport.now.advanced(by: probe.aiCoreInterval)) } catch { break }
      guard !hasEnded.isSet else { break }
      greatest = [greatest, await aiCore()].compactMap(\.self).max()
    }
    return greatest
  }

  private func health(_ probe: StateProbe) async -> StateEvidence.Health {
    guard let route = probe.health else { return .absent }
    var service = probe.healthService ?? configuration
    service.timeouts = configuration.timeouts
    service.connection = .fresh
    do {
      let request = try HealthClient(transport: transport, service: service).transferRequest(for: route)
      let response = try await transport.response(to: request)
      switch HealthReport(status: response.head.status.code, body: response.body).state {
      case .healthy: return .healthy
      case .busy: return .busy
      case .notSupported, .unauthorized: return .absent
      default: return .unavailable
      }
    } catch let error as TransportError {
      return error.kind.isSilence ? .silent : .unreachable
    } catch {
      return .unreachable
    }
  }
}

extension TransportError.Kind {
  /// Whether the connection stood and nothing came.
  var isSilence: Bool {
    switch self {
    case .firstByteTimeout, .idleTimeout, .contentTimeout, .totalTimeout: true
    default: false
    }
  }
}
