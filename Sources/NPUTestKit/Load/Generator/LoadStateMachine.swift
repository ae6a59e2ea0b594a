package import NPUBase

/// Decides which request starts when: the load generator without its clock, its threads and its network.
///
/// Feed it every event with the instant at which it happened, carry out the actions it returns in order, and send it a
/// tick at ``nextTick``. An event costs constant time apart from the actions that it sets off, and the machine holds no
/// list that grows with the number of requests.
///
/// - Requests are numbered from 0 in the order in which they are handed out, each exactly once.
/// - A request is handed out when it is due and not before: a tick at ``nextTick`` on the transport's own thread is as
///   exact as a transport that releases requests by itself.
/// - A limit on the requests in flight needs no queue: requests that wait are simply the next ones of the schedule, and
///   their intended instants lie in the past.
/// - Every request handed out must come back as `ended` once, also when it was cancelled.
package struct LoadStateMachine: Sendable {
  private enum Stage: Sendable, Hashable {
    case idle
    case running
    case draining(LoadEnd.Reason)
    case finished
  }

  private let plan: LoadPlan
  private var pace: LoadPace
  private var stage = Stage.idle
  private var now = MonotonicInstant(nanoseconds: .min)
  private var startedAt = MonotonicInstant(nanoseconds: .min)
  private var prepared = 0
  /// How many requests the source has; missing while no end is known.
  private var available: Int?
  private var endedCount = 0
  private var warmUpCount = 0
  private var measuredCount = 0
  private var cancelledCount = 0
  private var overdueCount = 0
  /// Since when a request of the measurement is due that is not prepared, and for how long that was so before.
  private var unpreparedSince: MonotonicInstant?
  private var unpreparedTime = Duration.zero
  private var measuredFrom: MonotonicInstant?
  /// When a warm-up of requests is given up, unless one of them ends before.
  private var warmUpDeadline: MonotonicInstant?
  private var measurementAnnounced = false
  private var drainDeadline: MonotonicInstant?
  private var inFlightCancelled = false

  /// Creates the machine of one run.
  ///
  /// - Parameters:
  ///   - plan: What is to be done.
  ///   - done: The requests of the schedule that an earlier part of the run has sent; those that remain are counted
  ///     from 0 here.
  package init(plan: LoadPlan, leavingOut done: IndexRanges = IndexRanges()) {
    self.plan = plan
    pace = LoadPace(plan, leavingOut: done)
  }

  /// How many requests were handed out; the index of the next one.
  package var handedOut: Int { warmUpCount + measuredCount }

  /// How many requests were handed out and have not ended.
  package var inFlight: Int { handedOut - endedCount }

  /// Whether the run is over.
  package var isFinished: Bool { stage == .finished }

  /// Whether no more requests will be started.
  package var isStopping: Bool {
    switch stage {
    case .idle, .running: false
    case .draining, .finished: true
    }
  }

  /// Takes an event and returns what to do.
  ///
  /// - Parameters:
  ///   - event: What happened.
  ///   - instant: When; an instant before that of an earlier event counts as that one.
  /// - Returns: What to do, in order.
  package mutating func handle(_ event: Event, at instant: MonotonicInstant) -> [Action] {
    now = max(now, instant)
    if let since = unpreparedSince {
      unpreparedTime += max(.zero, since.duration(to: now))
      unpreparedSince = nil
    }
    var actions: [Action] = []
    switch event {
    case .started: begin()
    case .prepared(let count): prepared = max(prepared, count)
    case .exhausted(let count): available = max(0, min(available ?? count, count))
    case .ended(let index, let refused): end(index, refused: refused)
    case .tick: break
    case .stop(let stop): interrupt(stop, &actions)
    }
    advance(&actions)
    noteUnprepared()
    return actions
  }

  /// When the machine wants its next tick, if nothing else happens before; nothing if it waits for other events alone.
  package var nextTick: MonotonicInstant? {
    switch stage {
    case .idle, .finished: return nil
    case .draining: return inFlightCancelled ? nil : drainDeadline
    case .running:
      var tick = earlier(deadline, warmUpDeadline)
      if !measurementAnnounced { tick = earlier(tick, measuredFrom) }
      guard mayStartMore, let instant = pace.nextInstant(startedAt: startedAt, inFlight: inFlight, now: now) else {
        return tick
      }
      // What falls behind the end is never started, so nothing is to be done for it.
      if let deadline, instant >= deadline { return tick }
      return earlier(tick, instant)
    }
  }

  private var deadline: MonotonicInstant? {
    guard let measuredFrom, let duration = plan.stop.duration else { return nil }
    return measuredFrom.advanced(by: duration)
  }

  /// Whether neither the plan's number of requests nor the source's is used up, and the next request is ready.
  private var mayStartMore: Bool { handedOut < prepared && !isPlanUsedUp && !isSourceUsedUp }

  private var isPlanUsedUp: Bool { plan.stop.requests.map { measuredCount >= $0 } ?? false }

  private var isSourceUsedUp: Bool { available.map { handedOut >= $0 } ?? false }
}

