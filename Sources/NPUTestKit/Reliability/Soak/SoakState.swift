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
  /// The time of all parts, in seconds, up to the last request or window: the axis of windows and trends.
  private(set) var elapsed = 0.0
  /// How long requests were started, in seconds: the time in which the last requests of a part end is not in it.
  private(set) var loaded = 0.0
  /// Whether the last part that a journal holds ended as it was planned.
  var endedAsPlanned = false
  /// Where the present part began.
  private var session = Session()

  private struct Session {
    var elapsed = 0.0
    var loaded = 0.0
    var instant = MonotonicInstant(nanoseconds: 0)
    /// After how many seconds no more requests are started; `nil` where time does not end the part.
    var limit: Double?
  }

  /// The window that is open: when it began, and what has ended in it.
  private var openStart = 0.0
  private var open: [String: SoakTally] = [:]

  /// Begins a part, at an instant of the clock that its records are stamped by.
  ///
  /// - Parameters:
  ///   - instant: The instant.
  ///   - limit: After how many seconds no more requests are started; `nil` where time does not end the part.
  mutating func beginSession(at instant: MonotonicInstant, lasting limit: Double? = nil) {
    sessions += 1
    session = Session(elapsed: elapsed, loaded: loaded, instant: instant, limit: limit)
  }

  /// Notes that no more requests are started in the present part.
  mutating func endLoad(at instant: MonotonicInstant) {
    let passed = max(0, session.instant.duration(to: instant).seconds)
    session.limit = min(session.limit ?? passed, passed)
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

  /// The time of all parts at an instant of the present one, in seconds.
  func seconds(at instant: MonotonicInstant) -> Double {
    session.elapsed + max(0, session.instant.duration(to: instant).seconds)
  }

  /// How long requests were started up to a time of the present part.
  private func loaded(at seconds: Double) -> Double {
    let passed = max(0, seconds - session.elapsed)
    return session.loaded + min(passed, session.limit ?? passed)
  }

  /// Ends the window that is open.
  ///
  /// - Parameters:
  ///   - seconds: When, in seconds of all parts.
  ///   - endedAt: The wall clock, for people.
  ///   - resources: What was read of processes, chips and server.
  /// - Returns: The window.
  mutating func closeWindow(at seconds: Double, endedAt: String, resources: SoakResources) -> SoakWindow {
    let window = SoakWindow(
      number: series.count, session: max(0, sessions - 1), start: openStart, seconds: max(0, seconds - openStart),
      loaded: max(loaded, loaded(at: seconds)), endedAt: endedAt, services: open.mapValues(\.figures),
      resources: resources)
    take(window)
    return window
  }

  /// Takes a window that the journal holds: what has ended in it is counted already.
  mutating func take(_ window: SoakWindow) {
    series.append(window)
    unhealthyWindows = window.resources.unhealthy.isEmpty ? 0 : unhealthyWindows + 1
    open = [:]
    let reached = loaded(at: window.end)
    loaded = max(loaded, window.loaded ?? reached)
    // A window that was longer than requests were started in it is the last with any: a rule had ended the part.
    if let known = window.loaded, known < reached - Self.rounding { session.limit = max(0, known - session.loaded) }
    elapsed = max(elapsed, window.end)
    openStart = elapsed
  }

  private mutating func advance(to instant: MonotonicInstant) {
    elapsed = max(elapsed, seconds(at: instant))
    loaded = max(loaded, loaded(at: elapsed))
  }

  /// What sums of seconds that a journal holds may differ by.
  private static let rounding = 1e-6

  /// What requests without a service are counted as.
  private static let unnamed = "all"
}

extension SoakState: Codable {
  private enum CodingKeys: String, CodingKey {
    case done, totals, series, sessions
    case unhealthyWindows = "unhealthy_windows"
    case elapsed = "elapsed_s"
    case loaded = "loaded_s"
    case sessionElapsed = "session_elapsed_s"
    case sessionLoaded = "session_loaded_s"
    case sessionInstant = "session_started_ns"
    case sessionLimit = "session_limit_s"
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
    session.elapsed = try container.decode(Double.self, forKey: .sessionElapsed)
    session.instant = try container.decode(MonotonicInstant.self, forKey: .sessionInstant)
    // Earlier versions did not tell the one time from the other.
    loaded = try container.decodeIfPresent(Double.self, forKey: .loaded) ?? elapsed
    session.loaded = try container.decodeIfPresent(Double.self, forKey: .sessionLoaded) ?? session.elapsed
    session.limit = try container.decodeIfPresent(Double.self, forKey: .sessionLimit)
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
    try container.encode(loaded, forKey: .loaded)
    try container.encode(session.elapsed, forKey: .sessionElapsed)
    try container.encode(session.loaded, forKey: .sessionLoaded)
    try container.encode(session.instant, forKey: .sessionInstant)
    try container.encodeIfPresent(session.limit, forKey: .sessionLimit)
  }
}
