internal import NPUBase
internal import NPUServices
internal import NPUTelemetry
internal import NPUTransport
internal import Synchronization

/// Looks at the metrics of a server while streams are opened and abandoned, and until all of that has left it.
///
/// Probes are in the server, too. As long as some are under way, as many requests more than before may be theirs; that
/// nothing is left is proved only by a reading that shows no more than before. The time counts from the first reading
/// from which on there was nothing that probes do not account for.
final class DrainWatch: Sendable {
  private struct State {
    /// Readings that told of requests.
    var readings = 0
    var hasRisen = false
    var last = DrillEvidence.Occupancy()
    var left: MonotonicInstant?
    /// Since when there is nothing that probes do not account for.
    var clear: MonotonicInstant?
    var isProved = false
    var isOver = false
    /// No probe comes any more.
    var isLast = false
  }

  private let service: Service
  private let probe: StateProbe
  private let before: DrillEvidence.Occupancy
  private let limits: DrillLimits
  private let traffic: ProbeTraffic
  private let state = Mutex(State())
  private let task = Mutex<Task<Void, Never>?>(nil)

  /// - Parameters:
  ///   - service: The service, with the limits of a reading in its configuration.
  ///   - probe: Where the metrics are.
  ///   - before: What they showed when nothing had begun.
  ///   - limits: How often, and how long.
  ///   - traffic: The probes beside it.
  init(
    _ service: Service, _ probe: StateProbe, _ before: DrillEvidence.Occupancy, _ limits: DrillLimits,
    _ traffic: ProbeTraffic
  ) {
    self.service = service
    self.probe = probe
    self.before = before
    self.limits = limits
    self.traffic = traffic
  }

  /// Starts to look.
  func start() {
    let watching = Task { await watch() }
    task.withLock { $0 = watching }
  }

  /// Stops to look, whatever was seen.
  func cancel() { task.withLock { $0?.cancel() } }

  /// How many readings may show no more than what probes account for, before the metrics are known not to tell.
  private static let chances = 20

  /// Waits until the metrics have shown requests, or were read so often in vain that they never will.
  ///
  /// Whoever holds a stream open meanwhile knows that the metrics had their chance to show it. One reading is none: as
  /// many probes as there are streams may be under way beside it.
  func looked() async {
    let end = service.transport.now.advanced(by: limits.request)
    let target = state.withLock { $0.readings + 1 + Self.chances }
    while service.transport.now < end, state.withLock({ !$0.hasRisen && !$0.isOver && $0.readings < target }) {
      do { try await pause() } catch { return }
    }
  }

  /// Notes that the last client has left; the first time counts.
  func leave() {
    let now = service.transport.now
    state.withLock { $0.left = $0.left ?? now }
  }

  /// Waits until everything has left the server, or the limit is over.
  ///
  /// - Returns: What was seen; `nil` if nobody has left anything.
  func finish() async -> DrillEvidence.Drain? {
    guard state.withLock({ $0.left != nil }) else {
      cancel()
      return nil
    }
    state.withLock { $0.isLast = true }
    await task.withLock(\.self)?.value
    let seen = state.withLock(\.self)
    guard let left = seen.left else { return nil }
    return DrillEvidence.Drain(
      before: before, after: seen.last, left: left, provedAt: seen.isProved ? seen.clear : nil, limit: limits.drain,
      hasRisen: seen.hasRisen)
  }

  private func watch() async {
    while !Task.isCancelled, !state.withLock(\.isOver) {
      let began = service.transport.now
      let isLast = state.withLock(\.isLast)
      let occupancy = await service.occupancy(probe)
      note(occupancy, from: began, probes: isLast ? 0 : traffic.underWay(since: began))
      do { try await pause() } catch { break }
    }
    state.withLock { $0.isOver = true }
  }

  private func note(_ occupancy: DrillEvidence.Occupancy?, from began: MonotonicInstant, probes: Int) {
    let now = service.transport.now
    state.withLock { state in
      if let occupancy {
        state.readings += 1
        state.last = occupancy
        if occupancy.requests > before.requests + Double(probes) { state.hasRisen = true }
      }
      guard let left = state.left, began >= left else { return }
      if occupancy?.isBack(to: before) == true {
        state.clear = state.clear ?? now
        state.isProved = true
        state.isOver = true
      } else if let occupancy, occupancy.mayBeBack(to: before, besides: probes) {
        state.clear = state.clear ?? now
      } else {
        state.clear = nil
      }
      // What probes may account for is known for sure once they have ended.
      if now >= left.advanced(by: limits.drain), state.clear == nil || state.isLast { state.isOver = true }
    }
  }

  /// Between two readings.
  private func pause() async throws {
    let transport = service.transport
    try await transport.wait(until: transport.now.advanced(by: limits.interval / 4))
  }
}

extension DrillEvidence.Occupancy {
  /// A hundredth of the cache is less than one request of a test holds, and more than a server's bookkeeping.
  private static let cacheTolerance = 0.01

  /// Requests in the server, in work or not.
  fileprivate var requests: Double { (running ?? 0) + (waiting ?? 0) }

  /// Whether everything that was shown before is what it was then, or less.
  fileprivate func isBack(to before: DrillEvidence.Occupancy) -> Bool {
    guard mayBeBack(to: before, besides: 0) else { return false }
    guard let earlier = before.cache else { return true }
    return cache.map { $0 <= earlier + Self.cacheTolerance } ?? false
  }

  /// Whether there is nothing more than before but so many probes.
  fileprivate func mayBeBack(to before: DrillEvidence.Occupancy, besides probes: Int) -> Bool {
    guard let running, running <= (before.running ?? 0) + Double(probes) else { return false }
    guard let earlier = before.waiting else { return true }
    return waiting.map { $0 <= earlier + Double(probes) } ?? false
  }
}

extension Service {
  /// The requests and the cache in the server; `nil` where its metrics do not tell of requests.
  func occupancy(_ probe: StateProbe) async -> DrillEvidence.Occupancy? {
    guard let reading = await serverMetrics(probe), let running = reading.gauges[.requestsRunning] else { return nil }
    return DrillEvidence.Occupancy(
      running: running, waiting: reading.gauges[.requestsWaiting], cache: reading.gauges[.kvCacheUsage])
  }
}
