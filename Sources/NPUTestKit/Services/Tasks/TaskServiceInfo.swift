public import NPUBase

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
