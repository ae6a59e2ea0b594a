/// The state of one run: the machine that decides, what waits for its turn, what is in flight, what has ended.
///
/// A value without locks or threads; the ``LoadGenerator`` keeps it in a mutex and does what it orders.
struct LoadRun {
  /// A request to hand to the transport.
  struct StartOrder {
    let start: LoadStateMachine.Start
    let prepared: PreparedRequest
  }

  /// What is to be done outside the lock.
  struct Orders {
    var starts: [StartOrder] = []
    var cancellations: [TransferHandle] = []
    var tick: MonotonicInstant?
    var ringsDoorbell = false
  }

  private(set) var machine: LoadStateMachine
  private var prepared: [Int: PreparedRequest] = [:]
  private var preparedCount = 0
  private var preparedBytes = 0
  private var isExhausted = false
  private let preparedLimit: Int
  /// How many requests the plan can use; `nil` where only time ends it.
  private let wanted: Int?
  /// Requests handed to the transport that have not ended; the handle is missing until the transport has returned it.
  private var inFlight: [Int: TransferHandle?] = [:]
  private var ended: [StreamRecorder] = []
  private var scheduledTick: MonotonicInstant?
  private var cancelsAll = false
  private var conclusion: LoadConclusion?

  /// Bytes of request bodies that may wait, beyond the first few requests.
  private static let preparedByteLimit = 64 << 20
  /// Ended requests that are handed over without waiting for the interval.
  private static let batchSize = 512
  /// Ended requests that may wait to be taken before preparing pauses: a slow taker slows the load, and not the memory.
  private static let backlogLimit = 100_000

  init(plan: LoadPlan) {
    machine = LoadStateMachine(plan: plan)
    wanted = plan.requestLimit
    preparedLimit = max(64, min(4096, plan.concurrencyLimit ?? 1024))
  }

  /// The index of the request to prepare next; `nil` when enough wait, or no more are wanted.
  var nextToPrepare: Int? {
    guard !isExhausted, conclusion == nil, preparedCount < wanted ?? .max, prepared.count < preparedLimit,
      preparedBytes < LoadRun.preparedByteLimit || prepared.count < 16, ended.count < LoadRun.backlogLimit
    else { return nil }
    return preparedCount
  }

  /// Takes a prepared request.
  mutating func add(_ request: PreparedRequest, at index: Int) {
    prepared[index] = request
    preparedBytes += request.request.body.count
    preparedCount = index + 1
  }

  /// Notes that the workload has no more requests.
  mutating func workloadIsExhausted() { isExhausted = true }

  /// Feeds an event to the machine and collects what is to be done.
  mutating func handle(_ event: LoadStateMachine.Event, at now: MonotonicInstant) -> Orders {
    var orders = Orders()
    for action in machine.handle(event, at: now) {
      switch action {
      case .start(let start):
        guard let request = prepared.removeValue(forKey: start.index) else {
          preconditionFailure("the machine started request \(start.index), which nobody has prepared")
        }
        preparedBytes -= request.request.body.count
        inFlight.updateValue(nil, forKey: start.index)
        orders.starts.append(StartOrder(start: start, prepared: request))
      case .cancelInFlight:
        cancelsAll = true
        orders.cancellations += inFlight.values.compactMap(\.self)
      case .finish(let conclusion):
        self.conclusion = conclusion
        orders.ringsDoorbell = true
      case .beginMeasurement:
        break  // each start says which phase it belongs to
      }
    }
    if prepared.count * 2 < preparedLimit || ended.count >= LoadRun.batchSize { orders.ringsDoorbell = true }
    if let next = machine.nextTick, scheduledTick.map({ next < $0 }) ?? true {
      scheduledTick = next
      orders.tick = next
    }
    return orders
  }

  /// Keeps the handle of a request that is in flight; true if it must be cancelled, because the order to do so came first.
  mutating func hold(_ handle: TransferHandle, _ index: Int) -> Bool {
    guard inFlight.keys.contains(index) else { return false }
    inFlight[index] = .some(handle)
    return cancelsAll
  }

  /// Takes a request that has ended; true if it is the first since the last time they were taken.
  mutating func add(ended recorder: StreamRecorder, _ index: Int) -> Bool {
    inFlight.removeValue(forKey: index)
    ended.append(recorder)
    return ended.count == 1
  }

  /// Notes that a tick came.
  mutating func tickCame(_ instant: MonotonicInstant) {
    if scheduledTick == instant { scheduledTick = nil }
  }

  /// Hands over the ended requests, and the conclusion after the last of them.
  mutating func takeEnded() -> ([StreamRecorder], LoadConclusion?) {
    defer { ended.removeAll() }
    return (ended, conclusion)
  }
}

extension TransferBody {
  /// Bytes of the body that are in memory.
  var count: Int {
    switch self {
    case .empty: 0
    case .bytes(let bytes): bytes.count
    }
  }
}
