import Foundation
import NPUBase
import NPULoad
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTelemetry
import NPUTransport
import TestSupport
import Testing

@Suite("Telemetry beside a load", .timeLimit(.minutes(30)))
struct JoinedRunTests {
  private func session(_ simulator: Simulator, _ transport: CurlTransport, requests: Int) throws -> LoadSession {
    LoadSession(
      plan: try LoadPlan(arrival: .closedLoop(concurrency: 8), stop: .requests(requests)),
      workload: try SimulatedChats(simulator.baseURL), transport: transport)
  }

  @Test("gives chips, energy and the server's own figures of the same requests")
  func joined() async throws {
    let behaviour = Behaviour(
      timeToFirstToken: .milliseconds(40), interTokenLatency: .milliseconds(5), outputTokens: 20)
    // Few samples, so that those before and after the run reach over it however busy the machine is.
    let file = FileManager.default.temporaryDirectory.appending(path: "smi-\(UUID().uuidString)")
    try Data(ChipTable.text(hbmUsed: 31_000, power: 120, aiCore: 64).utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try await withSimulator(behaviour: behaviour) { simulator in
      let load = try CurlTransport()
      let scraping = try CurlTransport()
      let chips = ChipRecorder(
        source: ChipFileSource(path: file.path), plan: SamplingPlan(interval: .seconds(5)), log: nil
      ) { $0.chipReadings }
      let source = try ServerMetricsSource(
        transport: scraping, service: try ServiceConfiguration(simulator.baseURL), model: "simulated-chat")
      let server = ServerRecorder(
        source: source, plan: SamplingPlan(interval: .milliseconds(50), timeout: .seconds(300)))
      #expect(await chips.waitForFirst(atMost: .seconds(300)) == nil)
      #expect(await server.waitForFirst(atMost: .seconds(300)) == nil)
      var session = try session(simulator, load, requests: 64)
      session.telemetry = LoadTelemetry(chips: chips, server: server, serverAddress: simulator.baseURL + "/metrics")
      let report = try await session.run().report

      #expect(report.requests.completed == 64)
      let npu = try #require(report.npu)
      let chip = try #require(npu.chips.first)
      #expect(chip.memoryPeakBytes == 31_000 << 20)
      #expect(chip.aiCoreMean == 64)
      #expect(abs(try #require(npu.energyJoules) - 120 * report.window.seconds) < 1e-6)
      #expect(
        abs(try #require(npu.energyPerOutputToken) - 120 * report.window.seconds / Double(64 * 20)) < 1e-6)
      #expect(npu.verdicts.first { $0.subject == .headroom }?.outcome == .warning)

      let metrics = try #require(report.serverMetrics)
      #expect(metrics.firstGap == nil)
      let first = try #require(metrics.time(.timeToFirstToken))
      #expect(first.count == 64)
      #expect(try #require(first.mean) >= 40)
      #expect(try #require(first.mean) <= (try #require(report.latencies.timeToFirstToken.maximum)))
      #expect(try #require(metrics.counts["generation_tokens"]) >= 64 * 20)
      #expect(metrics.levels["requests_running"] != nil)
      #expect(metrics.time(.queueTime) != nil)

      let text = ReportText(report).console
      for word in [
        "Server's own times (ms)", "NPU verdicts", "energy per output token", "31000", "headroom of chip 2/0",
      ] {
        #expect(text.contains(word), "no \(word)")
      }
      #expect(!ReportText(report).markdown.isEmpty)
      let again = try LoadReport(json: report.json())
      #expect(again.npu == report.npu)
      #expect(again.serverMetrics == report.serverMetrics)
      let summary = try JSONDecoder().decode(JSONValue.self, from: Data(report.summaryJSON().utf8))
      #expect(summary["npu"]?["chips"]?.array?.count == 1)
      #expect(summary["npu"]?["energy_per_output_token_j"]?.number == npu.energyPerOutputToken)
      #expect(summary["server_metrics"]?["times_ms"]?["ttft"]?["count"]?.number == first.count)
    }
  }

  @Test("leaves a report without telemetry as it was")
  func without() throws {
    let report = try LoadReportBuilder(run: RunDescription(), options: .init()).report()
    #expect(report.npu == nil && report.serverMetrics == nil)
    #expect(try !report.summaryJSON().contains("\"npu\""))
    #expect(!ReportText(report).console.contains("NPU"))
  }

  @Test("says why there are no figures when tool and address fail, and measures the load all the same")
  func failures() async throws {
    try await withSimulator(behaviour: Behaviour(timeToFirstToken: .milliseconds(5), outputTokens: 3)) { simulator in
      let transport = try CurlTransport()
      let chips = ChipRecorder(
        source: ChipCommandSource(command: ["no-such-npu-smi"]), plan: SamplingPlan(interval: .milliseconds(20)))
      let server = ServerRecorder(
        source: try ServerMetricsSource(
          transport: transport, service: try ServiceConfiguration(simulator.baseURL), route: "/no/metrics"),
        plan: SamplingPlan(interval: .milliseconds(20)))
      #expect(await chips.waitForFirst(atMost: .seconds(300))?.contains("no-such-npu-smi") == true)
      #expect(await server.waitForFirst(atMost: .seconds(300))?.contains("404") == true)
      var session = try session(simulator, try CurlTransport(), requests: 8)
      session.telemetry = LoadTelemetry(chips: chips, server: server, serverAddress: "here")
      let report = try await session.run().report
      #expect(report.requests.completed == 8)
      #expect(report.npu?.chips.isEmpty == true)
      #expect(report.npu?.gaps.first?.kind == "not_started")
      #expect(report.npu?.gaps.first?.example.contains("/usr/local/sbin") == true)
      #expect(ReportText(report).console.contains("no chip was read: no-such-npu-smi"))
      #expect(report.npu?.energyPerOutputToken == nil)
      #expect(report.serverMetrics?.readings == 0)
      #expect(report.serverMetrics?.firstGap?.contains("404") == true)
      #expect(ReportText(report).console.contains("gaps not_started"))
    }
  }
}
