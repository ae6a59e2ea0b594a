import HTTPTypes
public import NPUServices
public import NPUTransport

/// What the checks of a task service need: the way to it, what its tasks are, and how long they may take.
public struct TaskCheckContext: CheckContext {
  /// What carries the requests.
  public var transport: any Transport
  /// Where the service listens.
  public var service: ServiceConfiguration
  /// What a task makes; small and of few steps, since the checks run some twenty tasks.
  public var task = TaskRequest(
    prompt: "a lighthouse on a rocky coast at dawn", resolution: "512x512", steps: 4, seed: 4711)
  /// How often a task's state is asked for, and how long it may take in all.
  public var polling = PollingPolicy(longest: .seconds(1), deadline: .seconds(100))
  /// A resolution that no service can make.
  public var badResolution = "wide"

  /// Creates a context.
  ///
  /// - Parameters:
  ///   - transport: What carries the requests.
  ///   - service: Where the service listens.
  public init(transport: any Transport, service: ServiceConfiguration) {
    self.transport = transport
    self.service = service
  }
}

extension TaskCheckContext {
  /// The client of the service.
  var client: TaskClient { TaskClient(transport: transport, service: service) }

  /// Waits for the end of a task; one that does not complete fails the check.
  func complete(_ ticket: TaskTicket, onUpdate: @Sendable (TaskUpdate) -> Void = { _ in }) async throws -> TaskEnd {
    let end = try await client.finish(ticket, policy: polling, onUpdate: onUpdate)
    try Finding.demand(
      end.outcome == .completed,
      "the task \(end.id) did not complete: \(end.outcome.shortDescription) \(end.outcome.message)")
    return end
  }

  /// Judges tasks that last long enough to be looked at: of more and more steps, until the judgement is clear.
  ///
  /// Nobody promised so many steps. Where a service refuses them, fails at them, or takes longer for all rounds together
  /// than one task may take, the judgement of fewer steps stays, which was not clear.
  func withLongerTasks(_ judge: (TaskCheckContext) async throws -> Finding) async throws -> Finding {
    var context = self
    context.polling.first = min(polling.first, .milliseconds(20))
    let deadline = transport.now.advanced(by: polling.deadline)
    var unclear = try await Self.unclearOrFinal(judge, context)
    for factor in [10, 100] where unclear.verdict == .inconclusive {
      guard let steps = task.steps, steps < Int.max / factor else { break }
      context.task.steps = steps * factor
      context.polling.deadline = transport.now.duration(to: deadline)
      guard context.polling.deadline > .zero else { break }
      do {
        unclear = try await Self.unclearOrFinal(judge, context)
      } catch {
        try Task.checkCancellation()
        return .inconclusive(
          "\(unclear.reason); \(steps * factor) steps were too many for it: \(Finding(error).reason)")
      }
    }
    return unclear
  }

  /// What a judge says, whether it returns that nothing can be told or throws it.
  private static func unclearOrFinal(
    _ judge: (TaskCheckContext) async throws -> Finding, _ context: TaskCheckContext
  ) async throws -> Finding {
    do { return try await judge(context) } catch let finding as Finding where finding.verdict == .inconclusive {
      return finding
    }
  }

  /// Submits a task and waits for its end.
  @discardableResult func completeTask() async throws -> TaskEnd {
    try await complete(try await client.submit(task))
  }

  /// The response to a request without a body.
  func get(_ route: String) async throws -> TransferResponse {
    let request = try service.transferRequest(.get, route)
    return try await ServiceExchange(transport: transport, request: request).response()
  }

  /// Sends bytes as a task.
  func submit(raw body: [UInt8]) async throws -> TransferResponse {
    let request = try service.transferRequest(.post, "/submit", json: body)
    return try await ServiceExchange(transport: transport, request: request).response()
  }
}
