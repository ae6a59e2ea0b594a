internal import NPUBase
internal import NPULoad
internal import NPUServices
internal import NPUTelemetry
internal import NPUTransport

extension StateEvidence {
  /// The evidence of a canary, and of what was read around it.
  init(
    _ record: RequestRecord, _ probe: StateProbe, health: Health, before: ServerMetricsReading?,
    after: ServerMetricsReading?, aiCore: Double?
  ) {
    let outcome = record.outcome
    let first = record.timeline.firstToken
    self.init(
      canary: Canary(outcome, hasToken: first != nil), status: outcome.status,
      boundMilliseconds: probe.bound.milliseconds, health: health)
    if canary == .progressed {
      firstTokenMilliseconds = first.map {
        (record.timeline.sent ?? record.timeline.started).duration(to: $0).milliseconds
      }
    } else {
      failure = outcome.kind.rawValue
    }
    if let before, !before.isEmpty { progress = EngineProgress(from: before, to: after) }
    let cores = (before?.chips ?? []) + (after?.chips ?? [])
    aiCorePercent = aiCore ?? cores.compactMap(\.aiCorePercent).max()
  }
}

extension StateEvidence.Canary {
  init(_ outcome: Outcome, hasToken: Bool) {
    if hasToken || outcome.isSuccess {
      self = .progressed
    } else if let kind = TransportError.Kind(rawValue: outcome.kind.rawValue) {
      switch kind {
      case _ where kind.isSilence: self = .silent
      case .connectionLost, .truncatedBody, .protocolViolation: self = .broken
      case .clientDescriptors, .clientPorts, .clientMemory, .invalidRequest, .cancelled, .shutDown: self = .notSent
      default: self = .unreachable
      }
    } else if outcome.status == 429 {
      self = .rejected
    } else if outcome.kind == .emptyResponse || outcome.kind == .truncatedStream {
      self = .empty
    } else {
      self = .failed
    }
  }
}

extension EngineProgress {
  /// What was counted between two readings; without the second only what was read in the first.
  init(from before: ServerMetricsReading, to after: ServerMetricsReading?) {
    self.init(
      running: before.gauges[.requestsRunning], waiting: before.gauges[.requestsWaiting])
    guard let after else { return }
    steps = Self.increase(
      before.histograms[.tokensPerStep]?.count, after.histograms[.tokensPerStep]?.count)
    tokens = Self.increase(before.counters[.generationTokens], after.counters[.generationTokens])
  }

  /// A count that fell began again with the process, and what it has since is progress.
  private static func increase(_ before: Double?, _ after: Double?) -> Double? {
    guard let before, let after else { return nil }
    return after < before ? after : after - before
  }
}

extension Service {
  /// What the server counts; `nil` where it shows nothing of use in time.
  func serverMetrics(_ probe: StateProbe) async -> ServerMetricsReading? {
    guard let route = probe.metricsRoute else { return nil }
    var service = probe.metricsService ?? configuration
    service.timeouts = configuration.timeouts
    service.connection = .fresh
    guard let source = try? ServerMetricsSource(transport: transport, service: service, route: route),
      let reading = try? await source.read(timeout: probe.bound), !reading.isEmpty
    else { return nil }
    return reading
  }
}
