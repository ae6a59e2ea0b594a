internal import NPUBase
internal import NPUTransport

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
    var schedulesHandOver = false
    var ringsDoorbell = false
  }

  private(set) var machine: LoadStateMachine
  private var prepared: [Int: PreparedRequest] = [:]
  private(set) var preparedCount = 0
  /// How many of the prepared requests the machine knows of.
  private var announcedCount = 0
  private var announcementIsUnderWay = false
  private var preparedBytes = 0
  private var isExhausted = false
  private let preparedLimit: Int
  private let enoughToBegin: Int
  /// How many requests the plan can use; `nil` where only time ends it.
  private let wanted: Int?
  /// Requests handed to the transport that have not ended; the handle is missing until the transport has returned it.
  private var inFlight: [Int: TransferHandle?] = [:]
  private var ended: [EndedRequest] = []
  /// Bytes of responses that wait for their examination, and of those that were handed over to it last.
  private var mediaBytes = (waiting: 0, examined: 0)
  private var handOverIsScheduled = false
  /// Whether ended requests are to be handed over now; preparing more waits for it.
  private(set) var handOverIsDue = false
  /// The ticks that were scheduled and have not come, each earlier than the one before it.
  private var ticks: [MonotonicInstant] = []
  private var cancelsAll = false
  private var hasFallenBehind = false
  private var end: LoadEnd?

  /// Bytes of request bodies that may wait, beyond the first few requests.
  private static let preparedByteLimit = 64 << 20
  /// Bytes of responses that may wait for their examination; what comes beyond is not examined.
  private static let mediaByteLimit = 256 << 20
  /// Ended requests that are handed over without waiting for the interval, and missing ones that are prepared together.
  ///
  /// Small, so that the work is done in the gaps that the network thread leaves and not in bursts of many milliseconds.
  private static let batchSize = 32

  init(plan: LoadPlan, leavingOut done: IndexRanges = IndexRanges()) {
    machine = LoadStateMachine(plan: plan, leavingOut: done)
    wanted = plan.requestLimit
    // Several rounds of the loop, so that it stays full while records are received.
    preparedLimit = max(1024, min(4096, 4 * min(plan.concurrencyLimit ?? 256, 1024)))
    enoughToBegin = min(preparedLimit, max(16, plan.concurrencyLimit ?? 64))
  }

  /// The index of the request to prepare next; `nil` when enough wait, or no more are wanted.
  ///
  /// What waits to be handed over needs no other limit than that on bytes of media: only prepared requests can end.
  var nextToPrepare: Int? {
    guard !isExhausted, !machine.isStopping, preparedCount < wanted ?? .max, prepared.count < preparedLimit,
      preparedBytes < LoadRun.preparedByteLimit || prepared.count < 16
    else { return nil }
    return preparedCount
  }

  /// Whether a run that has waited long enough may begin with the requests that are prepared.
  var canBegin: Bool { prepared.count >= enoughToBegin }

  /// Whether the work beside the network cannot wait for an idle core: before the start, after the end, and from then on
  /// that fewer than half of the requests that may be prepared are, or that as many have ended as may be prepared.
  ///
  /// It stays so, since a machine on which a thread that gives way has fallen behind once is busy.
  mutating func isUrgent() -> Bool {
    guard machine.handedOut > 0, end == nil else { return true }
    if ended.count >= preparedLimit { hasFallenBehind = true }
    let isFewForBytes = preparedBytes < LoadRun.preparedByteLimit / 2 || prepared.count < 8
    if nextToPrepare != nil, prepared.count < preparedLimit / 2, isFewForBytes { hasFallenBehind = true }
    return hasFallenBehind
  }

  /// Takes a prepared request; true if the machine waits for it and must be told.
  mutating func add(_ request: PreparedRequest, at index: Int) -> Bool {
    prepared[index] = request
    preparedBytes += request.bodyBytes
    preparedCount = index + 1
    guard machine.handedOut >= announcedCount, !announcementIsUnderWay else { return false }
    announcementIsUnderWay = true
    return true
  }

  /// Notes that the workload has no more requests.
  mutating func workloadIsExhausted() { isExhausted = true }

  /// Tells the machine what is prepared.
  mutating func announcePrepared(at now: MonotonicInstant) -> Orders {
    announcementIsUnderWay = false
    return handle(.prepared(count: preparedCount), at: now)
  }

  /// Feeds an event to the machine and collects what is to be done.
  mutating func handle(_ event: LoadStateMachine.Event, at now: MonotonicInstant) -> Orders {
    var orders = Orders()
    if announcedCount < preparedCount {
      announcedCount = preparedCount
      carryOut(machine.handle(.prepared(count: preparedCount), at: now), &orders)
    }
    carryOut(machine.handle(event, at: now), &orders)
    if ended.count >= LoadRun.batchSize || end != nil { handOverIsDue = true }
    if !ended.isEmpty, !handOverIsDue, !handOverIsScheduled {
      handOverIsScheduled = true
      orders.schedulesHandOver = true
    }
    let isHungry = preparedLimit - prepared.count >= LoadRun.batchSize && nextToPrepare != nil
    orders.ringsDoorbell = handOverIsDue || isHungry
    if let next = machine.nextTick, ticks.last.map({ next < $0 }) ?? true {
      ticks.append(next)
      orders.tick = next
    }
    return orders
  }

  private mutating func carryOut(_ actions: [LoadStateMachine.Action], _ orders: inout Orders) {
    for action in actions {
      switch action {
      case .start(let start):
        guard let request = prepared.removeValue(forKey: start.index) else {
          preconditionFailure("the machine started request \(start.index), which nobody has prepared")
        }
        preparedBytes -= request.bodyBytes
        inFlight.updateValue(nil, forKey: start.index)
        orders.starts.append(StartOrder(start: start, prepared: request))
      case .cancelInFlight:
        cancelsAll = true
        orders.cancellations += inFlight.values.compactMap(\.self)
      case .finish(let end):
        self.end = end
      case .beginMeasurement:
        break  // each start says which phase it belongs to
      }
    }
  }

  /// Keeps the handle of a request that is in flight; true if it must be cancelled, because the order to do so came
  /// first.
  mutating func hold(_ handle: TransferHandle, _ index: Int) -> Bool {
    guard inFlight.keys.contains(index) else { return false }
    inFlight[index] = .some(handle)
    return cancelsAll
  }

  /// Takes a request that has ended.
  mutating func add(ended request: EndedRequest, _ index: Int) {
    inFlight.removeValue(forKey: index)
    var request = request
    if mediaBytes.waiting + mediaBytes.examined + request.mediaBytes > LoadRun.mediaByteLimit { request.dropMedia() }
    mediaBytes.waiting += request.mediaBytes
    ended.append(request)
  }

  /// Notes that a tick came.
  mutating func tickCame(_ instant: MonotonicInstant) {
    ticks.removeAll { $0 == instant }
  }

  /// Notes that the interval is over after which ended requests are handed over although they are few.
  mutating func handOverIntervalPassed() {
    handOverIsScheduled = false
    if !ended.isEmpty { handOverIsDue = true }
  }

  /// Hands over the ended requests if it is time, and the end after the last of them.
  mutating func takeEnded() -> ([EndedRequest], LoadEnd?) {
    // Whoever asks for more is done with what was handed over before.
    mediaBytes.examined = 0
    guard handOverIsDue else { return ([], nil) }
    handOverIsDue = false
    mediaBytes = (waiting: 0, examined: mediaBytes.waiting)
    defer { ended.removeAll() }
    return (ended, end)
  }
}

