import Foundation
import NPUSimulator
import NPUTestKit
import Testing

@Suite("llm-bench with telemetry", .serialized)
struct LLMBenchTelemetryTests {
  /// A program that prints the table of one chip.
  private func tool(in folder: TemporaryFolder) throws -> String {
    let table = """
      | npu-smi 24.1.rc2                 Version: 24.1.rc2                                             |
      +---------------------------+---------------+----------------------------------------------------+
      | NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
      | Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
      +===========================+===============+====================================================+
      | 2     910B4               | OK            | 100.0       40                0    / 0             |
      | 0                         | 0000:81:00.0  | 50          0    / 0          3000 / 32768         |
      +===========================+===============+====================================================+
      """
    let path = try folder.write("#!/bin/sh\ncat <<'END'\n\(table)\nEND\n", to: "npu tool")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return "'\(path)'"
  }

  @Test("adds chips and the server's metrics to the one object of --json, and keeps every sample in a log")
  func json() async throws {
    let folder = try TemporaryFolder()
    let run = try await Bench.run([
      "--json", "--npu-command", try tool(in: folder), "--npu-interval", "5", "--npu-log", folder.file("npu.jsonl"),
      "--metrics-url", "/metrics", "--metrics-interval", "0.05",
    ])
    #expect(run.status == 0, "\(run.errors)")
    let report = try run.json()
    let npu = try #require(report["npu"])
    #expect(npu["chips"]?.array?.first?["hbm_peak_bytes"]?.integer == 3000 << 20)
    #expect(try #require(npu["energy_per_output_token_j"]?.number) > 0)
    #expect(npu["samples_missed"] != nil)
    #expect(npu["verdicts"]?.array?.count == 4)
    #expect(report["server_metrics"]?["times_ms"]?["ttft"] != nil)
    #expect(report["report"]?["npu"] == report["npu"])
    let samples = try folder.jsonLines("npu.jsonl")
    #expect(samples.count >= 2)
    #expect(samples.first?["chips"]?.array?.first?["power_w"]?.number == 100)
  }

  @Test("has the same flags in every bench tool", arguments: ["image-bench", "audio-bench", "task-bench"])
  func everyTool(name: String) async throws {
    let folder = try TemporaryFolder()
    let small = name == "audio-bench" ? ["--audio-seconds", "0.1"] : ["--steps", "1", "--size", "64x64"]
    try await withSimulator { simulator in
      let run = try await Example.run(
        name,
        ["--base-url", simulator.baseURL, "--num-prompts", "2", "--json"] + small + [
          "--npu-command", try tool(in: folder), "--npu-interval", "5", "--npu-log", folder.file("npu.jsonl"),
          "--metrics-url", "/metrics", "--metrics-interval", "0.05",
        ])
      #expect(run.status == 0, "\(run.errors)")
      let report = try run.json()
      #expect(report["npu"]?["chips"]?.array?.first?["hbm_peak_bytes"]?.integer == 3000 << 20)
      #expect(report["npu"]?["verdicts"]?.array?.count == 4)
      #expect(report["server_metrics"] != nil)
      #expect(try !folder.jsonLines("npu.jsonl").isEmpty)
      let table = try await Example.run(
        name,
        ["--base-url", simulator.baseURL, "--num-prompts", "2", "--npu-command", try tool(in: folder)] + small)
      #expect(table.lines.contains { $0.hasPrefix("  2/0") && $0.contains("3000") }, "\(table.output)")
    }
  }

  @Test("prints a table of the chips, and the saved result holds them too")
  func table() async throws {
    let folder = try TemporaryFolder()
    let run = try await Bench.run([
      "--npu-command", try tool(in: folder), "--npu-interval", "5", "--save-result", "--result-dir", folder.path,
      "--result-filename", "result.json",
    ])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.contains { $0.hasPrefix("  2/0") && $0.contains("3000") })
    #expect(Bench.value("energy per output token", run)?.hasSuffix("J") == true)
    let saved = try #require(try folder.jsonLines("result.json").first)
    #expect(saved["nputestkit"]?["report"]?["npu"]?["chips"]?.array?.count == 1)
  }

  @Test("goes on without a tool, and says what is missing")
  func missingTool() async throws {
    let run = try await Bench.run(["--npu-command", "no-such-npu-smi", "--metrics-url", "http://127.0.0.1:9/metrics"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(Bench.value("completed", run) == "6")
    #expect(run.errors.contains("no-such-npu-smi"))
    #expect(run.errors.contains("no metrics were read"))
  }

  @Test(
    "refuses options that cannot work before anything is sent",
    arguments: [
      ["--npu-command", "'open"], ["--npu", "--npu-interval", "0"], ["--npu-log", "x"],
      ["--metrics-url", "http://u:p@h/metrics"],
      ["--npu", "--npu-temperature-limit", "nan"], ["--npu", "--npu-leak-limit", "0"],
      ["--npu", "--npu-leak-limit", "inf"],
    ])
  func refusals(_ arguments: [String]) async throws {
    let run = try await Bench.run(arguments)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    #expect(!run.errors.contains("u:p@"))
  }
}
