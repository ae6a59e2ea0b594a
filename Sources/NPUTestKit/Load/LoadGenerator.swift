internal import Synchronization

/// Sends a workload as a plan says and hands over a record of every request.
///
/// What decides is a state machine; this is the machinery around it. Starts, ends and ticks happen on the transport's thread, so
/// that a closed loop answers the end of one request with the start of the next without a thread change. Requests are
/// prepared ahead, and records made afterwards, by the task that runs the load.
///
/// ```swift
/// let generator = LoadGenerator(plan: plan, workload: workload, transport: transport)
/// let conclusion = try await generator.run { records in
///   for record in records { report.add(record) }
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
  private let run: Mutex<LoadRun>
  private let doorbell = Doorbell()

  /// After how long ended requests are handed over although they are few.
  private static let handOverInterval = Duration.milliseconds(100)

  /// Creates a generator for one run.
  ///
  /// - Parameters:
  ///   - plan: How much, how fast, how long.
  ///   - workload: What to send.
  ///   - transport: What sends it, and whose clock it all runs by.
  public init(plan: LoadPlan, workload: any Workload, transport: any Transport) {
    self.plan = plan
    self.workload = workload
    self.transport = transport
    run = Mutex(LoadRun(plan: plan))
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
  /// To be called once. Cancelling the task stops the run at once and still hands over every record.
  ///
  /// - Parameter receive: Gets the records of ended requests, in the order of their ends, some hundred at a time.
  /// - Returns: How the run went.
  /// - Throws: What the workload or the receiver throws; the run is then stopped at once.
  public func run(_ receive: ([RequestRecord]) async throws -> Void) async throws -> LoadConclusion {
    try await withTaskCancellationHandler {
      do {
        try await prepare()  // enough to begin with
        handle(.started)
        while true {
          await doorbell.wait()
          let (recorders, conclusion) = run.withLock { $0.takeEnded() }
          if !recorders.isEmpty { try await receive(recorders.map { $0.makeRecord() }) }
          if let conclusion { return conclusion }
          try await prepare()
        }
      } catch {
        stop(cancellingRequests: true)
        throw error
      }
    } onCancel: {
      stop(cancellingRequests: true)
    }
  }

  /// Prepares requests until enough wait for their turn.
  private func prepare() async throws {
    while let index = run.withLock(\.nextToPrepare) {
      if let request = try await workload.prepare(index) {
        run.withLock { $0.add(request, at: index) }
        handle(.prepared(count: index + 1))
      } else {
        run.withLock { $0.workloadIsExhausted() }
        handle(.exhausted(count: index))
      }
    }
  }

  // MARK: - Events and actions

  private func handle(_ event: LoadStateMachine.Event) {
    carryOut(run.withLock { $0.handle(event, at: transport.now) })
  }

  private func ended(_ recorder: StreamRecorder, _ index: Int) {
    let (orders, isFirstOfBatch) = run.withLock { run in
      let isFirst = run.add(ended: recorder, index)
      return (run.handle(.ended(index: index), at: transport.now), isFirst)
    }
    carryOut(orders)
    if isFirstOfBatch {
      transport.schedule(at: transport.now.advanced(by: LoadGenerator.handOverInterval)) { [doorbell] in doorbell.ring()
      }
    }
  }

  private func carryOut(_ orders: LoadRun.Orders) {
    for order in orders.starts { start(order) }
    for handle in orders.cancellations { handle.cancel() }
    if let tick = orders.tick {
      transport.schedule(at: tick) { [weak self] in self?.ticked(tick) }
    }
    if orders.ringsDoorbell { doorbell.ring() }
  }

  private func ticked(_ instant: MonotonicInstant) {
    run.withLock { $0.tickCame(instant) }
    handle(.tick)
  }

  private func start(_ order: LoadRun.StartOrder) {
    let index = order.start.index
    let recorder = StreamRecorder(
      index: index, phase: order.start.phase, intended: order.start.intended, requestID: order.prepared.requestID,
      requested: order.prepared.requested, expectation: order.prepared.expectation,
      onEnd: { [self] in ended($0, index) })
    let handle = transport.start(order.prepared.request, observer: recorder)
    if run.withLock({ $0.hold(handle, index) }) { handle.cancel() }
  }
}
