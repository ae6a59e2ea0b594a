import HTTPTypes
internal import NPUServices
internal import NPUTransport
import Synchronization

extension Check where Context == TaskCheckContext {
  /// A task goes from the queue to its end.
  static var lifecycle: Check {
    Check(
      "task.lifecycle", "A task goes from the queue to its end",
      requirement:
        "A task is taken with an identity, its states come in the order queued, processing, completed, and its progress "
        + "stays in 0...100 and never falls.",
      knownDeviations:
        "A published server answers each status request for a known task with 500 and fails: only downloads show the end.",
      tags: [.basic]
    ) { context in
      try await context.withLongerTasks { try await life(of: $0) }
    }
  }

  private static func life(of context: TaskCheckContext) async throws -> Finding {
    let looks = TaskLooks()
    let ticket = try await context.client.submit(context.task)
    try Finding.demand(!ticket.id.isBlank, "the task has no identity")
    let end = try await context.complete(ticket) { looks.take($0) }
    if let problem = looks.problem { return .fail(problem) }
    let states = looks.states
    try Finding.demand(
      states.told > 0,
      "the service never told the state of the task: its end was seen by the download alone, and each of the "
        + "\(states.asked) questions for the state failed")
    try Finding.presume(
      states.phases > 1,
      "the task was \(looks.summary) when its state was first asked for, so that no order was seen; give it more steps"
    )
    return .pass("the task \(end.id) was seen as \(looks.summary)")
  }

  /// The result is an image.
  static var result: Check {
    Check(
      "task.result", "The result of a task is an image",
      requirement: "A completed task gives a PNG that decodes to its last pixel and has the resolution asked for.",
      tags: [.basic]
    ) { context in
      let end = try await context.completeTask()
      let images = try await context.client.results(of: end, to: context.task)
      guard let made = images.first else { throw Finding.fail("the task gives no image") }
      try Finding.demand(made.format == .png, "the result is \(made.format?.shown ?? "of an unknown format"), not PNG")
      let image = try CheckedImage(made)
      return .pass("a PNG of \(image.size) pixels")
    }
  }

  /// Several tasks are taken at once.
  static var batch: Check {
    Check(
      "task.batch", "Several tasks are taken at once",
      requirement: "Three tasks of one request get three identities, and each is completed with an image of its own.",
      needs: [.batches], tags: [.queue]
    ) { context in
      var tasks: [TaskRequest] = []
      for seed in 1...3 {
        var task = context.task
        task.seed = seed
        tasks.append(task)
      }
      let tickets = try await context.client.submit(batch: tasks)
      try Finding.demand(
        Set(tickets.map(\.id)).count == 3,
        "three tasks share identities: \(tickets.map(\.id).joined(separator: ", "))")
      var distinct: Set<CheckedImage> = []
      for (ticket, task) in zip(tickets, tasks) {
        let images = try await context.client.results(of: try await context.complete(ticket), to: task)
        distinct.insert(try CheckedImage(images[0]))
      }
      try Finding.demand(
        distinct.count == 3, "three tasks of different seeds made \(distinct.count) different images")
      return .pass("three tasks made three different images")
    }
  }
}

extension Probe where Context == TaskCheckContext {
  /// Whether the service has a route for several tasks.
  static var batches: Probe {
    Probe("a route for batches") { context in
      let response = try await context.get("/batch_submit")
      // A route that takes POST alone answers GET by another status.
      guard response.head.status.code == 404 else { return .supported }
      return .notSupported("GET /batch_submit gives status 404")
    }
  }
}

/// What was seen of a task while it was followed.
private final class TaskLooks: Sendable {
  private struct State {
    var phases: [TaskState.Phase] = []
    var progress: Double?
    var problem: String?
    var asked = 0
    var told = 0
  }

  private let state = Mutex(State())

  /// What is wrong; `nil` if nothing is.
  var problem: String? { state.withLock { $0.problem } }
  /// The states in their order.
  var summary: String { state.withLock { $0.phases.map(\.rawValue).joined(separator: ", ") } }

  /// How often the state was asked for and told, and how many different ones there were.
  var states: (asked: Int, told: Int, phases: Int) { state.withLock { ($0.asked, $0.told, $0.phases.count) } }

  func take(_ update: TaskUpdate) {
    state.withLock { state in
      state.asked += 1
      if update.status != nil { state.told += 1 }
      if update.phase != .unknown, update.phase != state.phases.last {
        if let last = state.phases.last, Self.rank(update.phase) < Self.rank(last) {
          state.problem = state.problem ?? "the task went from \(last.rawValue) back to \(update.phase.rawValue)"
        }
        state.phases.append(update.phase)
      }
      // As the service says it: the update itself never goes back.
      guard let progress = update.status?.progress ?? update.progress else { return }
      if !(0...100).contains(progress) {
        state.problem = state.problem ?? "the progress is \(progress), which is not in 0...100"
      }
      if let last = state.progress, progress < last {
        state.problem = state.problem ?? "the progress fell from \(last) to \(progress)"
      }
      state.progress = progress
    }
  }

  private static func rank(_ phase: TaskState.Phase) -> Int {
    switch phase {
    case .unknown, .queued: 0
    case .processing: 1
    case .completed, .failed, .cancelled: 2
    }
  }
}
