internal import NPUBase
internal import NPUTransport

/// The looks at one task, until it has ended.
///
/// Each element comes when the service has answered; between them the policy's waits pass on the transport's clock. The
/// last element has an outcome. Iterating again asks from the beginning.
///
/// - Throws: ``ServiceError`` when it is pointless to ask again, as for refused credentials; `CancellationError`.
public struct TaskUpdates: AsyncSequence, Sendable {
  /// What one look gives.
  public typealias Element = TaskUpdate

  let client: TaskClient
  let id: String
  let policy: PollingPolicy
  let submitted: MonotonicInstant?

  /// Starts to follow the task.
  public func makeAsyncIterator() -> Iterator {
    Iterator(client: client, id: id, policy: policy, submitted: submitted ?? client.transport.now)
  }

  /// Asks, one look after another.
  public struct Iterator: AsyncIteratorProtocol {
    private let client: TaskClient
    private let id: String
    private var schedule: PollingSchedule
    private var tracker: TaskTracker
    private var isOver = false

    init(client: TaskClient, id: String, policy: PollingPolicy, submitted: MonotonicInstant) {
      self.client = client
      self.id = id
      schedule = PollingSchedule(policy, since: submitted, task: id)
      tracker = TaskTracker(policy, since: submitted, deadline: schedule.deadline)
    }

    /// The first result, where it came along with the response that the task is done.
    public var image: GeneratedImage? { tracker.image }

    /// Waits as the policy says and looks; `nil` after the look that saw the end.
    public mutating func next() async throws -> TaskUpdate? {
      guard !isOver else { return nil }
      if let instant = schedule.next(after: client.transport.now) { try await client.transport.wait(until: instant) }
      var question = tracker.begin()
      while true {
        let observation = try await ask(question)
        switch tracker.take(observation, at: client.transport.now) {
        case .ask(let other): question = other
        case .update(let update):
          isOver = update.outcome != nil
          return update
        case .fail(let error):
          isOver = true
          throw error
        }
      }
    }

    private func ask(_ question: TaskTracker.Question) async throws -> TaskTracker.Observation {
      var client = client
      // A response that never comes must not hold the task beyond its deadline; the look at the deadline itself gets a
      // second.
      let rest = Swift.max(.seconds(1), client.transport.now.duration(to: schedule.deadline))
      client.service.timeouts.total = Swift.min(client.service.timeouts.total ?? rest, rest)
      do {
        switch question {
        case .status: return .status(try await client.status(of: id))
        case .download: return .result(try await client.download(id))
        }
      } catch let error as ServiceError {
        return .error(error)
      }
    }
  }
}

@available(*, unavailable)
extension TaskUpdates.Iterator: Sendable {}
