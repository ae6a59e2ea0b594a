/// What a server said of itself since somebody last asked, from every reading.
///
/// The points of a ``ServerMetricsSeries`` are means of several readings once a run is long, and a mean of 0 requests
/// needs many idle readings in a row. What is judged window by window comes from here.
package struct ServerWindow: Sendable, Hashable {
  /// Requests being answered.
  package private(set) var running = SampleMean()
  /// Requests in the queue.
  package private(set) var waiting = SampleMean()
  /// The most of the KV cache in use, from 0 to 1.
  package private(set) var cachePeak: Double?
  /// The share of the KV cache in use at the last reading without a request, from 0 to 1.
  package private(set) var cacheIdle: Double?
  /// How often the server was restarted since the first reading of all.
  package internal(set) var restarts = 0
  /// The chips of an exporter.
  package internal(set) var chips = ChipWindow()
  private var taken = 0
  private var lastGap: SampleGap?

  /// Nothing was read.
  package init() {}

  /// Whether there was a reading.
  package var wasRead: Bool { taken > 0 }

  /// Why nothing was read; `nil` if something was, or if no reading has ended.
  ///
  /// What the last reading said stands until one succeeds, as in ``ChipWindow``.
  package var gap: SampleGap? { wasRead ? nil : lastGap }

  mutating func add(_ sample: TelemetrySample<ServerMetricsReading>) {
    switch sample.result {
    case .success(let reading):
      taken += 1
      lastGap = nil
      add(reading.gauges)
    case .failure(let gap): lastGap = gap
    }
  }

  private mutating func add(_ gauges: [ServerMetric: Double]) {
    if let number = gauges[.requestsRunning] { running.add(number) }
    if let number = gauges[.requestsWaiting] { waiting.add(number) }
    guard let share = gauges[.kvCacheUsage] else { return }
    cachePeak = max(cachePeak ?? share, share)
    // A server without a queue says nothing of one.
    if gauges[.requestsRunning] == 0, gauges[.requestsWaiting] ?? 0 == 0 { cacheIdle = share }
  }

  /// Gives what was gathered, and begins anew.
  mutating func take() -> ServerWindow {
    let gathered = self
    self = ServerWindow()
    lastGap = gathered.lastGap
    return gathered
  }
}
