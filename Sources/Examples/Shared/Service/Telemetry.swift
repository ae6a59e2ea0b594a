package import NPUTestKit
import ToolSupport

/// What watches the NPUs and the server while a load runs.
package struct Telemetry {
  private var chips: ChipRecorder?
  private var server: ServerRecorder?
  private var transport: CurlTransport?
  private var address = ""
  private let options: TelemetryOptions

  /// Starts watching, and says what cannot be watched: the load is measured all the same.
  package init(
    _ options: TelemetryOptions, _ target: ServiceOptions, overwrite: Bool, baseURL: String, model: String?
  ) async throws {
    self.options = options
    if let url = options.metricsURL {
      let (service, route) = try target.metrics(at: url, of: baseURL)
      address = service.endpoint.address(for: String(route.prefix { $0 != "?" }))
      // A network thread of its own: that of the load stamps responses.
      let transport = try target.transport()
      let source = try ServerMetricsSource(transport: transport, service: service, route: route, model: model)
      let recorder = ServerRecorder(source: source, plan: SamplingPlan(interval: options.metricsInterval.duration))
      if let problem = await recorder.waitForFirst() { Console.note("Warning: no metrics were read yet: \(problem)") }
      server = recorder
      self.transport = transport
    }
    // Last, since it makes or empties the log.
    if options.watchesChips {
      let log = try options.npuLog.map { try ChipLogWriter(path: $0, replacing: overwrite) }
      let command = ChipCommandSource(command: try options.sampling.command)
      let recorder = ChipRecorder(source: command, plan: options.sampling.plan, log: log)
      if let problem = await recorder.waitForFirst() { Console.note("Warning: no NPU was read yet: \(problem)") }
      chips = recorder
    }
  }

  /// What the load watches, and stops watching at its end.
  package var watched: LoadTelemetry {
    LoadTelemetry(chips: chips, server: server, serverAddress: address, limits: options.limits)
  }

  /// Ends what it used, after the load.
  ///
  /// - Returns: Why the log is not complete.
  package func finish() -> [any Error] {
    transport?.shutDown()
    return [chips?.logError].compactMap(\.self)
  }
}
