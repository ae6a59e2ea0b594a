public import NPUBase

/// What a task service says of itself.
public struct TaskServiceHealth: Sendable, Hashable {
  /// The word of the service; the published server always says healthy.
  public var status: String?
  /// Whether tasks can be worked on: the field that tells.
  public var isReady: Bool?
  /// Tasks that wait.
  public var queueLength: Int?
  /// Tasks being worked on.
  public var activeTasks: Int?
  /// Tasks since the service started.
  public var totalTasks: Int?
  /// Every other field that has a value.
  public var extras: [String: JSONValue]

  /// Creates a report.
  public init(
    status: String? = nil, isReady: Bool? = nil, queueLength: Int? = nil, activeTasks: Int? = nil,
    totalTasks: Int? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.status = status
    self.isReady = isReady
    self.queueLength = queueLength
    self.activeTasks = activeTasks
    self.totalTasks = totalTasks
    self.extras = extras
  }
}

extension TaskServiceHealth: Decodable {
  /// Reads a report; no field is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let extras = container.extras(
      known: ["status", "pipeline_ready", "queue_length", "active_tasks", "total_tasks"])
    self.init(
      status: container.text("status"), isReady: container.lenient("pipeline_ready"),
      queueLength: container.integer("queue_length"), activeTasks: container.integer("active_tasks"),
      totalTasks: container.integer("total_tasks"), extras: extras.filter { $0.value != .null })
  }
}

/// How a task service introduces itself.
public struct TaskServiceInfo: Sendable, Hashable {
  /// Its name.
  public var message: String?
  /// Its state.
  public var status: String?
  /// Its version.
  public var version: String?
  /// Every other field that has a value.
  public var extras: [String: JSONValue]

  /// Creates a description.
  public init(
    message: String? = nil, status: String? = nil, version: String? = nil, extras: [String: JSONValue] = [:]
  ) {
    self.message = message
    self.status = status
    self.version = version
    self.extras = extras
  }
}

extension TaskServiceInfo: Decodable {
  /// Reads a description; no field is required.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    let extras = container.extras(known: ["message", "status", "version"])
    self.init(
      message: container.text("message"), status: container.text("status"), version: container.text("version"),
      extras: extras.filter { $0.value != .null })
  }
}
