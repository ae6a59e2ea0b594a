internal import NPUBase

/// What the chips did during the measured part of a run, and how well it was watched.
///
/// As JSON, keys carry their units.
/// The window is the one that rates refer to, from the first intended start to the last end of an exchange; warm-up and
/// what came after take no part.
public struct TelemetrySummary: Sendable, Hashable, Codable {
  /// The chips by their numbers.
  public var chips: [ChipSummary]
  /// The energy of all chips in joules; `nil` if one that shows power has none.
  public var energyJoules: Double?
  /// The standard error of the energy that comes from sampling, in joules: those of the chips, added in squares.
  public var energyErrorJoules: Double?
  /// The energy of all chips over the output tokens of completed requests, in joules per token.
  ///
  /// Includes what chips take when they idle and what failed requests cost. `nil` without tokens, or where those of
  /// some requests are unknown.
  public var energyPerOutputToken: Double?
  /// The mean power of all chips before the load began, in watts.
  public var powerBeforeWatts: Double?
  /// Samples in the window.
  public var samples: Int
  /// Samples that should be in the window and are not: calls that failed, and intervals that went by during slow ones.
  public var samplesMissed: Int
  /// From one sample to the next as planned.
  public var interval: Duration { .clamped(seconds: intervalSeconds) }
  var intervalSeconds: Double
  /// How many samples were joined into one point, to bound memory; 1 means none.
  public var stride: Int
  /// How long one call took on average; the instant of a sample is uncertain by half of it.
  public var callMean: Duration? { callMeanMilliseconds.map(Duration.recorded(milliseconds:)) }
  var callMeanMilliseconds: Double?
  /// How long the longest call took.
  public var callLongest: Duration? { callLongestMilliseconds.map(Duration.recorded(milliseconds:)) }
  var callLongestMilliseconds: Double?
  /// The length of the window.
  public var duration: Duration { .clamped(seconds: seconds) }
  var seconds: Double
  /// Gaps of the whole run by kind.
  public var gaps: [ChipTelemetry.GapCount]
  /// What follows from the figures.
  public var verdicts: [TelemetryVerdict]

  private enum CodingKeys: String, CodingKey {
    case chips
    case energyJoules = "energy_j"
    case energyErrorJoules = "energy_error_j"
    case energyPerOutputToken = "energy_per_output_token_j"
    case powerBeforeWatts = "power_before_w"
    case samples
    case samplesMissed = "samples_missed"
    case intervalSeconds = "interval_s"
    case stride = "samples_per_point"
    case callMeanMilliseconds = "call_mean_ms"
    case callLongestMilliseconds = "call_max_ms"
    case seconds = "window_s"
    case gaps
    case verdicts
  }
}
