import HTTPTypes
import NPUBase
import NPULoad
import NPUTransport
import Synchronization
import TestSupport

/// A load against a service that exists in virtual time only.
struct VirtualLoad {
  var plan: LoadPlan
  /// How many requests there are; endless without.
  var available: Int?
  /// Until the only token of a response.
  var service: @Sendable (_ index: Int) -> Duration = { _ in .milliseconds(100) }
  /// The whole response, where it is another than one token.
  var steps: (@Sendable (_ index: Int) -> [ScriptedTransport.Step])?
  /// Called when a request is handed to the transport.
  var onStart: @Sendable (_ index: Int) -> Void = { _ in }
  /// Called before a request is prepared.
  var onPrepare: @Sendable (_ index: Int) async throws -> Void = { _ in }

  static let origin = MonotonicInstant(nanoseconds: 1_000_000_000)

  /// An instant of the virtual time, from the start.
  static func at(_ milliseconds: Int) -> MonotonicInstant { origin.advanced(by: .milliseconds(milliseconds)) }

  var transport: ScriptedTransport {
    let (service, steps, onStart) = (service, steps, onStart)
    return ScriptedTransport(startingAt: Self.origin) { request in
      let index = request.index
      onStart(index)
      return steps?(index) ?? Self.answer(after: service(index))
    }
  }

  static func answer(after time: Duration) -> [ScriptedTransport.Step] {
    [.head(status: 200), .wait(time), .body(ChatEvents.delta(#"{"content":"a"}"#, finish: "stop") + ChatEvents.done)]
  }

  var workload: IndexedWorkload { IndexedWorkload(available: available, onPrepare: onPrepare) }

  var generator: LoadGenerator { LoadGenerator(plan: plan, workload: workload, transport: transport) }

  /// Carries the load out.
  func run() async throws -> LoadOutcome { try await generator.collect() }
}

/// What a load gave.
struct LoadOutcome {
  var records: [RequestRecord]
  var batches: [Int]
  var end: LoadEnd

  var byIndex: [RequestRecord] { records.sorted { $0.index < $1.index } }
  var successes: Int { records.count { $0.outcome.isSuccess } }

  /// How many requests were in flight after each start and end, of those from an instant until before another.
  func inFlight(from: MonotonicInstant, before: MonotonicInstant) -> [Int] {
    var changes: [MonotonicInstant: Int] = [:]
    for record in records {
      changes[record.timeline.started, default: 0] += 1
      if let closed = record.timeline.closed { changes[closed, default: 0] -= 1 }
    }
    var count = 0
    var counts: [Int] = []
    for (instant, change) in changes.sorted(by: { $0.key < $1.key }) {
      count += change
      if instant >= from, instant < before { counts.append(count) }
    }
    return counts
  }
}

extension LoadGenerator {
  /// Runs and collects everything.
  func collect() async throws -> LoadOutcome {
    var records: [RequestRecord] = []
    var batches: [Int] = []
    let end = try await run { batch in
      records += batch
      batches.append(batch.count)
    }
    return LoadOutcome(records: records, batches: batches, end: end)
  }
}

/// Requests that carry nothing but their index.
struct IndexedWorkload: Workload {
  var available: Int?
  var onPrepare: @Sendable (_ index: Int) async throws -> Void = { _ in }

  func prepare(_ index: Int) async throws -> PreparedRequest? {
    try await onPrepare(index)
    if let available, index >= available { return nil }
    return PreparedRequest(
      request: TransferRequest(
        head: HTTPRequest(method: .post, scheme: "http", authority: "127.0.0.1:1", path: "/\(index)"),
        timeouts: TransferTimeouts(connect: nil, firstByte: nil, idle: nil)),
      requestID: "r-\(index)", requested: RequestedLengths(outputTokens: 1))
  }
}

extension TransferRequest {
  /// The index in the path.
  var index: Int { head.path.flatMap { Int($0.dropFirst()) } ?? -1 }
}

/// A number that several threads count up.
final class Counter: Sendable {
  private let count = Mutex(0)

  var value: Int { count.withLock(\.self) }

  @discardableResult
  func add(_ change: Int = 1) -> Int {
    count.withLock {
      $0 += change
      return $0
    }
  }
}

/// Something that is known later than it is needed.
final class Later<Value: Sendable>: Sendable {
  private let stored = Mutex<Value?>(nil)

  var value: Value? { stored.withLock(\.self) }

  func set(_ value: Value) { stored.withLock { $0 = value } }
}
