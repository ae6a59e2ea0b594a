internal import NPUBase

/// When a load stops starting requests; requests in flight are then waited for.
///
/// Both limits count the measurement alone: warm-up requests and warm-up time come on top.
public struct StopCondition: Sendable, Hashable {
  /// After this many measured requests were started.
  public let requests: Int?
  /// When the measurement has lasted this long.
  ///
  /// Requests that are due at or after this instant are not started, nor those
  /// that were due earlier and still wait for a free place; their number is reported.
  public let duration: Duration?

  private init(requests: Int?, duration: Duration?) {
    self.requests = requests
    self.duration = duration
  }

  /// Stops after a number of measured requests.
  public static func requests(_ count: Int) -> StopCondition { StopCondition(requests: count, duration: nil) }

  /// Stops when the measurement has lasted this long.
  public static func duration(_ duration: Duration) -> StopCondition {
    StopCondition(requests: nil, duration: duration)
  }

  /// Stops after a number of measured requests or a time, whichever comes first.
  public static func whicheverFirst(requests: Int, duration: Duration) -> StopCondition {
    StopCondition(requests: requests, duration: duration)
  }
}

extension StopCondition: Codable {
  private enum CodingKeys: String, CodingKey {
    case requests
    case duration = "duration_ms"
  }

  /// Reads a condition; the plan that holds it checks it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    requests = try container.decodeIfPresent(Int.self, forKey: .requests)
    duration = try container.decodeIfPresent(Double.self, forKey: .duration).map(Duration.recorded(milliseconds:))
  }

  /// Writes the condition with its unit in the key.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(requests, forKey: .requests)
    try container.encodeIfPresent(duration?.milliseconds, forKey: .duration)
  }
}
