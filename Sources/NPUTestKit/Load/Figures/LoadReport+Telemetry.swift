internal import NPUTelemetry

extension LoadReport {
  /// Takes in what was seen beside the load, during its measured part.
  ///
  /// An exporter of chips among the server's metrics fills ``npu``, if npu-smi showed none.
  mutating func take(_ readings: LoadTelemetry.Readings) {
    if let chips = readings.chips { npu = summary(of: chips, readings.limits) }
    guard let server = readings.server else { return }
    serverMetrics = ServerMetricsFigures(
      server, address: readings.serverAddress, from: window.start, to: window.end,
      percents: latencies.timeToFirstToken.percentiles.map(\.percent))
    if npu?.chips.isEmpty ?? true, !server.chips.chips.isEmpty {
      npu = summary(of: server.chips, readings.limits)
    }
  }

  private func summary(of chips: ChipTelemetry, _ limits: TelemetryLimits) -> TelemetrySummary? {
    guard let start = window.start, let end = window.end else { return npu }
    // A part of the tokens would make the energy of each too great.
    let known = tokens.outputUnknown == 0 ? tokens.output.flatMap { $0 > 0 ? $0 : nil } : nil
    return chips.summary(from: start, to: end, outputTokens: known, limits: limits)
  }
}
