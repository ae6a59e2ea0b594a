internal import NPUBase
internal import NPULoad

/// Everything that a soak knows of itself: which requests have ended, how, and what the windows said.
///
/// A pure value without clock and files. It is fed by the run and by the lines of its journal alike, so that a soak that
/// goes on knows what it would have known without the interruption. Its memory does not grow with the requests.
struct SoakState: Sendable {
  /// The requests that have ended.
  private(set) var done = IndexRanges()
  /// What became of them, by service.
  private(set) var totals: [String: SoakTally] = [:]
  /// The windows that have ended.
  private(set) var series = SoakWindowSeries()
  /// How many parts there were, the present one included.
  private(set) var sessions = 0
  /// How many windows in a row, up to the last, had a service that was not healthy.
  private(set) var unhealthyWindows = 0
  /// How long was soaked, in seconds, up to the last request or window.
  private(set) var elapsed = 0.0
  /// How long was soaked when the present part began, and the clock then.
  private(set) var sessionStart = (elapsed: 0.0, instant: MonotonicInstant(nanoseconds: 0))

  /// The window that is open: when it began, and what has ended in it.
  private var openStart = 0.0
  private var open: [String: SoakTally] = [:]

  /// Begins a part, at an instant of the clock that its records are stamped by.
  mutating func beginSession(at instant: MonotonicInstant) {
    sessions += 1
    sessionStart = (elapsed, instant)
  }

  /// Takes a request that has ended; false if it was known before.
  @discardableResult
  mutating func add(_ record: RequestRecord) -> Bool {
    guard done.insert(record.index) else { return false }
    let service = record.service ?? Self.unnamed
    totals[service, default: SoakTally()].add(record)
    open[service, default: SoakTally()].add(record)
    if let closed = record.timeline.closed { advance(to: closed) }
    return true
  }

  /// Whether requests have ended in the window that is open.
  var hasOpenRequests: Bool { !open.isEmpty }

  /// How long was soaked at an instant of the present part, in seconds.
  func seconds(at instant: MonotonicInstant) -> Double {
    sessionStart.elapsed + max(0, sessionStart.instant.duration(to: instant).seconds)
  }

  /// Ends the window that is open.
  ///
  /// - Parameters:
  ///   - seconds: When, in seconds of soaking.
  ///   - endedAt: The wall clock, for people.
  ///   - resources: What was read of processes, chips and server.
  /// - Returns: The window.
  mutating func closeWindow(at seconds: Double, endedAt: String, resources: SoakResources) -> SoakWindow {
    let window = SoakWindow(
      number: series.count, session: max(0, sessions - 1), start: openStart, seconds: max(0, seconds - openStart),
      endedAt: endedAt, services: open.mapValues(\.figures), resources: resources)
    take(window)
    return window
  }

  /// Takes a window that the journal holds: what has ended in it is counted already.
  mutating func take(_ window: SoakWindow) {
    series.append(window)
    unhealthyWindows = window.resources.unhealthy.isEmpty ? 0 : unhealthyWindows + 1
    open = [:]
    elapsed = max(elapsed, window.end)
    openStart = elapsed
  }

  private mutating func advance(to instant: MonotonicInstant) {
    elapsed = max(elapsed, seconds(at: instant))
  }

  /// What requests without a service are counted as.
  private static let unnamed = "all"
}

extension SoakState: Codable {
  private enum CodingKeys: String, CodingKey {
    case done, totals, series, sessions
    case unhealthyWindows = "unhealthy_windows"
    case elapsed = "elapsed_s"
    case sessionElapsed = "session_elapsed_s"
    case sessionInstant = "session_started_ns"
  }

  /// Reads what a segment of a journal begins with: the state between two windows.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    done = try container.decode(IndexRanges.self, forKey: .done)
    totals = try container.decode([String: SoakTally].self, forKey: .totals)
    series = try container.decode(SoakWindowSeries.self, forKey: .series)
    sessions = try container.decode(Int.self, forKey: .sessions)
    unhealthyWindows = try container.decode(Int.self, forKey: .unhealthyWindows)
    elapsed = try container.decode(Double.self, forKey: .elapsed)
    openStart = elapsed
    sessionStart = (
      try container.decode(Double.self, forKey: .sessionElapsed),
      try container.decode(MonotonicInstant.self, forKey: .sessionInstant)
    )
  }

  /// Writes the state; to be called between two windows, since the open one is not written.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(done, forKey: .done)
    try container.encode(totals, forKey: .totals)
    try container.encode(series, forKey: .series)
    try container.encode(sessions, forKey: .sessions)
    try container.encode(unhealthyWindows, forKey: .unhealthyWindows)
    try container.encode(elapsed, forKey: .elapsed)
    try container.encode(sessionStart.elapsed, forKey: .sessionElapsed)
    try container.encode(sessionStart.instant, forKey: .sessionInstant)
  }
}
