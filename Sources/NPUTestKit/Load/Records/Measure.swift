/// The name of a quantity that a request has beside its latencies, such as the seconds of audio that it transcribed.
///
/// The unit stands at the end of the name, as in `audio_s` or `queue_wait_ms`; a name without one is a count or a ratio.
/// Values are 0 or more.
public struct Measure: RawRepresentable, Sendable, Hashable, Comparable, Codable {
  /// The name, in snake case, with its unit.
  public var rawValue: String

  /// Creates a measure from its name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Compares names.
  public static func < (left: Measure, right: Measure) -> Bool { left.rawValue < right.rawValue }
}
