internal import NPUServices

/// How a batch is run.
public struct BatchPlan: Sendable, Hashable {
  /// How many items are under way at once.
  public var concurrency: Int
  /// Which failures are tried again.
  public var retries: BatchRetries
  /// Whether no item is ever asked for by two parts of a batch.
  ///
  /// Those that were under way when the process was killed then have the outcome `interrupted`, since whether the service
  /// has done them is not known. Otherwise they are asked for again.
  public var asksAtMostOnce: Bool
  /// After how many failures in a row no more items are begun; `nil` for never.
  public var failuresInARow: Int?
  /// Whether documents have files of their own, rather than stand in the outcomes.
  public var writesFiles: Bool
  /// Whether a batch that the folder holds is gone on with; one that it does not hold is begun.
  public var resumes: Bool

  /// Creates a plan.
  public init(
    concurrency: Int = 8, retries: BatchRetries = BatchRetries(), asksAtMostOnce: Bool = false,
    failuresInARow: Int? = nil, writesFiles: Bool = false, resumes: Bool = false
  ) {
    self.concurrency = max(1, concurrency)
    self.retries = retries
    self.asksAtMostOnce = asksAtMostOnce
    self.failuresInARow = failuresInARow
    self.writesFiles = writesFiles
    self.resumes = resumes
  }
}

/// Which failures of a service are tried again, and when; none unless it is asked for.
public struct BatchRetries: Sendable, Hashable {
  /// Tries after the first.
  public var count: Int
  /// The pause before the second try; each further one is twice as long.
  public var pause: Duration
  /// The longest pause.
  public var longestPause: Duration
  /// The kinds of failures that are tried again, such as `http_429`; `nil` for all that may pass.
  public var kinds: Set<String>?

  /// Creates a policy.
  public init(
    count: Int = 0, pause: Duration = .seconds(1), longestPause: Duration = .seconds(60), kinds: Set<String>? = nil
  ) {
    self.count = count
    self.pause = pause
    self.longestPause = longestPause
    self.kinds = kinds
  }

  /// How long to wait after a failure; `nil` if the item has failed.
  ///
  /// - Parameters:
  ///   - error: The failure.
  ///   - number: How many tries there were.
  /// - Returns: The wait.
  func pause(after error: ServiceError, number: Int) -> Duration? {
    let mayPass = kinds?.contains(error.shortDescription) ?? error.isTransient
    guard mayPass, number <= count else { return nil }
    let usual = min(pause * (1 << min(max(0, number - 1), 30)), longestPause)
    return max(usual, min(error.retryAfter ?? .zero, longestPause))
  }
}
