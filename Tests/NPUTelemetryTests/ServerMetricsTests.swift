import Foundation
import NPUBase
import NPUMetrics
import NPUTelemetry
import TestSupport
import Testing

@Suite("The figures of servers")
struct ServerMetricsTests {
  private func reading(_ text: String, model: String? = nil) -> ServerMetricsReading {
    ServerMetricsReading(MetricScrape(parsing: text), model: model)
  }

  @Test("No two figures claim one name")
  func namesAreUnique() {
    let names = ServerMetric.allCases.flatMap(\.names)
    #expect(Set(names).count == names.count)
  }

  @Test("have one name for vLLM before and after its names changed, and for MindIE")
  func generations() {
    let old = reading("vllm:gpu_cache_usage_perc{m=\"x\"} 0.25\nvllm:time_per_output_token_seconds_count 4")
    let new = reading("vllm:kv_cache_usage_perc{m=\"x\"} 0.25\nvllm:inter_token_latency_seconds_count 4")
    let mindIE = reading("npu_cache_usage_perc{m=\"x\"} 0.25\ntime_per_output_token_seconds_count 4")
    for read in [old, new, mindIE] {
      #expect(read.gauges == [.kvCacheUsage: 0.25])
      #expect(read.histograms[.interTokenLatency]?.count == 4)
    }
  }

  @Test("are read once where a server of a generation between exposes both names")
  func bothNames() {
    let read = reading(
      """
      vllm:time_per_output_token_seconds_bucket{le="+Inf"} 10
      vllm:time_per_output_token_seconds_count 10
      vllm:inter_token_latency_seconds_bucket{le="+Inf"} 12
      vllm:inter_token_latency_seconds_count 12
      """)
    #expect(read.histograms[.interTokenLatency]?.count == 12)
    #expect(read.others.isEmpty)
  }

  /// Pages as the servers lay them out, in small.
  static let pages = [
    """
    # HELP python_info_unused Lines of help may hold "anything" {even this} 1
    # TYPE vllm:num_requests_running gauge
    vllm:num_requests_running{engine="0",model_name="m"} 2.0
    vllm:num_requests_waiting{engine="0",model_name="m"} 1.0
    vllm:kv_cache_usage_perc{engine="0",model_name="m"} 0.25
    # TYPE vllm:prompt_tokens_total counter
    vllm:prompt_tokens_total{engine="0",model_name="m"} 1.2e+03
    vllm:prompt_tokens_created{engine="0",model_name="m"} 1.764924127e+09
    vllm:generation_tokens_total{engine="0",model_name="m"} 340.0
    vllm:num_preemptions_total{engine="0",model_name="m"} 0.0
    vllm:prefix_cache_queries_total{engine="0",model_name="m"} 90.0
    vllm:prefix_cache_hits_total{engine="0",model_name="m"} 30.0
    vllm:request_success_total{engine="0",finished_reason="stop",model_name="m"} 9.0
    vllm:request_success_total{engine="0",finished_reason="length",model_name="m"} 3.0
    # TYPE vllm:time_to_first_token_seconds histogram
    vllm:time_to_first_token_seconds_bucket{engine="0",le="0.1",model_name="m"} 4.0
    vllm:time_to_first_token_seconds_bucket{engine="0",le="0.5",model_name="m"} 11.0
    vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf",model_name="m"} 12.0
    vllm:time_to_first_token_seconds_count{engine="0",model_name="m"} 12.0
    vllm:time_to_first_token_seconds_sum{engine="0",model_name="m"} 3.0
    vllm:time_to_first_token_seconds_created{engine="0",model_name="m"} 1.764924127e+09

    """,
    """
    # TYPE num_requests_running gauge
    num_requests_running{model_name="m"} 2
    num_requests_waiting{model_name="m"} 1
    npu_cache_usage_perc{model_name="m"} 0.25
    npu_prefix_cache_hit_rate{model_name="m"} 0.5
    request_received_total{model_name="m"} 14
    request_success_total{model_name="m"} 12
    request_failed_total{model_name="m"} 2
    # TYPE time_to_first_token_seconds histogram
    time_to_first_token_seconds_bucket{model_name="m",le="0.1"} 4
    time_to_first_token_seconds_bucket{model_name="m",le="0.5"} 11
    time_to_first_token_seconds_bucket{model_name="m",le="+Inf"} 12
    time_to_first_token_seconds_sum{model_name="m"} 3
    time_to_first_token_seconds_count{model_name="m"} 12
    time_per_output_token_seconds_bucket{model_name="m",le="+Inf"} 5
    time_per_output_token_seconds_sum{model_name="m"} 0.1
    time_per_output_token_seconds_count{model_name="m"} 5

    """,
  ]

