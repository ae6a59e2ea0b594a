/// Whether memory in use grows without end, with the figures that say so.
///
/// Growth is a leak only if it is shown to be there, fast enough to matter, steady, and not given back:
///
/// 1. **There**: the test of Mann and Kendall rejects "no trend" upward; the greater p-value of the plain test and of
///    the one corrected for serial correlation counts.
/// 2. **Fast enough**: the Theil-Sen slope exceeds the limit of the criterion.
/// 3. **Steady**: the series is cut where one step fits it best, and at a second step if three levels fit better than
///    a line. Within the parts there must still be a significant trend and a slope above the limit. One or two
///    allocations, or growth that has come to rest, fail here.
/// 4. **Not given back**: the memory retained at an instant is the least memory of all later instants. Up to the last
///    great fall (half of the greatest or more) it must grow by more than the limit and by half of the slope. A
///    sawtooth, whose troughs stay level, fails here.
///
/// Leave out the warm-up first: what a service loads at its start looks like a leak. A ramp that never falls within
/// the window cannot be told from the first tooth of a sawtooth; watch for several periods.
///
/// - Cost: more than 1,000 samples are joined to blocks of equal count and stand for their medians, so that time and
///   memory are bounded whatever the length of the run.
/// - Reference: ``TheilSenSlope`` and ``MannKendallTest``; the rules 3 and 4 are this library's own.
public struct LeakVerdict: Sendable, Hashable {
  /// What the series shows.
  @nonexhaustive
  public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// Steady growth above the limit that is not given back.
    case leak
    /// No significant growth.
    case noGrowth = "no_growth"
    /// Significant growth, but not above the limit.
    case belowLimit = "below_limit"
    /// Growth in one or two steps, or growth that has come to rest.
    case step
    /// Growth that is given back from time to time.
    case sawtooth
    /// Too few samples for a verdict.
    case tooFewSamples = "too_few_samples"
  }

  /// The figures of a verdict.
  public struct Figures: Sendable, Hashable {
    /// The Theil-Sen slope in units of the series for one hour.
    public let slopePerHour: Double
    /// The lower end of the slope's interval at the level of the criterion.
    public let slopeLow: Double
    /// The upper end of the slope's interval at the level of the criterion.
    public let slopeHigh: Double
    /// The two-sided p-value of the trend, corrected for serial correlation where that makes it greater.
    public let pValue: Double
    /// The slope for one hour that remains when the series is cut at its best steps.
    public let steadySlopePerHour: Double
    /// The two-sided p-value of the trend that remains then.
    public let steadyPValue: Double
    /// The slope for one hour of the memory that is not given back.
    public let retainedSlopePerHour: Double
  }

  /// What the series shows.
  public let outcome: Outcome
  /// The number of samples.
  public let count: Int
  /// The time from the first to the last sample in seconds.
  public let seconds: Double
  /// The figures behind the outcome, nil for too few samples.
  public let figures: Figures?
  /// What counted as a leak.
  public let criterion: LeakCriterion

  /// Whether the series shows a leak.
  public var isLeak: Bool { outcome == .leak }

  /// Judges a series.
  ///
  /// - Parameters:
  ///   - series: Instants in seconds and memory in use, usually in megabytes, after the warm-up; in any order.
  ///   - criterion: What counts as a leak.
  /// - Throws: ``StatisticsError`` if all samples are of one instant.
  public init(of series: PairedSeries, criterion: LeakCriterion) throws(StatisticsError) {
    self.criterion = criterion
    count = series.count
    seconds = (series.x.max() ?? 0) - (series.x.min() ?? 0)
    guard series.count >= criterion.minimumCount else {
      outcome = .tooFewSamples
      figures = nil
      return
    }
    let sorted = BlockMedians.reduce(series.sorted, to: 1000)
    let slope = try TheilSenSlope(of: sorted, confidence: 1 - criterion.significance)
    let steady = try SplitTrend(of: sorted)
    let found = Figures(
      slopePerHour: slope.slope * 3600, slopeLow: slope.low * 3600, slopeHigh: slope.high * 3600,
      pValue: try SplitTrend.cautiousPValue(of: [sorted.y]), steadySlopePerHour: steady.slope * 3600,
      steadyPValue: steady.pValue, retainedSlopePerHour: try RetainedMemory.slope(of: sorted) * 3600)
    figures = found
    outcome = Self.outcome(of: found, criterion: criterion)
  }

  private static func outcome(of figures: Figures, criterion: LeakCriterion) -> Outcome {
    let limit = criterion.limitPerHour
    guard figures.pValue < criterion.significance, figures.slopePerHour > 0 else { return .noGrowth }
    guard figures.slopePerHour > limit else { return .belowLimit }
    guard figures.steadyPValue < criterion.significance, figures.steadySlopePerHour > limit else { return .step }
    let expected = Swift.min(figures.slopePerHour, figures.steadySlopePerHour)
    guard figures.retainedSlopePerHour > Swift.max(limit, expected / 2) else { return .sawtooth }
    return .leak
  }
}
