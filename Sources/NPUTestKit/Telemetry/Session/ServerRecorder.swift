internal import Synchronization

/// Watches the metrics of a server during a run, and the chips that an exporter among them shows.
public final class ServerRecorder: Sendable {
  /// What was read.
  public struct Record: Sendable {
    /// The figures of the server.
    public var series = ServerMetricsSeries()
    /// The chips of an exporter; empty where the address shows none.
    public var chips: ChipTelemetry
    /// How many readings failed, or went by during slow ones.
    public var missed = 0
    /// What the first failed reading said.
    public var firstGap: SampleGap?
  }

  private let state: StateBox
  private let recorder: TelemetryRecorder<ServerMetricsSource>

  /// A mutex that a closure can hold.
  private final class StateBox: Sendable {
    let value: Mutex<Record>

    init(_ record: Record) { value = Mutex(record) }
  }

  /// Starts reading.
  ///
  /// - Parameters:
  ///   - source: What is read, over a transport of its own.
  ///   - plan: How often.
  public init(source: ServerMetricsSource, plan: SamplingPlan) {
    var chips = ChipTelemetry(interval: plan.interval)
    chips.isDriverAsked = false
    let state = StateBox(Record(chips: chips))
    self.state = state
    recorder = TelemetryRecorder(source: source, plan: plan) { sample in
      state.value.withLock { record in
        record.missed += sample.missedBefore
        switch sample.result {
        case .success(let reading): record.series.add(reading, at: sample.instant)
        case .failure(let gap):
          record.missed += 1
          record.firstGap = record.firstGap ?? gap
        }
        record.chips.add(sample.map(\.chips))
      }
    }
  }

  /// Waits until the first reading was taken or failed; to be called once.
  ///
  /// - Returns: Why it failed, or `nil`.
  public func waitForFirst() async -> String? {
    await recorder.waitForFirst()
    return record.firstGap?.description
  }

  /// What was read so far.
  public var record: Record { state.value.withLock(\.self) }

  /// Ends reading with one last reading; to be called once.
  ///
  /// - Returns: Everything that was read.
  public func stop() async -> Record {
    await recorder.stop()
    return record
  }
}
