public import NPUBase

/// What a service gives for a task that it took: its identity, by which to ask for it.
public struct TaskTicket: Sendable, Hashable {
  /// The identity, from `requestId` or `task_id`.
  public var id: String
  /// The state at that moment.
  public var state: TaskState?
  /// How long the service thinks the task will take, in its own estimate.
  public var estimate: Duration?
  /// What the service says.
  public var message: String?
  /// Every other field that has a value.
  public var extras: [String: JSONValue]

  /// Creates a ticket, as for a task whose identity was kept from an earlier run.
  public init(
    id: String, state: TaskState? = nil, estimate: Duration? = nil, message: String? = nil,
    extras: [String: JSONValue] = [:]
  ) {
    self.id = id
    self.state = state
    self.estimate = estimate
    self.message = message
    self.extras = extras
  }
}

extension TaskTicket: Decodable {
  /// Reads a ticket in the shape of the documentation or of the published server; only the identity is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let extras = container.extras(
      known: ["requestId", "request_id", "task_id", "taskId", "id", "status", "estimated_time", "message"])
    self.init(
      id: try container.taskIdentity(), state: container.lenient("status"),
      estimate: container.number("estimated_time").flatMap(Duration.ofService), message: container.text("message"),
      extras: extras.filter { $0.value != .null })
  }
}

/// The tickets of a submission of several tasks: a bare list, or one under the key `tasks`.
struct TaskTicketList: Decodable {
  var tickets: [TaskTicket]

  init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: JSONKey.self) {
      let key: JSONKey? = ["tasks", "requests", "results", "data"].first { container.contains($0) }
      tickets = try container.decode([TaskTicket].self, forKey: key ?? "tasks")
    } else {
      tickets = try decoder.singleValueContainer().decode([TaskTicket].self)
    }
  }
}

extension KeyedDecodingContainer where Key == JSONKey {
  /// The identity of a task under the name of either shape.
  ///
  /// It becomes a part of addresses, and stands in messages: one of a thousand bytes is none.
  func taskIdentity() throws -> String {
    for key in ["requestId", "task_id", "request_id", "taskId", "id"] as [JSONKey] {
      guard let text = text(key), !text.isEmpty else { continue }
      guard text.utf8.count <= 1000 else {
        throw DecodingError.dataCorrupted(
          .init(
            codingPath: codingPath + [key],
            debugDescription: "an identity of \(text.utf8.count) bytes names the task; at most 1000 can be asked for"))
      }
      return text
    }
    throw DecodingError.keyNotFound(
      JSONKey("task_id"),
      .init(codingPath: codingPath, debugDescription: "neither requestId nor task_id names the task"))
  }
}

extension Duration {
  /// A number of seconds from a service; `nil` for one that is negative, not finite or beyond ten years.
  static func ofService(_ seconds: Double) -> Duration? {
    (0...315_360_000).contains(seconds) ? .seconds(seconds) : nil
  }
}
