/// The longest part of a series during which it neither drifts nor steps.
///
/// - Definition: the series is joined to at most 100 blocks of equal count, each standing for its median. The longest
///   run of blocks counts as steady in which (1) the test of Mann and Kendall, corrected for serial correlation where
///   that makes p greater, shows no trend at the level, or the Theil-Sen line moves by less than the tolerance from end
///   to end; and (2) the medians of all fifths lie within the tolerance of the median of the run. Of equally long runs
///   the latest counts. Blocks at its ends that lie further from the level than the tolerance are cut off.
/// - Use: the window over which a throughput or a latency may be averaged. ``WarmupTruncation`` finds the beginning
///   alone; this also finds the end, such as where load is taken away.
/// - Edge cases: fewer than 20 values are refused. There may be none: a service that never holds its level for a fifth
///   of the series has no steady state, and its mean means nothing.
/// - Cost: bounded by the number of blocks.
/// - Reference: the tests of its parts; the combination is this library's own.
public struct SteadyWindow: Sendable, Hashable {
  /// The values of the window, as positions in the series; nil if there is none.
  public let range: Range<Int>?
  /// The median of the blocks in the window, nil if there is none.
  public let level: Double?
  /// The share of the series within the window, 0 to 1.
  public let share: Double

  /// Searches a series.
  ///
  /// - Parameters:
  ///   - values: Finite values in the order of time, 20 or more.
  ///   - tolerance: How far parts may lie from the level, as a share of it; above 0, such as 0.05.
  ///   - significance: The level of the trend test, above 0 and below 1.
  /// - Throws: ``StatisticsError`` for too few values, NaN, infinities and parameters outside their range.
  public init(
    of values: [Double], tolerance: Double = 0.05, significance: Double = 0.01
  ) throws(StatisticsError) {
    try StatisticsError.check(significance: significance)
    guard tolerance > 0, tolerance.isFinite else {
      throw .outOfRange("The tolerance of a steady window", tolerance, "above 0 and finite, such as 0.05")
    }
    let series = try PairedSeries(values)
    guard values.count >= 20 else { throw .tooFewSamples("A steady window", values.count, needed: 20) }
    let size = (values.count + 99) / 100
    let blocks = BlockMedians.reduce(series, to: 100).y
    // A window of less than a fifth of the series, or of ten blocks, says nothing about a steady state.
    let least = Swift.max(blocks.count / 5, 10)
    var found: (start: Int, end: Int, level: Double)?
    search: for length in stride(from: blocks.count, through: least, by: -1) {
      for start in stride(from: blocks.count - length, through: 0, by: -1) {
        let part = Array(blocks[start..<start + length])
        guard let level = try Self.level(of: part, tolerance: tolerance, significance: significance) else { continue }
        found = Self.trimmed(blocks, start, start + length, level: level, reach: tolerance * level.magnitude)
        break search
      }
    }
    let window = found.map { $0.start * size..<Swift.min($0.end * size, values.count) }
    range = window
    level = found?.level
    share = Double(window?.count ?? 0) / Double(values.count)
  }

  /// A run without the blocks at its ends that lie off the level: the median of a fifth does not see them.
  private static func trimmed(
    _ blocks: [Double], _ start: Int, _ end: Int, level: Double, reach: Double
  ) -> (start: Int, end: Int, level: Double) {
    let isInside = { (index: Int) in (blocks[index] - level).magnitude <= reach }
    let first = (start..<end).first(where: isInside) ?? start
    let last = (start..<end).last(where: isInside) ?? end - 1
    return (first, last + 1, level)
  }

  /// The level of a run of blocks, nil if it is not steady.
  private static func level(
    of blocks: [Double], tolerance: Double, significance: Double
  ) throws(StatisticsError) -> Double? {
    let level = try blocks.percentile(50)
    let reach = tolerance * level.magnitude
    // First what is quick to find out: most runs fail here.
    let fifth = Swift.max(blocks.count / 5, 1)
    for start in stride(from: 0, through: blocks.count - fifth, by: fifth) {
      let middle = try Array(blocks[start..<start + fifth]).percentile(50)
      guard (middle - level).magnitude <= reach else { return nil }
    }
    guard try SplitTrend.cautiousPValue(of: [blocks]) < significance else { return level }
    let slope = try TheilSenSlope(of: PairedSeries(blocks)).slope
    return (slope * Double(blocks.count - 1)).magnitude <= reach ? level : nil
  }
}
