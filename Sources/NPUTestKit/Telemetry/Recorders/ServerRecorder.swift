internal import Synchronization

/// Watches the metrics of a server during a run, and the chips that an exporter among them shows.
public final class ServerRecorder: Sendable {
  private let state: StateBox
  private let recorder: TelemetryRecorder<ServerMetricsSource>

  /// A mutex that a closure can hold.
  private final class StateBox: Sendable {
    let value: Mutex<ServerTelemetry>

    init(_ telemetry: ServerTelemetry) { value = Mutex(telemetry) }
  }

  /// Starts reading.
  ///
  /// - Parameters:
  ///   - source: What is read, over a transport of its own.
  ///   - plan: How often.
  public init(source: ServerMetricsSource, plan: SamplingPlan) {
    let state = StateBox(ServerTelemetry(interval: plan.interval))
    self.state = state
    recorder = TelemetryRecorder(source: source, plan: plan) { sample in
      state.value.withLock { $0.add(sample) }
    }
  }

  /// Waits until the first reading was taken or failed; to be called once.
  ///
  /// - Parameter limit: How long to wait at most, should the service hang.
  /// - Returns: Why it failed, or `nil`.
  public func waitForFirst(atMost limit: Duration = .seconds(5)) async -> String? {
    await recorder.waitForFirst(atMost: limit)
    let telemetry = telemetry
    if telemetry.chips.isEmpty { return "the server has not answered within \(limit)" }
    return telemetry.firstGap?.description
  }

  /// What was read so far.
  public var telemetry: ServerTelemetry { state.value.withLock(\.self) }

  /// What the server said since this was last called, from every reading.
  package func takeWindow() -> ServerWindow { state.value.withLock { $0.takeWindow() } }

  /// Ends reading with one last reading; to be called once.
  ///
  /// - Returns: Everything that was read.
  public func stop() async -> ServerTelemetry {
    await recorder.stop()
    return telemetry
  }
}
