public import NPUMetrics

/// What was found in one response while a load ran: what is wrong with it, and what only the whole run can decide.
public struct ResponseFindings: Sendable, Hashable {
  /// What became of a request whose response is known.
  public enum Canary: String, Sendable, Hashable, Codable, CaseIterable {
    /// The response is the known one.
    case right
    /// It is another one.
    case wrong
    /// Nothing can be said: the response was cut by its limit, or the service fails such requests when it is alone too.
    case undecided
  }

  /// What the log-probabilities say of themselves.
  public enum Logprobs: String, Sendable, Hashable, Codable, CaseIterable {
    /// They came, all of them numbers.
    case given
    /// They were asked for and are not there.
    case missing
  }

  /// What is wrong, one of each kind at most.
  public var anomalies: [Anomaly]
  /// Characters of the response without white space, reasoning included.
  public var characters: Int
  /// Whether the model ended the response, and no limit.
  public var endedByItself: Bool
  /// The script in which the response began although nothing in the prompt gives a reason for it.
  public var unaskedScript: String?
  /// What became of the log-probabilities; nil where none were asked for, or some are no numbers, which is an anomaly.
  public var logprobs: Logprobs?
  /// What became of the known response; nil if the request has none.
  public var canary: Canary?

  /// Creates findings.
  public init(
    anomalies: [Anomaly] = [], characters: Int, endedByItself: Bool, unaskedScript: String? = nil,
    logprobs: Logprobs? = nil, canary: Canary? = nil
  ) {
    self.anomalies = anomalies
    self.characters = characters
    self.endedByItself = endedByItself
    self.unaskedScript = unaskedScript
    self.logprobs = logprobs
    self.canary = canary
  }
}

/// Examines a response, on the thread that makes its record; nil where there is no response to speak of.
package typealias ResponseExamination = @Sendable (ExaminedResponse, RequestRecord) -> ResponseFindings?
