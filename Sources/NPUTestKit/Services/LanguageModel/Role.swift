public import NPUBase

/// Who speaks in a conversation.
public struct Role: OpenString {
  /// The word as it is sent.
  public var rawValue: String

  /// Wraps any word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Instructions to the model.
  public static let system: Role = "system"
  /// Instructions to the model, in the newer word.
  public static let developer: Role = "developer"
  /// The user.
  public static let user: Role = "user"
  /// The assistant: the model.
  public static let assistant: Role = "assistant"
  /// The result of a tool.
  public static let tool: Role = "tool"
}
