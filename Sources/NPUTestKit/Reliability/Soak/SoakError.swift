/// Why a soak cannot begin, or cannot go on where it ended.
public struct SoakError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The mix has no service, two of one name, or a weight that is none.
    case mix
    /// The plan holds something that a soak has no use for.
    case plan
    /// The journal is that of another schedule, so that its requests are not those of this one.
    case otherSchedule = "other_schedule"
    /// The file is no journal of a soak.
    case noSoak = "no_soak"
  }

  /// The cause.
  public var kind: Kind
  /// What was found, and what to do.
  public var message: String

  /// Creates an error.
  public init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }

  /// The cause alone, from a bounded set.
  public var shortDescription: String { kind.rawValue }
}

extension SoakError: CustomStringConvertible {
  /// The message and the cause.
  public var description: String { "\(message) [\(shortDescription)]" }
}
