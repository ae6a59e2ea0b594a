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

  /// The processes that cannot be read now, with the reason.
  ///
  /// A soak goes on without them: ask before it, so that a slip shows at once.
  ///
  /// - Returns: The reasons by what was asked for; empty if every process was found.
  public func unreadProcesses() async -> [String: String] {
    var unread: [String: String] = [:]
    for memory in processes { unread.merge(await Self.read(memory).unread) { $1 } }
    return unread
  }

  /// Forgets what was read before: the first window begins now.
  func begin() {
    _ = telemetry.chips?.takeWindow()
    _ = telemetry.server?.takeWindow()
  }

  /// Asks what is asked at the end of a window alone: processes, and services for their health.
  func ask() async -> SoakResources {
    var resources = SoakResources()
    resources.ownBytes = ProcessMemory.ofThisProcess
    for memory in processes {
      let (sizes, unread) = await Self.read(memory)
      resources.processes.merge(sizes) { $1 }
      for (name, reason) in unread { resources.gaps[SoakWatchList.process(name)] = reason }
    }
    for (name, client) in health.sorted(by: { $0.key < $1.key }) {
      if let trouble = await Self.trouble(client) { resources.unhealthy[name] = trouble }
    }
    return resources
  }

  /// Adds what was sampled all the time, and begins the next window.
  func takeSamples(into resources: inout SoakResources) {
    if let window = telemetry.chips?.takeWindow() {
      resources.take(window)
      resources.gaps[SoakWatchList.chips] = window.gap?.description
    }
    if let window = telemetry.server?.takeWindow() {
      resources.server = SoakResources.Server(window)
      resources.gaps[SoakWatchList.metrics] = window.gap?.description
      if telemetry.chips == nil { resources.take(window.chips) }
    }
  }

  /// What was asked to be watched.
  var list: SoakWatchList {
    SoakWatchList(
      processes: processes.flatMap { $0.selectors.map(\.description) }, chips: telemetry.chips != nil,
      metrics: telemetry.server != nil)
  }

  private static func read(_ memory: ProcessMemory) async -> (sizes: [String: Int], unread: [String: String]) {
    let names = memory.selectors.map(\.description)
    do throws(SampleGap) {
      let sizes = try await memory.read()
      let place = memory.host.isEmpty ? "" : " there"
      return (
        sizes,
        Dictionary(names.filter { sizes[$0] == nil }.map { ($0, "no process matches '\($0)'\(place)") }) { $1 }
      )
    } catch {
      // The end of the soak is nothing that could not be read.
      return ([:], error.kind == .cancelled ? [:] : Dictionary(names.map { ($0, error.description) }) { $1 })
    }
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

/// What was asked to be watched: each has a verdict, whether it was ever read or not.
struct SoakWatchList: Sendable, Hashable {
  var processes: [String] = []
  var chips = false
  var metrics = false

  /// What a gap of the chips is called.
  static let chips = "npu"
  /// What a gap of the server's metrics is called.
  static let metrics = "metrics"

  /// What a gap of a process is called.
  static func process(_ name: String) -> String { "process \(name)" }
}

extension SoakResources {
  fileprivate mutating func take(_ window: ChipWindow) {
    for (chip, read) in window.chips { chips[chip.description] = Chip(read) }
  }
}

extension SoakResources.Chip {
  /// What the samples of a window say.
  init(_ window: ChipWindow.Chip) {
    self.init()
    memoryLeastBytes = window.memoryLeastBytes
    memoryPeakBytes = window.memoryPeakBytes
    aiCorePercent = window.aiCorePercent.value
    powerWatts = window.powerWatts.value
    temperatureCelsius = window.temperatureCelsius
    health = window.health?.rawValue
  }
}

extension SoakResources.Server {
  /// What the readings of a window say; `nil` without any.
  init?(_ window: ServerWindow) {
    guard window.wasRead else { return nil }
    self.init(
      running: window.running.value, waiting: window.waiting.value, cachePeak: window.cachePeak,
      cacheIdle: window.cacheIdle, restarts: window.restarts)
  }
}
