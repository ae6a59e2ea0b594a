internal import NPUBase
public import NPULoad
internal import NPUMetrics
public import NPUServices
public import NPUTelemetry
internal import NPUTransport

/// What is watched beside a soak, and read at the end of every window.
public struct SoakWatch: Sendable {
  /// The chips and the metrics of the server, sampled all the time.
  public var telemetry: LoadTelemetry
  /// Processes of the server, and where they run.
  public var processes: [ProcessMemory]
  /// What is asked whether the services are healthy, by their names.
  public var health: [String: HealthClient]

  /// How long a service may take to say how it is.
  private static let patience = Duration.seconds(10)

  /// Names what is watched; this process is in any case.
  public init(
    telemetry: LoadTelemetry = LoadTelemetry(), processes: [ProcessMemory] = [], health: [String: HealthClient] = [:]
  ) {
    self.telemetry = telemetry
    self.processes = processes
    self.health = health
  }

  /// What there is to know of a window.
  func resources(from start: MonotonicInstant, to end: MonotonicInstant) async -> SoakResources {
    var resources = SoakResources()
    resources.ownBytes = ProcessMemory.ofThisProcess
    for memory in processes {
      do throws(SampleGap) {
        let read = try await memory.read()
        resources.processes.merge(read) { $1 }
        for selector in memory.selectors where read[selector.description] == nil {
          resources.gaps.append("no process matches '\(selector)'")
        }
      } catch {
        resources.gaps.append(error.description)
      }
    }
    if let chips = telemetry.chips?.telemetry { resources.take(chips, from: start, to: end) }
    if let server = telemetry.server?.telemetry {
      resources.server = SoakResources.Server(server.series, from: start, to: end)
      if telemetry.chips == nil { resources.take(server.chips, from: start, to: end) }
    }
    for (name, client) in health.sorted(by: { $0.key < $1.key }) {
      if let trouble = await Self.trouble(client) { resources.unhealthy[name] = trouble }
    }
    return resources
  }

  /// What is wrong with a service; `nil` if it serves, or has no such route.
  private static func trouble(_ client: HealthClient) async -> String? {
    var client = client
    client.service.timeouts.total = min(client.service.timeouts.total ?? patience, patience)
    do {
      let report = try await client.check()
      switch report.state {
      case .healthy, .busy, .scaling, .notSupported: return nil
      default: return Excerpt.of("\(report.state.rawValue) \(report.message)", limit: 200)
      }
    } catch {
      return error is CancellationError ? nil : Excerpt.of("\(error)", limit: 200)
    }
  }
}

extension SoakResources {
  fileprivate mutating func take(_ telemetry: ChipTelemetry, from start: MonotonicInstant, to end: MonotonicInstant) {
    for chip in telemetry.chips {
      let points = telemetry.points(of: chip).filter { $0.instant > start && $0.instant <= end }
      guard !points.isEmpty else { continue }
      func mean(_ value: KeyPath<ChipPoint, Double?>) -> Double? {
        let values = points.compactMap { $0[keyPath: value] }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
      }
      var read = Chip()
      read.memoryLeastBytes = points.compactMap(\.memoryUsedBytes).min()
      read.memoryPeakBytes = points.compactMap(\.memoryUsedBytes).max()
      read.aiCorePercent = mean(\.aiCorePercent)
      read.powerWatts = mean(\.powerWatts)
      read.temperatureCelsius = points.compactMap(\.temperatureCelsius).max()
      read.health = (points.compactMap(\.health).last { $0 != .ok } ?? points.compactMap(\.health).last)?.rawValue
      chips[chip.description] = read
    }
  }
}

extension SoakResources.Server {
  /// What the readings of a window say; `nil` without any.
  init?(_ series: ServerMetricsSeries, from start: MonotonicInstant, to end: MonotonicInstant) {
    let points = series.points.filter { $0.instant > start && $0.instant <= end }
    guard !points.isEmpty else { return nil }
    func mean(_ metric: ServerMetric) -> Double? {
      let values = points.compactMap { $0.gauges[metric] }
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    running = mean(.requestsRunning)
    waiting = mean(.requestsWaiting)
    cachePeak = points.compactMap { $0.peaks[.kvCacheUsage] }.max()
    let idle = points.last { point in
      point.gauges[.requestsRunning] == 0 && (point.gauges[.requestsWaiting] ?? 0) == 0
        && point.gauges[.kvCacheUsage] != nil
    }
    cacheIdle = idle?.gauges[.kvCacheUsage]
    restarts = series.restartCount
  }
}