  @Test("of a whole page of either server are understood, and nothing of it is left over", arguments: pages)
  func wholePage(_ text: String) throws {
    let scrape = MetricScrape(parsing: text)
    #expect(scrape.badLineCount == 0, "\(scrape.complaints)")
    let read = ServerMetricsReading(scrape, model: "m")
    #expect(read.gauges[.requestsRunning] == 2)
    #expect(read.gauges[.requestsWaiting] == 1)
    #expect(read.gauges[.kvCacheUsage] == 0.25)
    #expect(read.counters[.requestsSucceeded] == 12)
    let first = try #require(read.histograms[.timeToFirstToken])
    #expect(first.count == 12)
    #expect(first.mean == 0.25)
    #expect(first.percentile(50) != nil)
    #expect(read.others.isEmpty, "\(read.others.map(\.name))")
  }

  @Test("of several engines are added, shares averaged")
  func engines() {
    let read = reading(
      """
      vllm:num_requests_running{engine="0"} 3
      vllm:num_requests_running{engine="1"} 5
      vllm:kv_cache_usage_perc{engine="0"} 0.2
      vllm:kv_cache_usage_perc{engine="1"} 0.6
      vllm:request_success_total{engine="0",finished_reason="stop"} 7
      vllm:request_success_total{engine="1",finished_reason="length"} 2
      vllm:e2e_request_latency_seconds_bucket{engine="0",le="1.0"} 1
      vllm:e2e_request_latency_seconds_bucket{engine="0",le="+Inf"} 2
      vllm:e2e_request_latency_seconds_sum{engine="0"} 3
      vllm:e2e_request_latency_seconds_bucket{engine="1",le="1.0"} 4
      vllm:e2e_request_latency_seconds_bucket{engine="1",le="+Inf"} 4
      vllm:e2e_request_latency_seconds_sum{engine="1"} 1
      """)
    #expect(read.gauges[.requestsRunning] == 8)
    #expect(abs((read.gauges[.kvCacheUsage] ?? 0) - 0.4) < 1e-12)
    #expect(read.counters[.requestsSucceeded] == 9)
    #expect(read.histograms[.endToEndLatency]?.buckets.map(\.count) == [5, 6])
    #expect(read.histograms[.endToEndLatency]?.sum == 4)
  }

  @Test("of one model are told from those of others, also where MindIE joins several in one label")
  func models() {
    let text = """
      num_requests_running{model_name="a & b"} 1
      num_requests_waiting{model_name="b"} 2
      prompt_tokens_total{model_name="c"} 3
      generation_tokens_total 4
      """
    let read = reading(text, model: "b")
    #expect(read.gauges == [.requestsRunning: 1, .requestsWaiting: 2])
    #expect(read.counters == [.generationTokens: 4])
  }

  @Test("keep what has no place in the vocabulary, without the creation times of counters")
  func unknown() {
    let read = reading("process_open_fds 12\nvllm:prompt_tokens_created 1.7e9\nvllm:iteration_tokens_total_sum 5")
    #expect(read.others.map(\.name) == ["process_open_fds"])
    #expect(read.histograms[.tokensPerStep]?.sum == 5)
  }

