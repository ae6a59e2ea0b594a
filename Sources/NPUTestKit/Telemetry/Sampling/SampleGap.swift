/// Why a sample is missing.
public struct SampleGap: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The source did not answer in time and was stopped.
    case timeout
    /// The source did not answer in time and could not be stopped, or still runs since an earlier reading.
    case stuck
    /// The program could not be started.
    case notStarted = "not_started"
    /// The program ended with another status than 0, or by a signal, and its output says nothing of the reason.
    case failed
    /// The tool or the service answered with an error.
    case refused
    /// The output or the response exceeds its limit.
    case tooLarge = "too_large"
    /// The output or the response was not understood.
    case unreadable
    /// The service could not be reached or the exchange broke.
    case unreachable
    /// The sampling was ended during the reading.
    case cancelled
  }

  /// The cause.
  public var kind: Kind
  /// What happened, with the values that explain it.
  public var message: String

  /// Creates a gap.
  public init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }

  /// The cause alone, from a bounded set: the key by which reports group gaps.
  public var shortDescription: String { kind.rawValue }
}

extension SampleGap: CustomStringConvertible {
  /// The message and the cause.
  public var description: String { "\(message) [\(shortDescription)]" }
}
