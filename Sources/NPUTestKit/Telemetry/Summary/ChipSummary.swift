internal import NPUBase

/// What one chip did during a window.
///
/// As JSON, keys carry their units; `nil` is what the tool did not show.
public struct ChipSummary: Sendable, Hashable, Codable {
  /// A change of health.
  public struct HealthChange: Sendable, Hashable, Codable {
    /// When, from the beginning of the window; before it, below zero.
    public var offset: Duration { .clamped(seconds: seconds) }
    var seconds: Double
    /// The health before, as the tool prints it.
    public var from: String
    /// The health after.
    public var to: String

    private enum CodingKeys: String, CodingKey {
      case seconds = "at_s"
      case from
      case to
    }
  }

  /// Which chip.
  public var chip: ChipIdentity
  /// The model.
  public var name: String?
  /// Samples in the window that hold the chip.
  public var samples: Int
  /// Samples in the window that hold other chips and not this one: it was lost, or its rows could not be read.
  public var samplesAbsent: Int
  /// Bytes of device memory in use at the beginning: the last sample before it, or the first one in the window.
  public var memoryStartBytes: Int?
  /// The most bytes in use.
  public var memoryPeakBytes: Int?
  /// Bytes in use at the end: the first sample after it, or the last one in the window.
  public var memoryEndBytes: Int?
  /// Bytes of device memory.
  public var memoryTotalBytes: Int?
  /// The peak over the size, from 0 to 1.
  public var memoryPeakShare: Double?
  /// The use of the AI cores in percent, its mean over time.
  public var aiCoreMean: Double?
  /// The use of the AI cores in percent that was not exceeded 95 % of the time.
  public var aiCoreP95: Double?
  /// The use of the whole chip in percent, its mean over time; `nil` where the tool does not show it.
  public var utilizationMean: Double?
  /// The use of the whole chip in percent that was not exceeded 95 % of the time.
  public var utilizationP95: Double?
  /// The power in watts, its mean over time.
  public var powerMeanWatts: Double?
  /// The power in watts before the load began, if it was sampled: its mean until the window.
  public var powerBeforeWatts: Double?
  /// The highest temperature in degrees Celsius.
  public var temperaturePeak: Double?
  /// The energy in joules over the window: mean power times length; `nil` if the power is known for less than half of
  /// it.
  public var energyJoules: Double?
  /// The standard error of the energy that comes from sampling, in joules.
  ///
  /// Standard deviation of the power over the root of the number of samples, times the length of the window.
  public var energyErrorJoules: Double?
  /// The share of the window over which the power is known, from 0 to 1.
  public var powerCoverage: Double
  /// The health in the first sample that shows one, as the tool prints it: a state that was found is no change.
  public var healthFirst: String?
  /// Changes of health after that, at most 100.
  public var healthChanges: [HealthChange]

  private enum CodingKeys: String, CodingKey {
    case chip
    case name
    case samples
    case samplesAbsent = "samples_absent"
    case memoryStartBytes = "hbm_start_bytes"
    case memoryPeakBytes = "hbm_peak_bytes"
    case memoryEndBytes = "hbm_end_bytes"
    case memoryTotalBytes = "hbm_total_bytes"
    case memoryPeakShare = "hbm_peak_share"
    case aiCoreMean = "aicore_mean_percent"
    case aiCoreP95 = "aicore_p95_percent"
    case utilizationMean = "npu_utilization_mean_percent"
    case utilizationP95 = "npu_utilization_p95_percent"
    case powerMeanWatts = "power_mean_w"
    case powerBeforeWatts = "power_before_w"
    case temperaturePeak = "temperature_peak_c"
    case energyJoules = "energy_j"
    case energyErrorJoules = "energy_error_j"
    case powerCoverage = "power_coverage"
    case healthFirst = "health_first"
    case healthChanges = "health_changes"
  }
}