  @Test("of a chip exporter become chips, HBM before DDR, megabytes as bytes")
  func exporter() {
    let read = reading(
      """
      npu_chip_info_hbm_used_memory{id="1",model_name="910B3"} 1024
      npu_chip_info_hbm_total_memory{id="1",model_name="910B3"} 65536
      npu_chip_info_used_memory{id="1"} 7
      npu_chip_info_total_memory{id="1"} 15000
      npu_chip_info_power{id="1"} 90.5
      npu_chip_info_temperature{id="1"} 41
      npu_chip_info_utilization{id="1"} 17
      npu_chip_info_health_status{id="1"} 1
      npu_chip_info_used_memory{id="0"} 512
      npu_chip_info_total_memory{id="0"} 21534
      npu_chip_info_hbm_total_memory{id="0"} 0
      npu_chip_info_health_status{id="0"} 0
      npu_chip_info_bandwidth_rx{id="0"} 3
      npu_chip_info_power{id="x"} 3
      """)
    #expect(
      read.chips == [
        ChipReading(
          chip: ChipIdentity(npuID: 0), health: .other("unhealthy"), memoryUsedBytes: 512 << 20,
          memoryTotalBytes: 21534 << 20),
        ChipReading(
          chip: ChipIdentity(npuID: 1), name: "910B3", health: .ok, powerWatts: 90.5, temperatureCelsius: 41,
          aiCorePercent: 17, memoryUsedBytes: 1024 << 20, memoryTotalBytes: 65536 << 20),
      ])
    #expect(read.others.map(\.name) == ["npu_chip_info_bandwidth_rx", "npu_chip_info_power"])
  }

  @Test("of a chip exporter that are below 0 are missing")
  func missingValues() {
    let read = reading(
      """
      npu_chip_info_power{id="1"} -1
      npu_chip_info_temperature{id="1"} -275
      npu_chip_info_utilization{id="1"} -1
      npu_chip_info_health_status{id="1"} -1
      """)
    #expect(read.chips == [ChipReading(chip: ChipIdentity(npuID: 1))])
  }

  @Test("over time become rates: a count that fell began again at 0")
  func restarts() throws {
    var series = ServerMetricsSeries()
    for (second, tokens) in [100.0, 150, 20, 50].enumerated() {
      series.add(
        reading("vllm:generation_tokens_total \(tokens)"),
        at: MonotonicInstant(nanoseconds: Int64(second) * 1_000_000_000)
      )
    }
    let summary = try #require(
      series.summary(from: MonotonicInstant(nanoseconds: 0), to: MonotonicInstant(nanoseconds: 3_000_000_000)))
    #expect(summary.increases[.generationTokens] == 100)
    #expect(abs(try #require(summary.rate(.generationTokens)) - 100.0 / 3) < 1e-9)
    #expect(summary.restarts == 1)
    // The window of the last two readings alone.
    let late = try #require(
      series.summary(
        from: MonotonicInstant(nanoseconds: 2_500_000_000), to: MonotonicInstant(nanoseconds: 2_600_000_000)))
    #expect(late.increases[.generationTokens] == 30)
    #expect(late.points == 2)
  }

  @Test("over time leave nothing of a window out, however long a call took")
  func slowCalls() throws {
    func second(_ value: Int) -> MonotonicInstant { MonotonicInstant(nanoseconds: Int64(value) * 1_000_000_000) }
    var series = ServerMetricsSeries()
    // The window is 15 to 25. The second call reaches into its beginning, the third begins before its end: what the
    // server said in either may be of within the window, though the middle of the call lies outside.
    for (began, tokens) in [(0, 0.0), (11, 20), (24, 70), (40, 100)] {
      series.add(reading("vllm:generation_tokens_total \(tokens)"), at: second(began), taking: .seconds(6))
    }
    let summary = try #require(series.summary(from: second(15), to: second(25)))
    #expect(summary.increases[.generationTokens] == 100)
    #expect(summary.start == second(3))
    #expect(summary.end == second(43))
    let inner = try #require(series.summary(from: second(17), to: second(24)))
    #expect(inner.increases[.generationTokens] == 50)
  }

  @Test("over time lose no count when points are joined to save memory", arguments: [4, 5, 8, 33])
  func thinning(_ limit: Int) throws {
    var series = ServerMetricsSeries(limit: limit)
    for second in 0..<1000 {
      series.add(
        reading(
          """
          vllm:generation_tokens_total \(second * 3)
          vllm:num_requests_running \(second == 500 ? 64 : second % 2)
          vllm:time_to_first_token_seconds_bucket{le="+Inf"} \(second)
          vllm:time_to_first_token_seconds_sum \(second)
          """), at: MonotonicInstant(nanoseconds: Int64(second) * 1_000_000_000))
    }
    #expect(series.points.count <= limit)
    #expect(series.readingCount == 1000)
    let summary = try #require(
      series.summary(from: MonotonicInstant(nanoseconds: 0), to: MonotonicInstant(nanoseconds: 999_000_000_000)))
    #expect(summary.increases[.generationTokens] == 2997)
    #expect(summary.distributions[.timeToFirstToken]?.count == 999)
    #expect(summary.distributions[.timeToFirstToken]?.mean == 1)
    #expect(summary.levels[.requestsRunning]?.peak == 64)
    #expect(abs(try #require(summary.levels[.requestsRunning]?.mean) - 0.56) < 0.2)
  }

  @Test("have no summary of fewer than two readings")
  func tooFew() {
    var series = ServerMetricsSeries()
    let zero = MonotonicInstant(nanoseconds: 0)
    #expect(series.summary(from: zero, to: zero) == nil)
    series.add(reading("num_requests_running 1"), at: zero)
    #expect(series.summary(from: zero, to: MonotonicInstant(nanoseconds: 5)) == nil)
  }

  @Test(
    "The address of a metrics page is parted into service and route",
    arguments: [
      ("http://h:1027/metrics", "http://h:1027", "/metrics"), ("http://h:1027", "http://h:1027", "/metrics"),
      ("http://h:1027/", "http://h:1027", "/metrics"), ("https://h/a/prom/", "https://h/a", "/prom"),
      ("unix:/run/vllm.sock", "unix:/run/vllm.sock", "/metrics"), ("h:1", "h:1", "/metrics"),
    ])
  func addresses(_ url: String, _ base: String, _ route: String) {
    #expect(ServerMetricsSource.parts(of: url) == (base, route))
  }
}