// MARK: - Events

extension LoadStateMachine {
  private mutating func begin() {
    guard stage == .idle else { return }
    stage = .running
    startedAt = now
    switch plan.warmUp {
    case .none, .requests(0): measuredFrom = now
    case .requests: break
    case .duration(let duration): measuredFrom = now.advanced(by: duration)
    }
  }

  private mutating func end(_ index: Int, refused: Bool) {
    guard index >= 0, index < handedOut, inFlight > 0 else { return }
    endedCount += 1
    if measuredFrom == nil { armWarmUpDeadline() }
    pace.slotFreed(refused: refused, at: now)
  }

  /// Gives the requests of the warm-up that are in flight their time; without any there is nobody to wait for.
  private mutating func armWarmUpDeadline() {
    warmUpDeadline = inFlight > 0 ? plan.warmUpPatience.map { now.advanced(by: $0) } : nil
  }

  private mutating func interrupt(_ stop: Stop, _ actions: inout [Action]) {
    switch stage {
    case .finished: return
    case .idle:
      startedAt = now
      drain(.interrupted)
    case .running:
      overdueCount = overdue(before: now.advanced(by: .nanoseconds(1)))
      drain(.interrupted)
    case .draining:
      // A plan whose requests have all begun loses nothing by a stop that waits for them.
      if stop == .atOnce { stage = .draining(.interrupted) }
    }
    if stop == .atOnce { cancelInFlight(&actions) }
  }
}

// MARK: - Decisions

extension LoadStateMachine {
  private mutating func advance(_ actions: inout [Action]) {
    announceMeasurement(&actions)
    if stage == .running {
      if let deadline, now >= deadline {
        endByTime(deadline)
      } else if let warmUpDeadline, now >= warmUpDeadline {
        drain(.warmUp)
        cancelInFlight(&actions)
      } else {
        startWhatMayStart(&actions)
      }
    }
    guard case .draining(let reason) = stage else { return }
    if inFlight == 0 {
      stage = .finished
      actions.append(.finish(end(reason)))
    } else if let drainDeadline, now >= drainDeadline {
      cancelInFlight(&actions)
    }
  }

  private mutating func startWhatMayStart(_ actions: inout [Action]) {
    while mayStartMore, let instant = pace.nextInstant(startedAt: startedAt, inFlight: inFlight, now: now),
      instant <= now
    {
      start(dueAt: instant, &actions)
    }
    if isPlanUsedUp { drain(.requests) } else if isSourceUsedUp { drain(.exhausted) }
  }

  private mutating func start(dueAt instant: MonotonicInstant, _ actions: inout [Action]) {
    let index = handedOut
    let intended = pace.take(at: now) == nil ? nil : instant
    let phase = phase(of: index, at: intended ?? now)
    if phase == .measured {
      let measuredFrom = measuredFrom ?? now
      self.measuredFrom = measuredFrom
      warmUpDeadline = nil
      if !measurementAnnounced {
        measurementAnnounced = true
        actions.append(.beginMeasurement(at: measuredFrom))
      }
      measuredCount += 1
    } else {
      warmUpCount += 1
      if warmUpDeadline == nil, measuredFrom == nil { armWarmUpDeadline() }
    }
    actions.append(.start(Start(index: index, intended: intended, phase: phase)))
  }

