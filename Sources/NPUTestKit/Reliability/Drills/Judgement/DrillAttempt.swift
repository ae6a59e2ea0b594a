/// One request, or one start, that a scenario made.
public struct DrillAttempt: Sendable, Hashable, Codable {
  /// How an attempt ended.
  public enum End: String, Sendable, Hashable, Codable, CaseIterable {
    /// With an error status, or an error in the response.
    case refused
    /// With a whole response.
    case completed
    /// With a whole response that holds nothing.
    case empty
    /// Not within the limit.
    case timedOut = "timed_out"
    /// The connection broke, or there was none.
    case broken
    /// The client left as it meant to.
    case left
    /// The start ended by itself with an error and said something.
    case startFailed = "start_failed"
    /// The start ended without an error, or without a word.
    case startPassed = "start_passed"
    /// The start did not end by itself.
    case startHung = "start_hung"
    /// It could not be made, by a limit of this machine.
    case notMade = "not_made"
  }

  /// What was tried.
  public var name: String
  /// How it ended.
  public var end: End
  /// The values that explain it: the status, the error.
  public var detail: String
  /// How long it took, in milliseconds.
  public var milliseconds: Double

  /// Creates an attempt.
  public init(name: String, end: End, detail: String = "", milliseconds: Double = 0) {
    self.name = name
    self.end = end
    self.detail = detail
    self.milliseconds = milliseconds
  }

  private enum CodingKeys: String, CodingKey {
    case name, end, detail
    case milliseconds = "ms"
  }
}
