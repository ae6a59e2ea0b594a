import NPUBase
import NPUTelemetry
import Testing

@testable import NPUReliability

@Suite("What is watched beside a soak")
struct SoakWatchTests {
  private func second(_ second: Double) -> MonotonicInstant { MonotonicInstant(nanoseconds: Int64(second * 1e9)) }

  private func series(_ readings: [(second: Double, running: Int, waiting: Int?, cache: Double?)])
    -> ServerMetricsSeries
  {
    var series = ServerMetricsSeries()
    for reading in readings {
      var text = "vllm:num_requests_running \(reading.running)\n"
      if let waiting = reading.waiting { text += "vllm:num_requests_waiting \(waiting)\n" }
      if let cache = reading.cache { text += "vllm:kv_cache_usage_perc \(cache)\n" }
      let scrape = MetricScrape(parsing: text)
      series.add(ServerMetricsReading(scrape), at: second(reading.second))
    }
    return series
  }

  @Test("The KV cache of a server that idles is that of the last reading without a request")
  func idleCache() throws {
    let series = series([
      (1, 0, 0, 0.9), (11, 4, 2, 0.5), (12, 0, 0, 0.1), (13, 0, nil, 0.2), (14, 2, 0, 0.6), (21, 0, 0, 0.7),
    ])
    let server = try #require(SoakResources.Server(series, from: second(10), to: second(20)))
    #expect(server.cacheIdle == 0.2 && server.cachePeak == 0.6)
    #expect(server.running == 1.5 && server.restarts == 0)
  }

  @Test("A server that never idles, or does not tell, has no such figure; one that was not read has none at all")
  func unknown() throws {
    let busy = try #require(SoakResources.Server(series([(1, 1, 0, 0.5)]), from: second(0), to: second(2)))
    #expect(busy.cacheIdle == nil && busy.cachePeak == 0.5)
    let silent = try #require(SoakResources.Server(series([(1, 0, 0, nil)]), from: second(0), to: second(2)))
    #expect(silent.cacheIdle == nil && silent.cachePeak == nil)
    #expect(SoakResources.Server(series([(5, 0, 0, 0.5)]), from: second(0), to: second(2)) == nil)
  }
}
