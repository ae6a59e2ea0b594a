/// The trend within the parts of a series that is cut where steps fit it best.
struct SplitTrend {
  /// The median of the slopes between points of the same part.
  let slope: Double
  /// The two-sided p-value of the trend within the parts.
  let pValue: Double

  /// Cuts a sorted series of 8 points or more once, and a second time if three levels fit better than a line.
  init(of series: PairedSeries) throws(StatisticsError) {
    let whole = series.y.indices
    let first = Step(in: series.y, range: whole)
    var parts = [whole.lowerBound..<first.cut, first.cut..<whole.upperBound]
    let seconds = parts.map { Step(in: series.y, range: $0) }
    if let better = seconds.indices.max(by: { seconds[$0].gain < seconds[$1].gain }) {
      if Self.isBetterThanLine(steps: first.gain + seconds[better].gain, series) {
        let part = parts[better]
        parts[better] = part.lowerBound..<seconds[better].cut
        parts.insert(seconds[better].cut..<part.upperBound, at: better + 1)
      }
    }
    var slopes: [Double] = []
    for part in parts {
      let points = PairedSeries(trustedX: Array(series.x[part]), y: Array(series.y[part]))
      slopes += PairwiseSlopes.list(points, count: PairOrder.pairs(of: points.count))
    }
    slope = slopes.isEmpty ? 0 : try slopes.percentile(50)
    pValue = try Self.cautiousPValue(of: parts.map { Array(series.y[$0]) })
  }

  /// Whether three levels that explain so much of the sum of squares fit better than a line.
  ///
  /// By the criterion of Schwarz, n ln(rest) + k ln n, where a cut that may lie anywhere counts for more than one
  /// parameter: without a margin of 6 ln n noise on a slow leak would often look like three levels.
  private static func isBetterThanLine(steps: Double, _ series: PairedSeries) -> Bool {
    let moments = PairMoments(series)
    guard moments.squareX > 0 else { return true }
    let restOfSteps = moments.squareY - steps
    let restOfLine = moments.squareY - moments.product * moments.product / moments.squareX
    guard restOfLine > 0 else { return false }
    guard restOfSteps > 0 else { return true }
    let n = Double(series.count)
    return n * (restOfLine / restOfSteps).reproducibleLogarithm > 6 * n.reproducibleLogarithm
  }

  /// The cut of a range at which two constants fit best, each of a tenth of the range and of 4 points at least.
  private struct Step {
    /// The first index of the second part; the end of the range if it is too short to cut.
    var cut: Int
    /// The sum of squares between the parts, which the step explains.
    var gain = 0.0

    init(in values: [Double], range: Range<Int>) {
      cut = range.upperBound
      let part = values[range]
      let mean = CompensatedSum.mean(of: Array(part))
      let least = Swift.max(part.count / 10, 4)
      var sum = 0.0
      for index in range {
        let before = index - range.lowerBound
        let rest = range.upperBound - index
        if before >= least, rest >= least {
          // The sums of both parts around the common mean are opposite.
          let explained = sum * sum * (1 / Double(before) + 1 / Double(rest))
          if explained > gain || cut == range.upperBound { (cut, gain) = (index, explained) }
        }
        sum += values[index] - mean
      }
    }
  }

  /// The p-value of the summed scores of parts, each variance never below the plain one.
  ///
  /// Scores and variances of independent parts add up, as in the seasonal test of Hirsch, Slack and Smith (1982).
  static func cautiousPValue(of parts: [[Double]]) throws(StatisticsError) -> Double {
    var score = 0
    var variance = 0.0
    for part in parts where part.count >= 2 {
      let plain = try MannKendallTest(of: part)
      let corrected = try MannKendallTest(of: part, correction: .hamedRao())
      score += plain.score
      variance += Swift.max(plain.variance, corrected.variance)
    }
    guard variance > 0 else { return 1 }
    return NormalDistribution.twoSided(Double(score - score.signum()) / variance.squareRoot())
  }
}
