internal import NPUBase
internal import NPUMetrics

/// The samples of every figure of one dialect.
struct DialectStores {
  let dialect: MetricDialect
  private(set) var firstToken: SampleStore
  private(set) var firstOutput: SampleStore
  private(set) var perToken: [SampleStore]
  private(set) var gaps: SampleStore
  private(set) var endToEnd: SampleStore
  private var lacksGaps = false
  /// The greatest weight of one request, far beyond the tokens of any response.
  private static let mostWeight = 1_000_000

  init(_ dialect: MetricDialect, exactLimit: Int) {
    self.dialect = dialect
    let empty = SampleStore(exactLimit: exactLimit)
    firstToken = empty
    firstOutput = empty
    perToken = Array(repeating: empty, count: dialect.terms.perToken.count)
    gaps = SampleStore(exactLimit: LatencyStores.gapLimit(exactLimit))
    endToEnd = empty
  }

  /// Adds a completed request; no tool has failed ones in its latencies.
  mutating func add(_ figures: DialectFigures) {
    firstToken.record(figures.firstToken)
    firstOutput.record(figures.firstOutput)
    for (index, value) in figures.perToken.enumerated() where index < perToken.count {
      guard index < figures.weights.count else {
        perToken[index].record(value)
        continue
      }
      // Held, since a false count of the server must not stand for a day of samples.
      if let value {
        perToken[index].record(value.wholeNanoseconds, count: min(figures.weights[index], Self.mostWeight))
      }
    }
    if let samples = figures.gaps {
      for gap in samples { gaps.record(gap.wholeNanoseconds) }
    } else {
      lacksGaps = true
    }
    endToEnd.record(figures.endToEnd)
  }

  func report(percentiles: [Double]) throws(StatisticsError) -> DialectReport {
    var figures: [DialectReport.Figure] = []
    func add(_ name: String?, _ store: SampleStore) throws(StatisticsError) {
      guard let name else { return }
      figures.append(
        DialectReport.Figure(
          name: name, latency: try LatencyFigures(store, percentiles: percentiles, method: dialect.percentileMethod)))
    }
    try add(dialect.terms.firstToken, firstToken)
    try add(dialect.terms.firstOutput, firstOutput)
    for (name, store) in zip(dialect.terms.perToken, perToken) { try add(name, store) }
    if !lacksGaps { try add(dialect.terms.gaps, gaps) }
    try add(dialect.terms.endToEnd, endToEnd)
    return DialectReport(
      dialect: dialect.name, title: dialect.title, version: dialect.version,
      percentileMethod: dialect.percentileMethod, explanation: dialect.explanation, figures: figures)
  }
}
