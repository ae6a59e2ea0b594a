import NPUBase
import NPULoad
import NPUMetrics

/// A world for the state machine: requests take random times, preparation takes time, ticks may come late.
struct SimulatedWorld {
  var plan: LoadPlan
  /// The service time of a request.
  var service: @Sendable (_ index: Int, _ generator: inout SeededGenerator) -> Duration
  /// How long each request takes to prepare, one after another and at most 32 ahead; zero has all of them ready
  /// from the beginning.
  var preparation = Duration.zero
  /// The longest a tick comes late.
  var tickDelay = Duration.zero
  /// How many requests the source has.
  var available: Int?
  /// The requests of the schedule that were sent before.
  var done = IndexRanges()
  /// When the run is stopped, and how.
  var stops: [(at: Duration, how: LoadStateMachine.Stop)] = []
  var seed: UInt64 = 1

  struct Trace {
    /// Each start with the instant at which it was handed out, from the start of the run.
    var starts: [(start: LoadStateMachine.Start, handedOutAt: Duration)] = []
    /// Begin and end of each request on the wire, by index.
    var onWire: [Int: (from: Duration, until: Duration)] = [:]
    var measurementBegins: [Duration] = []
    var cancellations = 0
    var ends: [LoadEnd] = []
    /// The most requests between hand-out and end.
    var mostInFlight = 0
    /// Requests between hand-out and end after each event, with its time.
    var inFlight: [(at: Duration, count: Int)] = []
    var events = 0
    var stuck = false
  }

  static let origin = MonotonicInstant(nanoseconds: 1_000_000_000_000)

  func run(eventLimit: Int = 2_000_000) -> Trace {
    var generator = SeededGenerator(seed: seed)
    var machine = LoadStateMachine(plan: plan, leavingOut: done)
    var trace = Trace()
    var now = Duration.zero
    var ends: [(index: Int, at: Duration)] = []
    var stops = stops
    var prepared = 0
    var preparedAt = Duration.zero

    func perform(_ actions: [LoadStateMachine.Action], _ generator: inout SeededGenerator) {
      for action in actions {
        switch action {
        case .start(let start):
          trace.starts.append((start, now))
          let until = now + service(start.index, &generator)
          trace.onWire[start.index] = (now, until)
          ends.append((start.index, until))
        case .beginMeasurement(let instant): trace.measurementBegins.append(Self.origin.duration(to: instant))
        case .cancelInFlight:
          trace.cancellations += 1
          ends = ends.map { ($0.index, min($0.at, now)) }
        case .finish(let end): trace.ends.append(end)
        }
      }
    }

    func handle(_ event: LoadStateMachine.Event, _ generator: inout SeededGenerator) {
      perform(machine.handle(event, at: Self.origin.advanced(by: now)), &generator)
      trace.events += 1
      trace.mostInFlight = max(trace.mostInFlight, machine.inFlight)
      trace.inFlight.append((now, machine.inFlight))
    }

    if preparation == .zero { handle(.prepared(count: available ?? .max), &generator) }
    handle(.started, &generator)
    if let available { handle(.exhausted(count: available), &generator) }
    while !machine.isFinished {
      guard trace.events < eventLimit else {
        trace.stuck = true
        break
      }
      var next: (at: Duration, event: LoadStateMachine.Event)?
      func offer(_ at: Duration, _ event: LoadStateMachine.Event) {
        if at < next?.at ?? .seconds(1 << 40) { next = (at, event) }
      }
      if let end = ends.min(by: { $0.at < $1.at }) { offer(end.at, .ended(index: end.index)) }
      if preparation > .zero, prepared < min(available ?? .max, machine.handedOut + 32) {
        offer(max(now, preparedAt + preparation), .prepared(count: prepared + 1))
      }
      if let stop = stops.first { offer(stop.at, .stop(stop.how)) }
      if let tick = machine.nextTick {
        let late = Duration.nanoseconds(Int64(tickDelay / .nanoseconds(1) * generator.uniform()))
        offer(max(now, Self.origin.duration(to: tick) + late), .tick)
      }
      guard let (at, event) = next else {
        trace.stuck = true
        break
      }
      now = max(now, at)
      switch event {
      case .ended(let index, _): ends.removeAll { $0.index == index }
      case .prepared(let count): (prepared, preparedAt) = (count, now)
      case .stop: stops.removeFirst()
      default: break
      }
      handle(event, &generator)
    }
    return trace
  }
}

extension SimulatedWorld.Trace {
  var end: LoadEnd? { ends.first }
  var indices: [Int] { starts.map(\.start.index) }
  var measured: [LoadStateMachine.Start] { starts.map(\.start).filter { $0.phase == .measured } }
  var warmUps: [LoadStateMachine.Start] { starts.map(\.start).filter { $0.phase == .warmup } }
}
