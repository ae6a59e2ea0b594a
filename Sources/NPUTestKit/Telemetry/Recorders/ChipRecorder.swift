public import NPUBase
internal import Synchronization

/// Watches the chips of a run: samples them beside it, keeps them in bounded memory, and as needed writes each to a
/// log.
///
/// ```swift
/// let chips = ChipRecorder(source: ChipCommandSource(), plan: SamplingPlan())
/// await chips.waitForFirst()
/// let result = try await session.run()
/// let telemetry = await chips.stop()
/// ```
public final class ChipRecorder: Sendable {
  private struct State {
    var telemetry: ChipTelemetry
    var logError: FileError?
  }

  private let state: StateBox
  private let wait: @Sendable (Duration) async -> Void
  private let end: @Sendable () async -> Void

  /// A mutex that a closure can hold.
  private final class StateBox: Sendable {
    let value: Mutex<State>

    init(_ state: State) { value = Mutex(state) }
  }

  /// Starts sampling.
  ///
  /// - Parameters:
  ///   - source: What shows the chips.
  ///   - plan: How often it is asked.
  ///   - log: Where each sample is written; after an error of writing nothing more is.
  ///   - chips: The chips of a reading.
  public init<Source: TelemetrySource>(
    source: Source, plan: SamplingPlan, log: ChipLogWriter? = nil,
    chips: @escaping @Sendable (Source.Reading) -> [ChipReading]
  ) {
    let state = StateBox(State(telemetry: ChipTelemetry(interval: plan.interval)))
    let recorder = TelemetryRecorder(source: source, plan: plan) { sample in
      let sample = sample.map(chips)
      let mayLog = state.value.withLock { state in
        state.telemetry.add(sample)
        return state.logError == nil
      }
      guard let log, mayLog else { return }
      do throws(FileError) { try log.add(sample) } catch { state.value.withLock { $0.logError = error } }
    }
    self.state = state
    wait = { await recorder.waitForFirst(atMost: $0) }
    end = { await recorder.stop() }
  }

  /// Starts sampling npu-smi.
  public convenience init(source: ChipCommandSource, plan: SamplingPlan, log: ChipLogWriter? = nil) {
    self.init(source: source, plan: plan, log: log) { $0.chipReadings }
  }

  /// Waits until the first sample was taken or failed.
  ///
  /// To be called once.
  ///
  /// - Parameter limit: How long to wait at most, should the tool hang.
  /// - Returns: Why there are no chips, or `nil` if there are.
  public func waitForFirst(atMost limit: Duration = .seconds(5)) async -> String? {
    await wait(limit)
    let telemetry = telemetry
    guard telemetry.chips.isEmpty else { return nil }
    if telemetry.isEmpty { return "the tool has not answered within \(limit)" }
    return telemetry.gaps.first.map { "\($0.example) [\($0.kind)]" } ?? "the response names no chip"
  }

  /// What was sampled so far.
  public var telemetry: ChipTelemetry { state.value.withLock(\.telemetry) }

  /// What the chips were like since this was last called, from every sample.
  package func takeWindow() -> ChipWindow { state.value.withLock { $0.telemetry.takeWindow() } }

  /// Why the log is not complete, or `nil`.
  public var logError: FileError? { state.value.withLock(\.logError) }

  /// Ends sampling with one last sample; to be called once.
  ///
  /// - Returns: Everything that was sampled.
  public func stop() async -> ChipTelemetry {
    await end()
    return telemetry
  }
}
