/// A unit in which times are written in reports and objectives.
public enum TimeUnit: String, Sendable, Hashable, CaseIterable, Codable {
  /// A billionth of a second.
  case nanoseconds = "ns"
  /// A millionth of a second.
  case microseconds = "us"
  /// A thousandth of a second.
  case milliseconds = "ms"
  /// The second.
  case seconds = "s"
  /// Sixty seconds.
  case minutes = "min"

  /// The unit in nanoseconds.
  public var nanoseconds: Double {
    switch self {
    case .nanoseconds: 1
    case .microseconds: 1e3
    case .milliseconds: 1e6
    case .seconds: 1e9
    case .minutes: 60e9
    }
  }
}