  private func phase(of index: Int, at instant: MonotonicInstant) -> RequestRecord.Phase {
    switch plan.warmUp {
    case .none: .measured
    case .requests(let count): index < count ? .warmup : .measured
    case .duration(let duration): instant < startedAt.advanced(by: duration) ? .warmup : .measured
    }
  }

  private mutating func announceMeasurement(_ actions: inout [Action]) {
    guard !measurementAnnounced, let measuredFrom, now >= measuredFrom, stage == .running else { return }
    measurementAnnounced = true
    actions.append(.beginMeasurement(at: measuredFrom))
  }

  private mutating func endByTime(_ deadline: MonotonicInstant) {
    overdueCount = overdue(before: deadline)
    drain(.duration)
    if let limit = plan.drainLimit { drainDeadline = deadline.advanced(by: limit) }
  }

  private mutating func drain(_ reason: LoadEnd.Reason) {
    stage = .draining(reason)
    guard let limit = plan.drainLimit else { return }
    drainDeadline = now.advanced(by: limit)
  }

  private mutating func cancelInFlight(_ actions: inout [Action]) {
    guard !inFlightCancelled, inFlight > 0 else { return }
    inFlightCancelled = true
    cancelledCount = inFlight
    actions.append(.cancelInFlight)
  }

  private func overdue(before end: MonotonicInstant) -> Int {
    var limit = LoadEnd.overdueLimit
    if let requests = plan.stop.requests { limit = min(limit, requests - measuredCount) }
    if let available { limit = min(limit, available - handedOut) }
    return pace.overdue(before: end, startedAt: startedAt, limit: limit)
  }

  /// Notes from when on a request is due that nobody has prepared.
  private mutating func noteUnprepared() {
    guard stage == .running, handedOut >= prepared, let measuredFrom, !isPlanUsedUp, !isSourceUsedUp,
      let due = pace.nextInstant(startedAt: startedAt, inFlight: inFlight, now: now)
    else { return }
    unpreparedSince = max(now, due, measuredFrom)
  }

  private func end(_ reason: LoadEnd.Reason) -> LoadEnd {
    LoadEnd(
      reason: reason, startedAt: startedAt,
      measuredFrom: measurementAnnounced ? measuredFrom : nil,
      measuredUntil: reason == .duration ? deadline ?? now : now, finishedAt: now, warmUpRequests: warmUpCount,
      measuredRequests: measuredCount, overdueRequests: overdueCount, cancelledRequests: cancelledCount,
      unpreparedTime: unpreparedTime)
  }

  private func earlier(_ left: MonotonicInstant?, _ right: MonotonicInstant?) -> MonotonicInstant? {
    guard let left, let right else { return left ?? right }
    return min(left, right)
  }
}

extension LoadStateMachine {
  /// How a run is stopped before its plan is carried out.
  package enum Stop: Sendable, Hashable {
    /// Start nothing more, wait for what is in flight.
    case gracefully
    /// Start nothing more, cancel what is in flight.
    case atOnce
  }

  /// What happened.
  package enum Event: Sendable, Hashable {
    /// The run begins. Comes once; nothing starts before it.
    case started
    /// The requests below this number are ready to be sent.
    case prepared(count: Int)
    /// There will be no more requests than this.
    case exhausted(count: Int)
    /// A request has ended, well or badly; refused means that it never reached the service, as when nobody listens.
    case ended(index: Int, refused: Bool = false)
    /// Time has passed.
    case tick
    /// The run is to stop.
    case stop(Stop)
  }

  /// What to do.
  package enum Action: Sendable, Hashable {
    /// Hand a request to the transport, now.
    case start(Start)
    /// The measurement begins at this instant; it comes before the first measured start.
    case beginMeasurement(at: MonotonicInstant)
    /// Cancel every request in flight.
    case cancelInFlight
    /// All is over; nothing comes after this.
    case finish(LoadEnd)
  }

  /// A request to hand to the transport.
  package struct Start: Sendable, Hashable {
    /// Which one.
    package var index: Int
    /// When the schedule wanted it to start; missing in a closed loop, which has no schedule.
    package var intended: MonotonicInstant?
    /// Which part of the run it belongs to.
    package var phase: RequestRecord.Phase
  }
}
