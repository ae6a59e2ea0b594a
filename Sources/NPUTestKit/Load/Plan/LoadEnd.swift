public import NPUBase

/// How a load came to its end.
public struct LoadEnd: Sendable, Hashable {
  /// Why no more requests were started.
  public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
    /// The planned number of measured requests was started.
    case requests
    /// The planned time was over.
    case duration
    /// The source of the requests had no more of them.
    case exhausted
    /// None of the warm-up's requests ended for as long as the whole run may take.
    case warmUp = "warm_up"
    /// Somebody stopped the run.
    case interrupted
  }

  /// Why no more requests were started.
  public var reason: Reason
  /// When the run began.
  public var startedAt: MonotonicInstant
  /// When the measurement began, or nothing if the run was over before.
  public var measuredFrom: MonotonicInstant?
  /// When the measurement ended: at the planned time if that ended it, else when the last request had ended.
  public var measuredUntil: MonotonicInstant
  /// When the last request had ended.
  public var finishedAt: MonotonicInstant
  /// Warm-up requests that were handed out.
  public var warmUpRequests: Int
  /// Measured requests that were handed out.
  public var measuredRequests: Int
  /// Requests of an open loop that were due before the end but never started.
  ///
  /// The limit on requests in flight or their preparation held them up. Counting stops at ``overdueLimit``.
  public var overdueRequests: Int
  /// Requests that were cut off in flight at the end.
  public var cancelledRequests: Int
  /// For how long during the measurement a request was due that was not prepared yet.
  ///
  /// The workload, or the examination of responses, was slower than the service; the load was that of this side.
  public var unpreparedTime: Duration

  /// Where the count of overdue requests stops; a report should then write "at least".
  public static let overdueLimit = 100_000

  /// Whether the plan was carried out to its end; if not, results cover a part of it only.
  public var isComplete: Bool { reason == .requests || reason == .duration }
}
