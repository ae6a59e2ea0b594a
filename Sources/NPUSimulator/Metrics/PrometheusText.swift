internal import NIOCore

/// Writes metrics in Prometheus' text format under vLLM's names.
struct PrometheusText {
  private let labels: String
  private var buffer = ByteBuffer()

  /// - Parameter model: The value of the label for the model.
  init(model: String) {
    let escaped = model.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
      .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
    labels = "engine=\"0\",model_name=\"\(escaped)\""
  }

  /// How many requests the simulated KV cache holds.
  private static let cachedRequests = 256.0

  /// The text of all metrics.
  ///
  /// - Parameters:
  ///   - metrics: What was counted.
  ///   - model: The value of the label for the model.
  ///   - running: Requests that are being answered.
  ///   - waiting: Requests in the queue.
  ///   - cached: Requests whose cache is in use.
  /// - Returns: The text.
  static func render(_ metrics: ServiceMetrics, model: String, running: Int, waiting: Int, cached: Int) -> ByteBuffer {
    var text = PrometheusText(model: model)
    text.single("num_requests_running", "gauge", "Requests being answered.", running)
    text.single("num_requests_waiting", "gauge", "Requests in the queue.", waiting)
    text.header("kv_cache_usage_perc", "gauge", "Share of the KV cache in use.")
    text.sample("kv_cache_usage_perc", "", String(min(1, Double(cached) / Self.cachedRequests)))
    text.single("prompt_tokens_total", "counter", "Prompt tokens of answered requests.", metrics.promptTokens)
    text.single("generation_tokens_total", "counter", "Generated tokens.", metrics.generationTokens)
    text.header("request_success_total", "counter", "Finished answers by reason.")
    let others = metrics.finished.keys.filter { !ServiceMetrics.finishedReasons.contains($0) }.sorted()
    for reason in ServiceMetrics.finishedReasons + others {
      text.sample("request_success_total", ",finished_reason=\"\(reason)\"", String(metrics.finished[reason] ?? 0))
    }
    text.histogram("iteration_tokens_total", "Tokens of one step.", metrics.tokensPerStep)
    text.histogram("time_to_first_token_seconds", "Time from a request to its first token.", metrics.timeToFirstToken)
    text.histogram("inter_token_latency_seconds", "Time between tokens.", metrics.interTokenLatency)
    text.histogram("e2e_request_latency_seconds", "Time from a request to its end.", metrics.endToEndLatency)
    text.histogram("request_queue_time_seconds", "Time in the queue.", metrics.queueTime)
    return text.buffer
  }

  private mutating func header(_ name: String, _ type: String, _ help: String) {
    buffer.writeString("# HELP vllm:\(name) \(help)\n# TYPE vllm:\(name) \(type)\n")
  }

  private mutating func sample(_ name: String, _ extra: String, _ value: String) {
    buffer.writeString("vllm:\(name){\(labels)\(extra)} \(value)\n")
  }

  private mutating func single(_ name: String, _ type: String, _ help: String, _ value: Int) {
    header(name, type, help)
    sample(name, "", String(value))
  }

  private mutating func histogram(_ name: String, _ help: String, _ histogram: CumulativeHistogram) {
    header(name, "histogram", help)
    for (bound, count) in histogram.cumulative {
      sample("\(name)_bucket", ",le=\"\(bound)\"", String(count))
    }
    sample("\(name)_bucket", ",le=\"+Inf\"", String(histogram.count))
    sample("\(name)_count", "", String(histogram.count))
    sample("\(name)_sum", "", String(histogram.sum))
  }
}
