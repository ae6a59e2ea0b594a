/// Why a request could not be signed, a token not be had, a model package not be read, or a service not be deployed.
public struct ModelArtsError: Error, Sendable, Hashable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The address cannot be signed: it has no host or no scheme.
    case invalidAddress = "invalid_address"
    /// A date is not of the form that signatures have.
    case invalidDate = "invalid_date"
    /// A key or a header field is empty or holds what no header may hold.
    case invalidHeader = "invalid_header"
    /// A file or a folder cannot be read.
    case unreadable
    /// A file cannot be written.
    case unwritable
    /// The identity service gave no token.
    case tokenRefused = "token_refused"
    /// The description of a service breaks a rule of the API.
    case invalidService = "invalid_service"
    /// A service came to another status than the one that was waited for.
    case serviceFailed = "service_failed"
    /// A service did not come to the status that was waited for in time.
    case waitEnded = "wait_ended"
  }

  /// The cause.
  public var kind: Kind
  /// What happened, with the values that explain it, and what to do.
  public var message: String

  /// Creates an error.
  public init(kind: Kind, message: String) {
    self.kind = kind
    self.message = message
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }
}

extension ModelArtsError: CustomStringConvertible {
  /// The message.
  public var description: String { message }
}
