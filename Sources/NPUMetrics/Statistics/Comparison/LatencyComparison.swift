/// Whether a candidate is faster or slower than a baseline, with the effect, its interval and the chance of error.
///
/// A verdict for the mean or the median needs three things that agree in direction: a rank test below the significance
/// level, an interval of the difference without 0, and a difference of at least the least effect of interest. Other
/// statistics, such as p99, are decided by interval and effect alone, because a rank test looks at all samples alike
/// and does not see a tail; its figures stand beside.
///
/// No decision is possible, and none is given, where no outcome could reach the significance level, or where a sample
/// has too few values for the statistic, such as p99 of fewer than 100. "No difference shown" does not mean equal: see
/// ``Figures/minimumDetectableDifference``.
///
/// Samples must be independent: compare runs that took turns on one machine, not two long runs one after the other.
///
/// - Cost: that of ``MannWhitneyTest``, ``HodgesLehmannShift`` and ``Bootstrap``.
/// - Reference: those of its parts; Georges, Buytaert, Eeckhout, "Statistically Rigorous Java Performance Evaluation",
///   OOPSLA 2007, on intervals in place of single figures.
public struct LatencyComparison: Sendable, Hashable {
  /// What the comparison shows; less is faster.
  public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// The candidate takes less time.
    case faster
    /// The candidate takes more time.
    case slower
    /// Neither is shown.
    case noDifferenceShown = "no_difference_shown"
    /// The samples are too few for any decision.
    case noDecisionPossible = "no_decision_possible"
  }

  /// The figures of a comparison; candidate less baseline, so that a negative difference is faster.
  public struct Figures: Sendable, Hashable {
    /// The difference of the statistic with its bootstrap interval.
    public let difference: BootstrapInterval
    /// The difference over the baseline's statistic, nil if that is 0.
    public let relativeDifference: Double?
    /// The rank test of both samples, two-sided.
    public let rankTest: MannWhitneyTest
    /// The median of all differences with its interval.
    public let shift: HodgesLehmannShift
    /// How far the samples are apart in order, -1 to 1.
    public let cliffsDelta: CliffsDelta
    /// The least true difference that samples like these show in four of five comparisons.
    ///
    /// (z(1 - significance / 2) + z(0.8)) times the standard error of the difference.
    public let minimumDetectableDifference: Double
  }

  /// What the comparison shows.
  public let outcome: Outcome
  /// The figures behind it, nil if a sample has fewer than two values.
  public let figures: Figures?
  /// The statistic that was compared.
  public let statistic: SampleStatistic
  /// The significance level.
  public let significance: Double

  /// Compares two samples.
  ///
  /// - Parameters:
  ///   - baseline: Latencies before, finite.
  ///   - candidate: Latencies after, finite, in the same unit.
  ///   - statistic: What to compare; percentiles by linear interpolation.
  ///   - significance: The significance level, above 0 and below 1; the intervals have one less this confidence.
  ///   - leastEffect: Differences below this share of the baseline's statistic are of no interest; 0 or more.
  ///   - resamples: The number of resamples of the bootstrap, 100 to 1,000,000.
  ///   - seed: The seed of the bootstrap.
  /// - Throws: ``StatisticsError`` for NaN, infinities and parameters outside their range.
  public init(
    baseline: [Double], candidate: [Double], statistic: SampleStatistic = .median, significance: Double = 0.05,
    leastEffect: Double = 0, resamples: Int = 9999, seed: UInt64 = 1
  ) throws(StatisticsError) {
    try StatisticsError.check(significance: significance)
    guard leastEffect >= 0, leastEffect.isFinite else {
      throw .outOfRange("The least effect of interest", leastEffect, "finite and 0 or more, such as 0.02")
    }
    try StatisticsError.check(finite: baseline)
    try StatisticsError.check(finite: candidate)
    if case .percentile(let percent) = statistic { try StatisticsError.check(percentiles: [percent]) }
    let bootstrap = try Bootstrap(resamples: resamples, confidence: 1 - significance, seed: seed)
    self.statistic = statistic
    self.significance = significance
    guard baseline.count >= 2, candidate.count >= 2 else {
      outcome = .noDecisionPossible
      figures = nil
      return
    }
    let found = try Self.figures(baseline, candidate, statistic, bootstrap)
    figures = found
    let isPossible =
      Self.canDecide(first: baseline.count, second: candidate.count, significance: significance)
      && Self.isEnough(Swift.min(baseline.count, candidate.count), for: statistic)
    outcome =
      isPossible
      ? Self.outcome(of: found, statistic: statistic, significance: significance, leastEffect: leastEffect)
      : .noDecisionPossible
  }

  private static func figures(
    _ baseline: [Double], _ candidate: [Double], _ statistic: SampleStatistic, _ bootstrap: Bootstrap
  ) throws(StatisticsError) -> Figures {
    let difference = try bootstrap.differenceInterval(of: statistic, first: candidate, second: baseline)
    let test = try MannWhitneyTest(first: candidate, second: baseline)
    let reference = try Resampler(baseline, statistic: statistic).estimate
    let reach = -NormalDistribution.quantile((1 - bootstrap.confidence) / 2) + NormalDistribution.quantile(0.8)
    return Figures(
      difference: difference, relativeDifference: reference == 0 ? nil : difference.estimate / reference.magnitude,
      rankTest: test,
      shift: try HodgesLehmannShift(first: candidate, second: baseline, confidence: bootstrap.confidence),
      cliffsDelta: CliffsDelta(test), minimumDetectableDifference: reach * difference.standardError)
  }

  private static func outcome(
    of figures: Figures, statistic: SampleStatistic, significance: Double, leastEffect: Double
  ) -> Outcome {
    let difference = figures.difference
    let isLocation = statistic == .mean || statistic == .median || statistic == .percentile(50)
    let isTooSmall = leastEffect > 0 && (figures.relativeDifference.map { $0.magnitude < leastEffect } ?? false)
    guard !difference.contains(0), !isTooSmall else { return .noDifferenceShown }
    let isSlower = difference.estimate > 0
    if isLocation {
      let agrees = figures.rankTest.pValue < significance && (figures.cliffsDelta.value > 0) == isSlower
      guard agrees else { return .noDifferenceShown }
    }
    return isSlower ? .slower : .faster
  }

  /// Whether even samples without any overlap would fall below the significance level: 2 n! m! / (n + m)!.
  private static func canDecide(first: Int, second: Int, significance: Double) -> Bool {
    let inner = Swift.min(first, second)
    var chance = 2.0
    for k in stride(from: 1, through: inner, by: 1) {
      chance *= Double(k) / Double(first + second - inner + k)
      if chance < significance { return true }
    }
    return chance < significance
  }

  private static func isEnough(_ count: Int, for statistic: SampleStatistic) -> Bool {
    switch statistic {
    case .percentile(let percent):
      // Both ends: p1 needs as many as p99. The ends themselves never have enough.
      !Summary.isWeak(percentile: Swift.max(percent, 100 - percent), count: count)
    case .minimum, .maximum: false
    case .mean, .median, .standardDeviation: true
    }
  }
}
