internal import HTTPTypes
internal import NPUBase
public import NPUTransport
internal import Synchronization

/// Sends a workload as a plan says and hands over a record of every request.
///
/// A state machine decides; this is the machinery around it. Starts, ends and ticks happen on the transport's thread,
/// so that in a closed loop the end of one request starts the next without a thread change. Requests are
/// prepared ahead, and records made afterwards, by the task that runs the load.
///
/// ```swift
/// let generator = LoadGenerator(plan: plan, workload: workload, transport: transport)
/// let end = try await generator.run { records in
///   for record in records { print(record.index, record.outcome) }
/// }
/// ```
public final class LoadGenerator: Sendable {
  /// How far a run has come.
  public struct Progress: Sendable, Hashable {
    /// Requests handed to the transport so far.
    public var started: Int
    /// Requests in flight now.
    public var inFlight: Int
  }

  private let plan: LoadPlan
  private let workload: any Workload
  private let transport: any Transport
  /// The requests of the schedule that an earlier part of the run has sent.
  private let done: IndexRanges
  private let run: Mutex<LoadRun>
  /// Wakes the task that runs the load; replaced after each ring.
  private let doorbell = Mutex(OneShot<Void>())

  /// After how long ended requests are handed over although they are few.
  private static let handOverInterval = Duration.milliseconds(50)
  /// How long a slow workload may fill its queue before the run begins with less.
  private static let patience = Duration.seconds(1)

  /// How long a call may go on after it was cancelled.
  private static let cancellationLimit = Duration.seconds(5)

  /// Creates a generator for one run.
  ///
  /// - Parameters:
  ///   - plan: How much, how fast, how long.
  ///   - workload: What to send.
  ///   - transport: What sends it, and whose clock it all runs by.
  public convenience init(plan: LoadPlan, workload: any Workload, transport: any Transport) {
    self.init(plan: plan, workload: workload, transport: transport, leavingOut: IndexRanges())
  }

  /// Creates a generator for what is left of a run.
  ///
  /// - Parameters:
  ///   - plan: How much is left, how fast, how long.
  ///   - workload: What the whole run sends.
  ///   - transport: What sends it.
  ///   - done: The indices of requests that were sent before. Those that are not among them follow in their order, with
  ///     the gaps that the schedule has before them.
  package init(plan: LoadPlan, workload: any Workload, transport: any Transport, leavingOut done: IndexRanges) {
    self.plan = plan
    self.workload = workload
    self.transport = transport
    self.done = done
    run = Mutex(LoadRun(plan: plan, leavingOut: done))
  }

  /// How far the run has come.
  public var progress: Progress {
    run.withLock { Progress(started: $0.machine.handedOut, inFlight: $0.machine.inFlight) }
  }

  /// Ends the run before its plan is carried out.
  ///
  /// - Parameter cancels: Whether requests in flight are cancelled; else they are waited for.
  public func stop(cancellingRequests cancels: Bool) {
    handle(.stop(cancels ? .atOnce : .gracefully))
  }

  /// Carries out the plan.
  ///
  /// To be called once. Cancelling the task stops the run at once and still hands over every record. It returns or
  /// throws when nothing is in flight any more.
  ///
  /// - Parameter receive: Gets the records of ended requests, in the order of their ends, some dozens at a time.
  /// - Returns: How the run went.
  /// - Throws: What the workload or the receiver throws; the run is then stopped at once. After an error of the
  ///   workload the receiver still gets every record, after one of its own it gets nothing more.
  public func run(_ receive: ([RequestRecord]) async throws -> Void) async throws -> LoadEnd {
    // Without a thread of its own the work is done on the common ones: less quietly, and as well.
    let executor = try? BackgroundExecutor(needsIdleCore: true) { [weak self] in
      self?.run.withLock { $0.isUrgent() } ?? false
    }
    return try await withTaskExecutorPreference(executor) { try await carryOut(receive) }
  }

  private func carryOut(_ receive: ([RequestRecord]) async throws -> Void) async throws -> LoadEnd {
    try await withTaskCancellationHandler {
      var failure = await prepare(until: transport.now.advanced(by: LoadGenerator.patience))
      var receiverHasFailed = false
      onTransport { $0.handle(.started) }
      while true {
        await waitForRing()
        await hurryIfUrgent()
        let (ended, end) = run.withLock { $0.takeEnded() }
        if !ended.isEmpty, !receiverHasFailed {
          do {
            try await receive(ended.map { $0.makeRecord() })
          } catch {
            receiverHasFailed = true
            failure = failure ?? error
            stop(cancellingRequests: true)
          }
        }
        if let end {
          if let failure { throw failure }
          return end
        }
        if failure == nil { failure = await prepare() }
      }
    } onCancel: {
      stop(cancellingRequests: true)
    }
  }

