internal import NPUBase
internal import NPULoad
internal import NPUServices
internal import NPUTransport
internal import Synchronization

/// Steady small requests before, during and after a fault.
///
/// They start by a schedule and not by the ends of one another, so that a service that stands still is asked on; when
/// too many are under way the next ones are left out and not sent later, since that would be a storm of its own.
final class ProbeTraffic: Sendable {
  /// Probes under way at most, of those that were sent since the service last had reason to respond.
  private static let most = 16

  private struct State {
    var results: [ProbeResult] = []
    var history: StreamHistory
    /// When the probes were started that are under way, by their number.
    var pending: [Int: MonotonicInstant] = [:]
    var leftOut = 0
    /// Probes that were sent before do not keep new ones back any more.
    var renewed = MonotonicInstant(nanoseconds: .min)
    /// The latest start, and the longest time between two starts since the renewal.
    var lastStart: MonotonicInstant?
    var longestGap = Duration.zero
    var isStopped = false
  }

  private let service: Service
  private let supply: ProbeSupply
  private let limits: DrillLimits
  private let state: Mutex<State>
  private let task = Mutex<Task<Void, Never>?>(nil)

  /// - Parameters:
  ///   - service: The service, with the limits of a probe in its configuration.
  ///   - supply: The requests.
  ///   - answers: Their answers, where they are known.
  ///   - limits: How often.
  init(_ service: Service, _ supply: ProbeSupply, _ answers: KnownAnswers, _ limits: DrillLimits) {
    self.service = service
    self.supply = supply
    self.limits = limits
    state = Mutex(State(history: StreamHistory(expected: answers.texts)))
  }

  /// What came of the probes that have ended, by their start.
  var results: [ProbeResult] { state.withLock(\.results).sorted { $0.started < $1.started } }
  /// What the known answers say.
  var findings: StreamFindings { state.withLock { $0.history.findings } }
  /// What came of all probes that were sent before the oldest one that is under way, and when that was sent.
  ///
  /// - Parameter beginning: What was sent before does not matter, although it may be under way.
  /// - Returns: The results, and until when they are known; `nil` for all of them.
  func known(since beginning: MonotonicInstant) -> (results: [ProbeResult], until: MonotonicInstant?) {
    let (results, until) = state.withLock { state in
      (state.results, state.pending.values.filter { $0 >= beginning }.min())
    }
    let end = until ?? MonotonicInstant(nanoseconds: .max)
    return (results.filter { $0.started < end }.sorted { $0.started < $1.started }, until)
  }
  /// Probes that were not sent because too many were under way.
  var leftOut: Int { state.withLock(\.leftOut) }
  /// Probes under way.
  var underWay: Int { state.withLock(\.pending.count) }
  /// The longest time from one start of a probe to the next since a fault was over.
  var longestGap: Duration { state.withLock(\.longestGap) }

  /// How many probes were under way at some moment since an instant: as many may be in the server at most.
  func underWay(since instant: MonotonicInstant) -> Int {
    state.withLock { state in state.pending.count + state.results.count { $0.ended >= instant } }
  }

  /// How many probes were sent within a time.
  func sent(in time: ClosedRange<MonotonicInstant>) -> Int {
    state.withLock { state in
      state.pending.values.count { time.contains($0) } + state.results.count { time.contains($0.started) }
    }
  }

  /// Lets probes start although those of before are silent still: what a fault has silenced stays so until its limit is
  /// over, and the service may be back long before.
  func renew() {
    let now = service.transport.now
    state.withLock { $0.renewed = now }
  }

  /// Counts the time between the starts of probes from now on.
  func measureGaps() {
    let now = service.transport.now
    state.withLock { ($0.lastStart, $0.longestGap) = (now, .zero) }
  }

  /// Starts to send.
  func start() {
    let sending = Task { await send() }
    task.withLock { $0 = sending }
  }

  /// Sends nothing more and waits for what is under way, which the limit of a probe ends.
  func stop() async {
    state.withLock { $0.isStopped = true }
    await task.withLock(\.self)?.value
  }

  /// Sends nothing more and breaks off what is under way.
  func cancel() async {
    let sending = task.withLock(\.self)
    sending?.cancel()
    await sending?.value
  }

  /// Waits until the results meet a condition.
  ///
  /// - Returns: Whether they do; false after the limit.
  /// - Throws: `CancellationError`, or the error of a transport that is gone.
  func wait(
    within limit: Duration, until condition: @Sendable ([ProbeResult]) -> Bool
  ) async throws -> Bool {
    let transport = service.transport
    let end = transport.now.advanced(by: limit)
    while !condition(results) {
      guard transport.now < end else { return false }
      try await transport.wait(until: min(end, transport.now.advanced(by: limits.interval / 4)))
    }
    return true
  }

  private func send() async {
    await withDiscardingTaskGroup { group in
      var index = 0
      var due = service.transport.now
      while !state.withLock(\.isStopped), !Task.isCancelled {
        let number = index
        let now = service.transport.now
        let mayStart = state.withLock { state in
          guard state.pending.values.count(where: { $0 >= state.renewed }) < Self.most else {
            state.leftOut += 1
            return false
          }
          state.pending[number] = now
          if let last = state.lastStart { state.longestGap = max(state.longestGap, last.duration(to: now)) }
          state.lastStart = now
          return true
        }
        if mayStart {
          index += 1
          group.addTask { await self.probe(number) }
        }
        due = due.advanced(by: limits.interval)
        // Who was held up goes on with the schedule and makes up for nothing.
        if due < service.transport.now { due = service.transport.now.advanced(by: limits.interval) }
        do { try await service.transport.wait(until: due) } catch { return }
      }
    }
  }

  private func probe(_ number: Int) async {
    let name = supply.name(number)
    let started = service.transport.now
    let record: RequestRecord
    do {
      record = await (try await supply.request(name, to: service)).record(over: service.transport)
    } catch {
      return end(
        number, ProbeResult(started: started, ended: service.transport.now, failure: Outcome(error).kind.rawValue))
    }
    guard !record.outcome.isCancellation else { return state.withLock { $0.pending[number] = nil } }
    let isWhole = record.outcome.isSuccess
    let isConsistent = state.withLock { $0.history.add(name, received: record.text ?? "", isWhole: isWhole) }
    let ended = record.timeline.closed ?? service.transport.now
    let first = record.timeline.firstToken ?? ended
    end(
      number,
      ProbeResult(
        started: record.timeline.started, ended: ended, failure: isWhole ? nil : record.outcome.kind.rawValue,
        // Of a response that broke off only what is wrong in it is known.
        isRight: isWhole ? isConsistent : isConsistent == false ? false : nil,
        latency: isWhole ? (record.timeline.sent ?? record.timeline.started).duration(to: first) : nil))
  }

  private func end(_ number: Int, _ result: ProbeResult) {
    state.withLock { state in
      state.pending[number] = nil
      state.results.append(result)
    }
  }
}
