internal import NPUBase
internal import NPUMetrics

extension LoadReport {
  /// One flat JSON object of the headline figures, with the whole report under `report`.
  ///
  /// Keys: `completed`, `failed`, `duration_s`, `request_throughput`, `output_throughput`, `total_token_throughput`,
  /// `request_goodput`, and for each latency `mean_ttft_ms`, `median_ttft_ms`, `p99_ttft_ms` and so on, all in the
  /// kit's own definitions. Of a run whose responses were examined also `quality`, of one whose chips and server
  /// were watched `npu` and `server_metrics`.
  ///
  /// - Parameter figures: Figures to add, each under its name.
  /// - Returns: The text, on one line.
  /// - Throws: What the encoder throws, though a report has no value that it refuses.
  public func summaryJSON(adding figures: [ServiceFigure] = []) throws -> String {
    var json = JSONByteWriter()
    json.beginObject()
    json.key("completed")
    json.value(requests.completed)
    json.key("failed")
    json.value(requests.failed)
    json.key("duration_s")
    json.value(window.seconds)
    let rates = [
      ("request_throughput", throughput.requests), ("output_throughput", throughput.outputTokens),
      ("total_token_throughput", throughput.totalTokens), ("request_goodput", goodput?.rate),
    ]
    for (name, rate) in rates { json.number(name, rate) }
    for figure in figures { json.number(figure.name, figure.value) }
    let metrics: [(String, LatencyFigures?)] = [
      ("ttft", latencies.timeToFirstToken), ("tpot", latencies.timePerOutputToken),
      ("itl", latencies.interTokenLatency), ("e2e", latencies.endToEnd),
    ]
    for (name, figures) in metrics {
      json.number("mean_\(name)_ms", figures?.mean)
      json.number("median_\(name)_ms", figures?.median)
      for entry in figures?.percentiles ?? [] {
        json.number("p\(NumberText.plain(entry.percent))_\(name)_ms", entry.value)
      }
    }
    try writeTelemetry(to: &json)
    json.key("report")
    json.raw(try self.json(pretty: false))
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

extension JSONByteWriter {
  fileprivate mutating func number(_ name: String, _ number: Double?) {
    key(name)
    if let number { value(number) } else { null() }
  }
}
