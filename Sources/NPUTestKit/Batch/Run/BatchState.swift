internal import NPUBase
internal import NPUMetrics

/// What is known of a batch: which items have an outcome, and which were begun.
struct BatchState: Sendable {
  private(set) var isDone: [Bool]
  private(set) var begun: Set<Int> = []
  /// Parts of the batch, the present one included.
  var sessions = 0
  private(set) var counts: [BatchOutcome.Status: Int] = [:]
  private(set) var failures: [String: Int] = [:]
  /// Attempts after the first of an item.
  private(set) var retries = 0
  /// Items that an earlier part had begun when it was killed.
  var restarted = 0
  private(set) var latencies = SampleStore()

  init(items: Int) { isDone = Array(repeating: false, count: items) }

  /// Items without an outcome, in their order.
  var pending: [Int] { isDone.indices.filter { !isDone[$0] } }

  /// Items that were begun and have no outcome.
  var interrupted: [Int] { begun.filter { !isDone[$0] }.sorted() }

  var done: Int { counts.values.reduce(0, +) }

  mutating func begin(_ index: Int) { if isDone.indices.contains(index) { begun.insert(index) } }

  /// Takes note of an outcome.
  ///
  /// - Returns: False for one of no item, or a second one.
  mutating func take(_ outcome: BatchOutcome) -> Bool {
    guard isDone.indices.contains(outcome.index), !isDone[outcome.index] else { return false }
    isDone[outcome.index] = true
    begun.remove(outcome.index)
    counts[outcome.status, default: 0] += 1
    if let kind = outcome.error?.kind { failures[kind, default: 0] += 1 }
    retries += max(0, outcome.attempts - 1)
    if outcome.status == .completed, let latency = outcome.latency, latency >= 0, latency < 1e12 {
      latencies.record(Int64(latency * 1e6))
    }
    return true
  }
}
