/// The tasks of a service: first come, first served, by a number of workers; a restart forgets them all.
struct TaskStore: Sendable {
  /// More tasks than these are not kept; the oldest go.
  static let capacity = 65_536

  private var tasks: [String: SimulatedTask] = [:]
  private var order: [String] = []
  private var head = 0
  private var wanted: Set<String> = []
  /// When each worker is free, in nanoseconds.
  private var workers: [Int64] = []
  /// Tasks submitted since the service was made.
  private(set) var submitted = 0
  /// Tasks submitted since it was last restarted.
  private(set) var total = 0
  /// How often it was asked for what can go wrong.
  var faultCount = 0

  /// Takes a task and decides when it will be worked on.
  mutating func submit(_ task: SimulatedTask, work: Int64, workers count: Int) {
    var task = task
    // A task that overtakes takes no worker's time.
    if count == .max {
      task.ends = task.submitted
      keep(task)
      return
    }
    if workers.count != max(1, count) {
      workers = Array((workers.sorted() + Array(repeating: 0, count: max(1, count))).prefix(max(1, count)))
    }
    let worker = workers.indices.min { workers[$0] < workers[$1] } ?? 0
    task.begins = max(task.submitted, workers[worker])
    let ends = task.begins.addingReportingOverflow(work)
    task.ends = ends.overflow ? .max : ends.partialValue
    workers[worker] = task.fate == .hangs ? .max : task.ends
    keep(task)
  }

  private mutating func keep(_ task: SimulatedTask) {
    tasks[task.id] = task
    order.append(task.id)
    submitted += 1
    total += 1
    if order.count - head > Self.capacity {
      tasks[order[head]] = nil
      wanted.remove(order[head])
      head += 1
    }
    if head > 4096 {
      order.removeFirst(head)
      head = 0
    }
  }

  /// The task of an identity, which counts as asked for; it waits for ever while an earlier one was never asked for.
  mutating func asked(_ id: String) -> SimulatedTask? {
    guard var task = tasks[id] else { return nil }
    wanted.insert(id)
    let earlier = order[head...].prefix { $0 != id }
    if !earlier.allSatisfy(wanted.contains) { (task.begins, task.ends) = (.max, .max) }
    return task
  }

  subscript(id: String) -> SimulatedTask? { tasks[id] }

  /// Forgets all tasks and frees the workers.
  mutating func restart() {
    tasks = [:]
    order = []
    wanted = []
    head = 0
    workers = []
    total = 0
  }

  /// How many tasks wait and are worked on.
  func counts(at now: Int64) -> (waiting: Int, active: Int) {
    var counts = (waiting: 0, active: 0)
    for task in tasks.values {
      switch task.phase(at: now) {
      case .queued: counts.waiting += 1
      case .processing: counts.active += 1
      case .completed, .failed: break
      }
    }
    return counts
  }
}
