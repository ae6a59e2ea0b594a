import NPUBase
import NPULoad
import NPUTelemetry
import Testing

@testable import NPUReliability

@Suite("What is watched beside a soak")
struct SoakWatchTests {
  private func window(_ readings: [(running: Int, waiting: Int?, cache: Double?)]) -> ServerWindow {
    var telemetry = ServerTelemetry(interval: .seconds(1))
    for (second, reading) in readings.enumerated() {
      var text = "vllm:num_requests_running \(reading.running)\n"
      if let waiting = reading.waiting { text += "vllm:num_requests_waiting \(waiting)\n" }
      if let cache = reading.cache { text += "vllm:kv_cache_usage_perc \(cache)\n" }
      telemetry.add(
        TelemetrySample(
          tick: second, start: MonotonicInstant(nanoseconds: Int64(second) * 1_000_000_000), duration: .zero,
          result: .success(ServerMetricsReading(MetricScrape(parsing: text)))))
    }
    return telemetry.takeWindow()
  }

  @Test("The KV cache of a server that idles is that of the last reading without a request")
  func idleCache() throws {
    let server = try #require(
      SoakResources.Server(window([(4, 2, 0.5), (0, 0, 0.1), (0, nil, 0.2), (0, 3, 0.9), (2, 0, 0.6)])))
    #expect(server.cacheIdle == 0.2 && server.cachePeak == 0.9)
    #expect(server.running == 1.2 && server.waiting == 1.25 && server.restarts == 0)
  }

  @Test("A server that never idles, or does not tell, has no such figure; one that was not read has none at all")
  func unknown() throws {
    let busy = try #require(SoakResources.Server(window([(1, 0, 0.5)])))
    #expect(busy.cacheIdle == nil && busy.cachePeak == 0.5)
    let silent = try #require(SoakResources.Server(window([(0, 0, nil)])))
    #expect(silent.cacheIdle == nil && silent.cachePeak == nil)
    #expect(SoakResources.Server(window([])) == nil)
  }

  /// A tool that cannot be started.
  private struct NoTool: CommandRunner {
    func run(_ command: [String], timeout: Duration, outputLimit: Int) async -> CommandEnd {
      CommandEnd(.notStarted("no \(command[0])"))
    }
  }

  @Test("What was to be read and cannot be is a gap of each window, by its name and with the reason")
  func gaps() async {
    let chips = ChipRecorder(source: ChipCommandSource(runner: NoTool()), plan: SamplingPlan())
    _ = await chips.waitForFirst(atMost: .seconds(600))
    let watch = SoakWatch(
      telemetry: LoadTelemetry(chips: chips),
      processes: [
        ProcessMemory([.init("no such thing")]),
        ProcessMemory([.init("a"), .init("b")], on: ["ssh"], runner: NoTool()),
      ])
    watch.begin()
    for _ in 0..<2 {
      var resources = await watch.ask()
      watch.takeSamples(into: &resources)
      #expect(resources.gaps.keys.sorted() == ["npu", "process a", "process b", "process no such thing"])
      #expect(resources.gaps["npu"]?.contains("no npu-smi") == true)
      #expect(resources.gaps["process a"]?.contains("no ssh") == true)
      #expect(resources.gaps["process no such thing"] == "no process matches 'no such thing'")
    }
    #expect(await watch.unreadProcesses().keys.sorted() == ["a", "b", "no such thing"])
    #expect(watch.list == SoakWatchList(processes: ["no such thing", "a", "b"], chips: true))
    _ = await chips.stop()
  }
}
