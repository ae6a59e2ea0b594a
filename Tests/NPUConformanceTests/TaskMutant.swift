import NPUSimulator

/// A task service with something wrong on purpose, and what a check must say of it.
struct TaskMutant: Sendable, CustomStringConvertible {
  /// The check that must find it.
  var check: String
  /// What is wrong, for the name of the test.
  var what: String
  /// The service.
  var behaviour: Behaviour
  /// What the reason must hold.
  var reason: String
  /// How long the check waits for a task.
  var deadline = Duration.seconds(600)

  var description: String { "\(check) with \(what)" }

  init(_ check: String, _ what: String, _ reason: String, _ change: (inout Behaviour) -> Void) {
    (self.check, self.what, self.reason) = (check, what, reason)
    behaviour = .shortTasks.with(change)
  }

  init(_ check: String, _ flaw: Flaw, _ reason: String) {
    self.init(check, flaw.rawValue, reason) { $0.flaws = [flaw] }
  }

  /// With another time that the check waits.
  func waiting(_ deadline: Duration) -> TaskMutant {
    var mutant = self
    mutant.deadline = deadline
    return mutant
  }

  /// Every check with the services that it must find wanting.
  static let all = [
    TaskMutant("task.lifecycle", "fails", "did not complete: task_failed") { $0.tasks.failed = [0] },
    TaskMutant("task.lifecycle", "hangs", "did not complete: task_stuck") { $0.tasks.stuck = [0] }
      .waiting(.milliseconds(200)),
    TaskMutant("task.lifecycle", .overstatesProgress, "which is not in 0...100"),
    TaskMutant("task.lifecycle", "tells_no_state", "never told the state of the task") {
      $0.tasks.wireProtocol = .code
    },
    TaskMutant("task.order", "fails", "did not complete: failed") { $0.tasks.failed = [0, 1, 2, 3] },
    TaskMutant("task.result", "corrupt_body", "PNG") {
      $0.fault = Fault(.corruptBody)
      $0.tasks.faultRoute = .download
    },
    TaskMutant("task.result", .acceptsBadSizes, "is 512x512 pixels, but 64x64"),
    TaskMutant("task.batch", .sharesTaskIdentity, "share identities"),
    // Those that are overtaken end only after the test.
    TaskMutant("task.order", "overtakes_tasks", "of 4 has ended, and task") {
      $0.flaws = [.overtakesTasks]
      $0.images.stepLatency = .seconds(3600)
    },
    TaskMutant("task.leaving-client", .waitsForClients, "did not complete: task_stuck").waiting(.milliseconds(200)),
    TaskMutant("task.error.unknown-id", .acceptsUnknownTasks, "a response of status 200"),
    TaskMutant("task.error.unknown-id", .diesAfterRefusal, "no longer answers"),
    TaskMutant("task.error.image-index", .ignoresImageIndex, "accepted with status 200"),
    TaskMutant("task.error.malformed-json", .acceptsMalformedJSON, "accepted with status 200"),
    TaskMutant("task.error.malformed-json", .diesAfterRefusal, "no longer answers"),
    TaskMutant("task.error.missing-prompt", .acceptsWrongTypes, "accepted with status 200"),
    TaskMutant("task.error.missing-prompt", .diesAfterRefusal, "no longer answers"),
    TaskMutant("task.error.bad-resolution", .acceptsBadSizes, "ended as completed"),
    TaskMutant("task.error.status", .blamesItself, "status 500"),
  ]
}

extension Behaviour {
  /// The exemplary service with tasks that end soon.
  static let shortTasks = Behaviour.exemplary.with { $0.images.stepLatency = .milliseconds(2) }
  /// The same with tasks that last, so that a client that comes late still sees their states.
  static let lastingTasks = Behaviour.exemplary.with { $0.images.stepLatency = .milliseconds(250) }
}
