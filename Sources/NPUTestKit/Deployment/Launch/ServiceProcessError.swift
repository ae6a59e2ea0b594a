/// Why a service could not be started, watched or ended.
public struct ServiceProcessError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The description cannot be carried out as it stands.
    case invalidDescription = "invalid_description"
    /// The log file cannot be opened.
    case log
    /// The machine cannot be reached, or the shell on it does not do as it is told.
    case host
    /// The program is not there, cannot be run, or its folder is missing.
    case notStarted = "not_started"
    /// It runs already.
    case alreadyRunning = "already_running"
    /// It does not run.
    case notRunning = "not_running"
    /// It ended before it was ready.
    case endedEarly = "ended_early"
    /// It was not ready in time.
    case notReady = "not_ready"
    /// It does not end, not even by SIGKILL.
    case stuck
  }

  /// The cause.
  public var kind: Kind
  /// What happened, with the values that explain it and what to do.
  public var message: String
  /// The end of what the service has printed, without secrets.
  public var logTail: String

  /// Creates an error.
  public init(kind: Kind, message: String, logTail: String = "") {
    self.kind = kind
    self.message = message
    self.logTail = logTail
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }
}

extension ServiceProcessError: CustomStringConvertible {
  /// The message and the cause, and below them the end of the log.
  public var description: String {
    let head = "\(message) [\(shortDescription)]"
    return logTail.isEmpty ? head : "\(head)\nThe end of its log:\n\(logTail)"
  }
}
