/// What was seen of a service within one canary: the raw material of a state.
public struct StateEvidence: Sendable, Hashable, Codable {
  /// What came of the canary, a small request within a bound.
  public enum Canary: String, Sendable, Hashable, Codable, CaseIterable {
    /// A token came, or the whole response.
    case progressed
    /// The connection stood and nothing came within the bound.
    case silent
    /// The response ended in good order and held no token.
    case empty
    /// Status 429: the service takes no more.
    case rejected
    /// Another error status, or an error within the response.
    case failed
    /// The connection broke before a token came.
    case broken
    /// No connection could be made.
    case unreachable
    /// It could not be sent, by a limit of this machine.
    case notSent = "not_sent"
  }

  /// What the health route did.
  public enum Health: String, Sendable, Hashable, Codable, CaseIterable {
    /// It said that the service serves.
    case healthy
    /// It said that the service is at capacity.
    case busy
    /// It said that the service does not serve.
    case unavailable
    /// The connection stood and nothing came within the bound.
    case silent
    /// No connection could be made, or it broke.
    case unreachable
    /// There is no such route, or it was not to be asked.
    case absent
  }

  /// What came of the canary.
  public var canary: Canary
  /// The kind of its failure, such as `http_500`; `nil` where it progressed.
  public var failure: String?
  /// The status of its response, where there was one.
  public var status: Int?
  /// From its sending to its first token, in milliseconds.
  public var firstTokenMilliseconds: Double?
  /// The bound of the canary, in milliseconds.
  public var boundMilliseconds: Double
  /// What the health route did.
  public var health: Health
  /// What the server counted meanwhile; `nil` where it shows no metrics.
  public var progress: EngineProgress?
  /// The greatest use of an AI Core in percent; `nil` where nobody said.
  public var aiCorePercent: Double?

  /// Creates evidence.
  public init(
    canary: Canary, failure: String? = nil, status: Int? = nil, firstTokenMilliseconds: Double? = nil,
    boundMilliseconds: Double, health: Health, progress: EngineProgress? = nil, aiCorePercent: Double? = nil
  ) {
    self.canary = canary
    self.failure = failure
    self.status = status
    self.firstTokenMilliseconds = firstTokenMilliseconds
    self.boundMilliseconds = boundMilliseconds
    self.health = health
    self.progress = progress
    self.aiCorePercent = aiCorePercent
  }

  private enum CodingKeys: String, CodingKey {
    case canary, failure, status, health, progress
    case firstTokenMilliseconds = "first_token_ms"
    case boundMilliseconds = "bound_ms"
    case aiCorePercent = "ai_core_percent"
  }
}

/// What an engine counted between two readings of its metrics around a canary.
public struct EngineProgress: Sendable, Hashable, Codable {
  /// Steps of the engine; `nil` where they are not shown.
  public var steps: Double?
  /// Generated tokens; `nil` where they are not shown.
  public var tokens: Double?
  /// Requests being answered before the canary.
  public var running: Double?
  /// Requests in the queue before the canary.
  public var waiting: Double?

  /// Creates progress.
  public init(steps: Double? = nil, tokens: Double? = nil, running: Double? = nil, waiting: Double? = nil) {
    self.steps = steps
    self.tokens = tokens
    self.running = running
    self.waiting = waiting
  }

  /// Whether anything was counted; `nil` where nothing that counts is shown.
  public var hasMoved: Bool? {
    let counts = [steps, tokens].compactMap(\.self)
    return counts.isEmpty ? nil : counts.contains { $0 > 0 }
  }
}
