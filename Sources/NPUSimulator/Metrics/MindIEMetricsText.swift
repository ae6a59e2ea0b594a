internal import NIOCore

/// Writes metrics in Prometheus' text format under MindIE's names, which have no prefix.
struct MindIEMetricsText {
  private let labels: String
  private var buffer = ByteBuffer()

  /// How many requests the simulated cache holds.
  private static let cachedRequests = 256.0

  /// The text of all metrics.
  ///
  /// - Parameters:
  ///   - metrics: What was counted.
  ///   - models: The names of the models.
  ///   - running: Requests that are being answered.
  ///   - waiting: Requests in the queue.
  ///   - cached: Requests whose cache is in use.
  /// - Returns: The text.
  static func render(
    _ metrics: ServiceMetrics, models: [String], running: Int, waiting: Int, cached: Int
  ) -> ByteBuffer {
    var text = MindIEMetricsText(models: models)
    let failed = (metrics.finished["abort"] ?? 0) + (metrics.finished["error"] ?? 0)
    let finished = metrics.finished.values.reduce(0, +)
    text.single("request_received_total", "counter", "Count of received requests.", finished + running + waiting)
    text.single("request_success_total", "counter", "Count of successfully processed requests.", finished - failed)
    text.single("request_failed_total", "counter", "Count of failed requests.", failed)
    text.single("num_requests_running", "gauge", "Number of requests currently running on NPU.", running)
    text.single("num_requests_waiting", "gauge", "Number of requests waiting to be processed.", waiting)
    text.single("num_requests_swapped", "gauge", "Number of requests swapped to CPU.", 0)
    text.single("prompt_tokens_total", "counter", "Number of prefill tokens processed.", metrics.promptTokens)
    text.single("generation_tokens_total", "counter", "Number of generation tokens.", metrics.generationTokens)
    text.histogram(
      "time_to_first_token_seconds", "Histogram of time to first token in seconds.", metrics.timeToFirstToken)
    text.histogram(
      "time_per_output_token_seconds", "Histogram of time per output token in seconds.", metrics.interTokenLatency)
    text.histogram(
      "e2e_request_latency_seconds", "Histogram of end to end request latency in seconds.", metrics.endToEndLatency)
    text.header("npu_cache_usage_perc", "gauge", "NPU KV-cache usage. 1 means 100 percent usage.")
    text.sample("npu_cache_usage_perc", "", String(min(1, Double(cached) / Self.cachedRequests)))
    return text.buffer
  }

  /// - Parameter models: The names of the models, which share one label.
  private init(models: [String]) {
    let escaped = models.joined(separator: " & ").split(separator: "\\", omittingEmptySubsequences: false)
      .joined(separator: "\\\\").split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
    labels = "model_name=\"\(escaped)\""
  }

  private mutating func header(_ name: String, _ type: String, _ help: String) {
    buffer.writeString("# HELP \(name) \(help)\n# TYPE \(name) \(type)\n")
  }

  private mutating func sample(_ name: String, _ extra: String, _ value: String) {
    buffer.writeString("\(name){\(labels)\(extra)} \(value)\n")
  }

  private mutating func single(_ name: String, _ type: String, _ help: String, _ value: Int) {
    header(name, type, help)
    sample(name, "", String(value))
  }

  private mutating func histogram(_ name: String, _ help: String, _ histogram: CumulativeHistogram) {
    header(name, "histogram", help)
    sample("\(name)_count", "", String(histogram.count))
    sample("\(name)_sum", "", String(histogram.sum))
    for (bound, count) in histogram.cumulative { sample("\(name)_bucket", ",le=\"\(bound)\"", String(count)) }
    sample("\(name)_bucket", ",le=\"+Inf\"", String(histogram.count))
  }
}
