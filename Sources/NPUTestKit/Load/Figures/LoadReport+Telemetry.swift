public import NPUTelemetry

extension LoadReport {
  /// Adds what the chips did during the measured part of the run.
  ///
  /// - Parameters:
  ///   - chips: What was sampled.
  ///   - limits: From where on a chip is judged to be in trouble.
  public mutating func add(_ chips: ChipTelemetry, limits: TelemetryLimits = TelemetryLimits()) {
    guard let start = window.start, let end = window.end else { return }
    // A part of the tokens would make the energy of each too great.
    let knowsTokens = tokens.outputUnknown == 0 && tokens.output > 0
    npu = chips.summary(
      from: start, to: end, outputTokens: knowsTokens ? tokens.output : nil, limits: limits)
  }

  /// Adds what the server said of itself.
  ///
  /// An exporter of chips among its metrics fills ``npu``, if npu-smi showed none.
  ///
  /// - Parameters:
  ///   - record: What was read.
  ///   - address: Where.
  ///   - limits: From where on a chip is judged to be in trouble.
  public mutating func add(
    _ record: ServerTelemetry, address: String, limits: TelemetryLimits = TelemetryLimits()
  ) {
    serverMetrics = ServerMetricsFigures(
      record, address: address, from: window.start, to: window.end,
      percents: latencies.timeToFirstToken.percentiles.map(\.percent))
    if npu?.chips.isEmpty ?? true, !record.chips.chips.isEmpty { add(record.chips, limits: limits) }
  }
}