@Suite(
  "Recorded metrics",
  .enabled(if: RecordedResponses.wire != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds wire"))
struct RecordedMetricsTests {
  private func reading(_ name: String) throws -> ServerMetricsReading {
    let file = try #require(RecordedResponses.wire).appending(path: name)
    let scrape = MetricScrape(parsing: [UInt8](try Data(contentsOf: file)).span)
    #expect(scrape.badLineCount == 0, "\(scrape.complaints)")
    #expect(!scrape.samples.isEmpty)
    return ServerMetricsReading(scrape)
  }

  @Test("of vLLM are understood whole")
  func vLLM() throws {
    let read = try reading("vllm-metrics.prom")
    #expect(read.gauges[.requestsRunning] == 2)
    #expect(read.gauges[.kvCacheUsage] == 0.0134)
    #expect(read.counters[.promptTokens] == 48123)
    #expect(read.counters[.requestsSucceeded] == 48)
    #expect(read.histograms[.timeToFirstToken]?.percentile(50) != nil)
    #expect(read.others.isEmpty, "\(read.others.map(\.name))")
  }

  @Test("of MindIE are understood whole")
  func mindIE() throws {
    let read = try reading("mindie-metrics.prom")
    #expect(read.gauges[.requestsRunning] == 20)
    #expect(read.gauges[.kvCacheUsage] == 0.11)
    #expect(read.gauges[.prefixCacheHitRate] == 0.5)
    #expect(read.counters[.requestsReceived] == 3188)
    let first = try #require(read.histograms[.timeToFirstToken])
    #expect(first.count == 4)
    #expect(abs(try #require(first.mean) - 3.1675) < 1e-9)
    #expect(first.percentile(50)?.lower == 0.25)
    #expect(read.histograms[.interTokenLatency]?.count == 3)
    #expect(read.others.isEmpty, "\(read.others.map(\.name))")
  }
}
