internal import NPUBase
internal import NPUTransport
internal import Synchronization

/// The model that requests to a service name: the one that was chosen, else the first that the service lists.
///
/// A service is asked for its list once, when a name is first needed.
public final class ServedModel: Sendable {
  /// The name that was chosen, if one was.
  let chosen: String?
  /// The name that was chosen; `nil` where the service decides.
  package var chosenName: String? { chosen }
  private let health: HealthClient
  private let asking = Mutex<Task<String?, any Error>?>(nil)

  /// Creates the choice of a model.
  ///
  /// - Parameters:
  ///   - chosen: The name, where it is known.
  ///   - health: Asks the service for its list otherwise.
  public init(_ chosen: String? = nil, of health: HealthClient) {
    self.chosen = chosen
    self.health = health
  }

  /// The name; `nil` if none was chosen and the service lists none, as servers of one model do.
  ///
  /// - Throws: ``ServiceError`` that says what to check if nobody answers, or if the service asks for other
  ///   credentials; `CancellationError` if the task was cancelled.
  public var name: String? {
    get async throws {
      if let chosen { return chosen }
      let task = asking.withLock { asking in
        let task = asking ?? Task { [health] in try await health.chooseModel(nil).name }
        asking = task
        return task
      }
      // Each caller may give up for itself; the list that others wait for is still read.
      let arrived = OneShot<Result<String?, any Error>>()
      Task { arrived.give(await task.result) }
      let found = await withTaskCancellationHandler {
        await arrived.wait()
      } onCancel: {
        arrived.give(.failure(CancellationError()))
      }
      if Task.isCancelled { throw CancellationError() }
      // Without a name the next request asks again: a service that is starting may list its models later.
      if (try? found.get()) ?? nil == nil { asking.withLock { if $0 == task { $0 = nil } } }
      return try found.get()
    }
  }
}