  /// Prepares requests until enough wait for their turn, or there is something to hand over.
  ///
  /// - Parameter deadline: When fewer are enough too, before the run has begun.
  /// - Returns: The error of the workload, which stops the run; none if it comes from the cancellation of the task.
  private func prepare(until deadline: MonotonicInstant? = nil) async -> (any Error)? {
    while let place = run.withLock({ $0.handOverIsDue ? nil : $0.nextToPrepare }) {
      do {
        if let request = try await workload.prepare(done.missing(at: place)) {
          if run.withLock({ $0.add(request, at: place) }) { onTransport { $0.announcePrepared() } }
        } else {
          run.withLock { $0.workloadIsExhausted() }
          onTransport { $0.handle(.exhausted(count: place)) }
        }
      } catch {
        stop(cancellingRequests: true)
        return Task.isCancelled ? nil : error
      }
      await hurryIfUrgent()
      if let deadline, transport.now >= deadline, run.withLock(\.canBegin) { break }
    }
    return nil
  }

  /// Goes on at the usual priority where the work is urgent.
  ///
  /// A yield whose job runs before this thread has let the task go moves nothing, and is made again.
  private func hurryIfUrgent() async {
    guard run.withLock({ $0.isUrgent() }) else { return }
    var tries = 0
    while tries < 16, BackgroundExecutor.givesWay {
      await Task.yield()
      tries += 1
    }
  }

  // MARK: - Events and actions

  /// Does something on the transport's thread; stops the run if the transport has been shut down and never will.
  private func onTransport(
    at instant: MonotonicInstant? = nil, _ action: @escaping @Sendable (LoadGenerator) -> Void
  ) {
    let commitment = Commitment { [weak self] in self?.stop(cancellingRequests: true) }
    transport.schedule(at: instant ?? transport.now) { [weak self] in
      commitment.keep()
      if let self { action(self) }
    }
  }

  private func handle(_ event: LoadStateMachine.Event) {
    carryOut(run.withLock { $0.handle(event, at: transport.now) })
  }

  private func announcePrepared() {
    carryOut(run.withLock { $0.announcePrepared(at: transport.now) })
  }

  private func ended(_ request: EndedRequest, _ place: Int) {
    // Whatever is sent from now on would end at once in the same way, within the call that starts it.
    if request.transportIsShutDown { stop(cancellingRequests: true) }
    carryOut(
      run.withLock { run in
        run.add(ended: request, place)
        return run.handle(.ended(index: place, refused: request.wasRefused), at: transport.now)
      })
  }

  private func carryOut(_ orders: LoadRun.Orders) {
    for order in orders.starts { start(order) }
    for handle in orders.cancellations { handle.cancel() }
    if let tick = orders.tick { onTransport(at: tick) { $0.ticked(tick) } }
    if orders.schedulesHandOver {
      onTransport(at: transport.now.advanced(by: LoadGenerator.handOverInterval)) { $0.handOver() }
    }
    if orders.ringsDoorbell { ring() }
  }

  /// Wakes the task that runs the load; rings while it is awake are remembered as one.
  private func ring() { doorbell.withLock(\.self).give() }

  private func waitForRing() async {
    await doorbell.withLock(\.self).wait()
    // What rang until here is seen in what the task does next.
    doorbell.withLock { $0 = OneShot() }
  }

  private func ticked(_ instant: MonotonicInstant) {
    run.withLock { $0.tickCame(instant) }
    handle(.tick)
  }

  private func handOver() {
    run.withLock { $0.handOverIntervalPassed() }
    ring()
  }

  private func start(_ order: LoadRun.StartOrder) {
    let place = order.start.index
    let index = done.missing(at: place)
    let handle: TransferHandle
    switch order.prepared.work {
    case .exchange(let request, let expectation):
      let recorder = StreamRecorder(
        index: index, phase: order.start.phase, intended: order.start.intended, requestID: order.prepared.requestID,
        requested: order.prepared.requested, expectation: expectation, limits: request.limits,
        onEnd: { [self] in ended(.exchange($0), place) })
      recorder.service = order.prepared.service
      recorder.redactor = { [transport, head = request.head, authenticator = request.authenticator] in
        Redactor(head, others: transport.secrets, authenticator: authenticator)
      }
      recorder.examination = order.prepared.examination
      handle = transport.start(request, observer: recorder)
    case .operation(let operation):
      handle = start(operation, order, index)
    }
    if run.withLock({ $0.hold(handle, place) }) { handle.cancel() }
  }

  private func start(_ operation: ServiceOperation, _ order: LoadRun.StartOrder, _ index: Int) -> TransferHandle {
    let started = transport.now
    let isOver = Once()
    @Sendable func end(_ result: OperationEnd) {
      guard isOver.claim() else { return }
      let record = RequestRecord(
        result, index: index, phase: order.start.phase, intended: order.start.intended, of: order.prepared,
        started: started, returned: transport.now)
      ended(.operation(EndedOperation(record, result, of: order.prepared)), order.start.index)
    }
    let task = Task.detached { [self] in end(await operation.end(over: transport)) }
    return TransferHandle(
      cancel: { [self] in
        task.cancel()
        // A run ends whatever its operations do: one that does not mind its cancellation is left to itself.
        onTransport(at: transport.now.advanced(by: LoadGenerator.cancellationLimit)) { _ in
          end(OperationEnd(Outcome(.init(.cancelled), message: "the call did not end when it was cancelled")))
        }
      }, resume: {})
  }
}
