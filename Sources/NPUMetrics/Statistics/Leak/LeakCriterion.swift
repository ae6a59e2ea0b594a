/// What growth counts as a leak.
public struct LeakCriterion: Sendable, Hashable {
  /// The slope that must be exceeded, in units of the series for one hour; 60 is a megabyte a minute.
  public var limitPerHour: Double
  /// The significance level of the tests, such as 0.01.
  public var significance: Double
  /// The least number of samples for a verdict.
  public var minimumCount: Int

  /// Creates a criterion.
  ///
  /// - Parameters:
  ///   - limitPerHour: The slope that must be exceeded, in units of the series for one hour; finite, 0 or more.
  ///   - significance: The significance level of the tests, above 0 and below 1.
  ///   - minimumCount: The least number of samples for a verdict; below 20 it is held at 20, where the tests begin to
  ///     be able to tell a line from a step.
  /// - Throws: ``StatisticsError`` if the limit or the level is outside its range.
  public init(
    limitPerHour: Double = 60, significance: Double = 0.01, minimumCount: Int = 20
  ) throws(StatisticsError) {
    guard limitPerHour >= 0, limitPerHour.isFinite else {
      throw .outOfRange("The limit of growth", limitPerHour, "finite and 0 or more")
    }
    try StatisticsError.check(significance: significance)
    self.limitPerHour = limitPerHour
    self.significance = significance
    self.minimumCount = Swift.max(minimumCount, 20)
  }
}