/// A request that has ended, as far as its record is made on the thread that it ended on.
enum EndedRequest {
  /// An exchange: its record takes parsing, which is left to whoever asks for it.
  case exchange(StreamRecorder)
  /// An operation.
  case operation(EndedOperation)

  func makeRecord() -> RequestRecord {
    switch self {
    case .exchange(let recorder): recorder.makeRecord()
    case .operation(let ended): ended.makeRecord()
    }
  }

  /// How many bytes of it wait for their examination, beside what an exchange limits itself.
  var mediaBytes: Int {
    switch self {
    case .exchange: 0
    case .operation(let ended): ended.mediaBytes
    }
  }

  /// Gives the examination up.
  mutating func dropMedia() {
    guard case .operation(var ended) = self else { return }
    ended.dropMedia()
    self = .operation(ended)
  }

  /// Whether it ended without having reached the service.
  var wasRefused: Bool {
    switch self {
    case .exchange(let recorder): recorder.wasNeverSent
    case .operation(let ended): !ended.record.outcome.isSuccess && ended.record.timeline.sent == nil
    }
  }

  /// Whether it ended because its transport takes no more.
  var transportIsShutDown: Bool {
    switch self {
    case .exchange(let recorder): recorder.transportIsShutDown
    case .operation(let ended): ended.record.outcome.kind == Outcome.Kind(.shutDown)
    }
  }
}
