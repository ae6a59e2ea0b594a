/// What was read of a server during a run: its own figures, and the chips that an exporter among them shows.
public struct ServerTelemetry: Sendable {
  /// The figures of the server.
  public private(set) var series = ServerMetricsSeries()
  /// The chips of an exporter; empty where the address shows none.
  public private(set) var chips: ChipTelemetry
  /// How many readings failed, or went by during slow ones.
  public private(set) var missed = 0
  /// What the first failed reading said.
  public private(set) var firstGap: SampleGap?

  private var window = ServerWindow()

  package init(interval: Duration) {
    chips = ChipTelemetry(interval: interval)
    chips.isDriverAsked = false
  }

  package mutating func add(_ sample: TelemetrySample<ServerMetricsReading>) {
    missed += sample.missedBefore
    switch sample.result {
    case .success(let reading): series.add(reading, at: sample.start, taking: sample.duration)
    case .failure(let gap):
      missed += 1
      firstGap = firstGap ?? gap
    }
    window.add(sample)
    chips.add(sample.map(\.chips))
  }

  /// What the server said since this was last called, from every reading.
  package mutating func takeWindow() -> ServerWindow {
    var taken = window.take()
    taken.chips = chips.takeWindow()
    taken.restarts = series.restartCount
    return taken
  }
}
