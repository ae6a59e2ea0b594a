internal import NPUBase

/// How a service kept up with the schedule of an open loop: requests that were due and had not ended.
public struct BacklogFigures: Sendable, Hashable, Codable {
  /// The most requests that were due and had not ended, waiting to start or in flight.
  public var peak: Int
  /// How many had not ended when the last request was due, those included that were due later and never started.
  public var atScheduleEnd: Int
  /// How many of those had not even started, held up by the limit on concurrency or by the client.
  public var waiting: Int
  /// By how many requests the backlog grew each second of the schedule, by least squares; `nil` for a schedule too short
  /// to tell.
  public var slope: Double?
  /// By how much the latency from the intended instant grew each second of the schedule, in seconds, by least squares.
  ///
  /// 0 where the service keeps up; 1 where it gets half of what is offered done.
  public var latencySlope: Double?
  /// How long the last requests took after the schedule's end.
  public var drain: Duration { .clamped(seconds: drainSeconds) }
  package var drainSeconds: Double
  /// Whether the service kept up; `nil` for a schedule too short to tell.
  ///
  /// It did not where both the backlog and the latency from the intended instant grew all the time.
  public var keepsUp: Bool?

  private enum CodingKeys: String, CodingKey {
    case peak
    case atScheduleEnd = "at_schedule_end"
    case waiting = "waiting_at_schedule_end"
    case slope = "slope_per_s"
    case latencySlope = "latency_slope"
    case drainSeconds = "drain_s"
    case keepsUp = "keeps_up"
  }
}

extension BacklogFigures {
  /// The same backlog with requests that were due and never started, of which there is no record.
  func adding(overdue: Int) -> BacklogFigures {
    var figures = self
    figures.atScheduleEnd += overdue
    figures.waiting += overdue
    figures.peak = max(peak, figures.atScheduleEnd)
    return figures
  }
}
