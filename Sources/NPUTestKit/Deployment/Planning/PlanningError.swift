/// Why nothing can be planned.
public struct PlanningError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is the matter.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The tables do not have the model, and nothing says how large it is.
    case unknownModel = "unknown_model"
    /// The configuration of the model cannot be read, or lacks what an estimate needs.
    case badConfiguration = "bad_configuration"
    /// The model cannot be spread over so many NPUs.
    case badParallelism = "bad_parallelism"
    /// The server does not serve such models.
    case wrongServer = "wrong_server"
    /// The model does not fit into as many servers as are looked at.
    case tooLarge = "too_large"
  }

  /// What is the matter.
  public var kind: Kind
  /// The values that explain it, and what to do.
  public var message: String

  /// Creates an error.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
