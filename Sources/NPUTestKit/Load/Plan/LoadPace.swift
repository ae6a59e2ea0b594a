internal import NPUBase

/// When the next request of a run is due: the walk along a schedule, or the free places of a closed loop.
struct LoadPace: Sendable {
  private enum Mode: Sendable {
    case closed(ClosedLoop)
    case open(OpenLoop)
  }

  private struct ClosedLoop: Sendable {
    var ramp: ClosedLoopRamp
    /// Slots that have had their first request.
    var launched = 0
    /// Launched slots without a request in flight that do not rest.
    var free = 0
    /// Requests in a row that never reached the service.
    var refusals = 0
    /// Until when a freed slot waits.
    var brake = MonotonicInstant(nanoseconds: .min)
  }

  /// Refusals in a row that are no reason to wait: a service may close a connection or two.
  private static let toleratedRefusals = 10
  /// The longest wait before a service that refuses requests is tried again.
  private static let longestBrake = Duration.seconds(1)

  private struct OpenLoop: Sendable {
    var schedule: RemainingSchedule
    var next: Duration?
    var limit: Int?
  }

  private var mode: Mode
  /// Until when the slots of a closed loop rest that had a response; beside the loop, so that no copy is made of them.
  private var resting = RestingSlots()
  private let pause: Duration

  /// - Parameters:
  ///   - plan: The plan.
  ///   - done: The requests of the schedule that are left out, since they were sent before.
  init(_ plan: LoadPlan, leavingOut done: IndexRanges = IndexRanges()) {
    pause = plan.pause
    switch plan.arrival {
    case .closedLoop(let concurrency):
      mode = .closed(ClosedLoop(ramp: ClosedLoopRamp(concurrency: concurrency, duration: plan.rampUp)))
    case .openLoop(let process, let limit):
      var schedule = RemainingSchedule(ArrivalSchedule(process, seed: plan.seed), leavingOut: done)
      let first = schedule.next()
      mode = .open(OpenLoop(schedule: schedule, next: first, limit: limit))
    }
  }

  /// When the next request may start, or nothing if it must wait for one to end.
  func nextInstant(startedAt: MonotonicInstant, inFlight: Int, now: MonotonicInstant) -> MonotonicInstant? {
    switch mode {
    case .closed(let loop):
      if loop.free > 0 { return max(now, loop.brake) }
      let rested = resting.first.map { max($0, loop.brake) }
      guard loop.launched < loop.ramp.concurrency else { return rested }
      let launch = startedAt.advanced(by: loop.ramp.offset(ofSlot: loop.launched))
      return min(launch, rested ?? launch)
    case .open(let loop):
      if let limit = loop.limit, inFlight >= limit { return nil }
      return loop.next.map(startedAt.advanced(by:))
    }
  }

  /// Takes the next request: its place on the schedule, or nothing in a closed loop, which has none.
  mutating func take(at now: MonotonicInstant) -> Duration? {
    switch mode {
    case .closed(var loop):
      if loop.free > 0 {
        loop.free -= 1
      } else if let rested = resting.first, rested <= now || loop.launched >= loop.ramp.concurrency {
        resting.removeFirst()
      } else {
        loop.launched += 1
      }
      mode = .closed(loop)
      return nil
    case .open(var loop):
      let offset = loop.next
      loop.next = loop.schedule.next()
      mode = .open(loop)
      return offset
    }
  }

  /// A request has ended; in a closed loop its slot is free, at once or after its rest.
  ///
  /// A loop against a service that refuses its requests would go round as fast as the processor can: after some
  /// refusals in a row it waits a little longer after each, up to a second. A schedule goes on as it is.
  mutating func slotFreed(refused: Bool, at now: MonotonicInstant) {
    guard case .closed(var loop) = mode else { return }
    if pause > .zero { resting.append(now.advanced(by: pause)) } else { loop.free += 1 }
    loop.refusals = refused ? loop.refusals + 1 : 0
    let excess = loop.refusals - LoadPace.toleratedRefusals
    if excess > 0 {
      let wait = min(LoadPace.longestBrake, .milliseconds(1) * (1 << min(excess, 10)))
      loop.brake = max(loop.brake, now.advanced(by: wait))
    }
    mode = .closed(loop)
  }

  /// How many requests of the schedule were due before an instant and not taken, counted up to a limit.
  func overdue(before end: MonotonicInstant, startedAt: MonotonicInstant, limit: Int) -> Int {
    guard case .open(var loop) = mode else { return 0 }
    var count = 0
    while count < limit, let offset = loop.next, startedAt.advanced(by: offset) < end {
      count += 1
      loop.next = loop.schedule.next()
    }
    return count
  }
}

/// Slots of a closed loop that rest for the same time each: the first to rest is the first to be free.
private struct RestingSlots: Sendable {
  private var instants: [MonotonicInstant] = []
  private var taken = 0

  /// When the next slot is free.
  var first: MonotonicInstant? { taken < instants.count ? instants[taken] : nil }

  mutating func append(_ instant: MonotonicInstant) { instants.append(instant) }

  mutating func removeFirst() {
    taken += 1
    // Now and then, so that one costs no more than a few.
    guard taken >= instants.count - taken else { return }
    instants.removeFirst(min(taken, instants.count))
    taken = 0
  }
}
