internal import NPUBase
internal import NPULoad
internal import NPUTelemetry
internal import Synchronization

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Where the requests of a soak and the ends of its windows come together: one state, one journal.
final class SoakRecorder: Sendable {
  private struct Inner: Sendable {
    var state: SoakState
    var journal: SoakJournal?
    /// Why the journal is not whole.
    var failure: String?

    /// Writes to the journal; after an error nothing more is.
    mutating func write(_ action: (inout SoakJournal) throws -> Void) {
      guard var open = journal else { return }
      do {
        try action(&open)
        journal = open
      } catch {
        journal = nil
        failure = "\(error)"
      }
    }

    mutating func closeWindow(at seconds: Double, _ endedAt: String, _ resources: SoakResources) -> SoakWindow {
      let window = state.closeWindow(at: seconds, endedAt: endedAt, resources: resources)
      let known = state
      write { try $0.append(window, known) }
      return window
    }
  }

  private let inner: Mutex<Inner>

  init(_ state: SoakState, _ journal: SoakJournal?) { inner = Mutex(Inner(state: state, journal: journal)) }

  /// How many windows in a row, up to the last, had a service that was not healthy.
  var unhealthyWindows: Int { inner.withLock(\.state.unhealthyWindows) }

  /// The wall clock, for people: whatever it does, nothing is computed from it.
  private static var wallClock: String { Date().formatted(.iso8601) }

  /// Begins a part; of a part that was cut off within a window the window is ended first.
  ///
  /// - Parameters:
  ///   - instant: When.
  ///   - limit: After how many seconds no more requests are started; `nil` where time does not end the part.
  /// - Returns: That window, if there is one.
  func begin(at instant: MonotonicInstant, lasting limit: Double?) -> SoakWindow? {
    inner.withLock { inner in
      var cut: SoakWindow?
      if inner.state.hasOpenRequests {
        cut = inner.closeWindow(at: inner.state.elapsed, Self.wallClock, SoakResources())
      }
      inner.state.beginSession(at: instant, lasting: limit)
      let number = inner.state.sessions
      inner.write { try $0.begin(session: number, at: instant, lasting: limit, wallClock: Self.wallClock) }
      return cut
    }
  }

  /// Notes that no more requests are started in this part.
  func endLoad(at instant: MonotonicInstant) { inner.withLock { $0.state.endLoad(at: instant) } }

  /// Takes requests that have ended.
  func add(_ records: [RequestRecord]) {
    inner.withLock { inner in
      for record in records where inner.state.add(record) {
        inner.write { try $0.append(record) }
      }
    }
  }

  /// Ends the window that is open.
  func closeWindow(at instant: MonotonicInstant, _ resources: SoakResources) -> SoakWindow {
    inner.withLock { $0.closeWindow(at: $0.state.seconds(at: instant), Self.wallClock, resources) }
  }

  /// Writes what is buffered, while nothing ends.
  func flush() { inner.withLock { inner in inner.write { try $0.flush() } } }

  /// Writes the rest of the journal.
  func close(complete: Bool, failure: String?) {
    inner.withLock { inner in inner.write { try $0.close(complete: complete, failure: failure) } }
  }

  /// What the soak gave so far.
  func report(
    of run: RunDescription, _ plan: SoakPlan, _ watched: SoakWatchList, end: SoakReport.End, reason: String? = nil,
    npu: TelemetrySummary? = nil, notes: [String] = []
  ) -> SoakReport {
    let (state, failure) = inner.withLock { ($0.state, $0.failure) }
    return SoakReport(
      state, run: run, plan, watched, end: end, reason: reason, npu: npu, notes: notes, journalError: failure)
  }
}
