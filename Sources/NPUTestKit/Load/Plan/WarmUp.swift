internal import NPUBase

/// What a load sends before its measurement begins, to bring the service to its working temperature.
///
/// The warm-up runs into the measurement without a pause: the loop stays full, so the measurement begins in the middle
/// of the load it is about, and not with a second burst of requests in step.
public enum WarmUp: Sendable, Hashable {
  /// Nothing: the measurement begins with the run.
  case none
  /// The first requests of the load; the measurement begins when the next one after them is started.
  case requests(Int)
  /// The requests of the first part of the run; the measurement begins when this time is over.
  ///
  /// Whether a request
  /// belongs to it is decided by its intended start in an open loop, and by its start in a closed one.
  case duration(Duration)
}

extension WarmUp: Codable {
  private enum CodingKeys: String, CodingKey {
    case requests
    case duration = "duration_ms"
  }

  /// Reads a warm-up; without either key there is none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let count = try container.decodeIfPresent(Int.self, forKey: .requests) {
      self = .requests(count)
    } else if let milliseconds = try container.decodeIfPresent(Double.self, forKey: .duration) {
      self = .duration(.recorded(milliseconds: milliseconds))
    } else {
      self = .none
    }
  }

  /// Writes the warm-up with its unit in the key.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .none: break
    case .requests(let count): try container.encode(count, forKey: .requests)
    case .duration(let duration): try container.encode(duration.milliseconds, forKey: .duration)
    }
  }
}
