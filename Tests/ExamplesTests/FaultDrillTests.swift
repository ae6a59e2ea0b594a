import Foundation
import NPUSimulator
import NPUTestKit
import TestSupport
import Testing

@testable import fault_drill

/// fault-drill as a user runs it.
struct FaultDrillTests {
  @Test("the list names every scenario and what is expected")
  func list() async throws {
    let ending = try await Example.run("fault-drill", ["--list"])
    #expect(ending.status == 0)
    for scenario in FaultScenario.all { #expect(ending.lines.contains("\(scenario.id): \(scenario.about.title)")) }
  }

  @Test(
    "a line of one program becomes it, and one that does more stays as it is",
    arguments: [
      ("vllm serve /m --port 8000", true), ("ASCEND_RT_VISIBLE_DEVICES=0 vllm serve /m", false),
      ("source /usr/local/set_env.sh && exec vllm serve /m", false), ("cd /srv", false),
      ("ulimit -n 65536; vllm", false),
    ])
  func commandLine(_ line: String, isOneProgram: Bool) {
    #expect(ProcessOptions.line(of: line) == (isOneProgram ? "exec " + line : line))
  }

  @Test(
    "what cannot be meant is refused with status 2 and what to do",
    arguments: [
      (["--scenario", "nonsense"], "there are corrupted-json"),
      (["--command", "sleep 1"], "--command needs --base-url"),
      (["--restore", "device-error=true"], "needs --inject"), (["--inject", "kill-restart=true"], "takes a command"),
      (["--timeout", "3"], "--probe-timeout"), (["--disconnects", "0"], "--disconnects"),
      (["--list", "--json"], "--list"), (["--npu-timeout", "3"], "--npu-timeout needs --npu"),
    ] as [([String], String)])
  func refused(_ arguments: [String], _ words: String) async throws {
    let ending = try await Example.run("fault-drill", arguments)
    #expect(ending.status == 2)
    #expect(ending.errors.contains(words), "\(ending.errors)")
  }

  @Test("without a service the built-in one is drilled, over a proxy that cuts its network")
  func embedded() async throws {
    let ending = try await Example.run(
      "fault-drill", ["--scenario", "network-cut", "kill-restart", "corrupted-json", "--json"])
    #expect(ending.status == 0, "\(ending.errors)")
    let results = try #require(try ending.json()["results"]?.array)
    #expect(results.compactMap { $0["verdict"]?.string } == ["pass", "pass", "pass"])
    #expect(ending.errors.contains("network-cut: pass"))
  }

  @Test("metrics of another address prove the drain, or that they are the wrong ones; npu-smi is asked for the state")
  func evidence() async throws {
    // Streams that are still open when the metrics are read, however slowly that goes.
    let behaviour = Behaviour.exemplary.with {
      $0.interTokenLatency = .milliseconds(20)
      $0.outputTokens = 1000
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let other = try await Simulator.start()
      let addresses = [("\(simulator.baseURL)/metrics", "pass"), ("\(other.baseURL)/metrics", "undecided")]
      for (url, verdict) in addresses {
        let ending = try await Example.run(
          "fault-drill",
          [
            "--base-url", simulator.baseURL, "--scenario", "disconnects", "--disconnects", "20", "--metrics-url", url,
            "--probe-interval", "0.05", "--json",
          ])
        let results = try #require(try ending.json()["results"]?.array)
        #expect(results.compactMap { $0["verdict"]?.string } == [verdict], "\(ending.output)")
      }
      try await other.shutDown()
      let smi = "\(try Example.path(of: "npu-smi-simulator")) --load 0.4"
      let ending = try await Example.run(
        "fault-drill",
        [
          "--base-url", simulator.baseURL, "--scenario", "network-cut", "--npu-command", smi, "--hold", "0",
          "--canary-timeout", "1", "--probe-interval", "0.05", "--json",
        ])
      #expect(ending.status == 0, "\(ending.output) \(ending.errors)")
      let states = try #require(try ending.json()["results"]?.array?.first?["states"]?.array)
      #expect(states.contains { $0["reading"]?["evidence"]?["ai_core_percent"]?.number != nil }, "\(states)")
    }
  }

  @Test("a key shows in no error, wherever the log has it from")
  func keyInLog() async throws {
    let port = try Loopback.portToTry()
    let ending = try await Example.run(
      "fault-drill",
      [
        "--base-url", "http://127.0.0.1:\(port)", "--api-key", "sesame-open-1", "--command",
        "echo keys sesame-open-1 and sesame-open-2, no such model >&2; exit 3; serve --api-key sesame-open-2",
      ])
    #expect(ending.status == 2)
    #expect(ending.errors.contains("no such model"), "\(ending.errors)")
    #expect(!ending.errors.contains("sesame-open"), "\(ending.errors)")
  }

  @Test("a service that breaks fails the drill with status 1, in every form of the report")
  func breaks() async throws {
    let behaviour = Behaviour.exemplary.with { $0.breakdown = Breakdown(.refusal, .closes) }
    try await withSimulator(behaviour: behaviour) { simulator in
      let folder = try TemporaryFolder()
      let ending = try await Example.run(
        "fault-drill",
        [
          "--base-url", simulator.baseURL, "--scenario", "corrupted-json", "--recovery-timeout", "1", "--probe-timeout",
          "3", "--junit", folder.file("drill.xml"), "--markdown", folder.file("drill.md"),
        ])
      #expect(ending.status == 1, "\(ending.output)")
      #expect(ending.output.contains("FAIL: right responses come again"))
      #expect(try folder.text("drill.xml").contains("<failure"))
      #expect(try folder.text("drill.md").contains("FAIL: right responses come again"))
    }
  }

  @Test("a service that the drill starts is killed, stopped, started twice, and recovers")
  func process() async throws {
    let port = try Loopback.portToTry()
    let command = "\(try Example.path(of: "npu-simulator")) --port \(port) --exemplary"
    let ending = try await Example.run(
      "fault-drill",
      [
        "--base-url", "http://127.0.0.1:\(port)", "--command", command, "--scenario", "port-in-use", "stop-continue",
        "kill-restart", "restart", "--canary-timeout", "1", "--hold", "0", "--json",
      ])
    #expect(ending.status == 0, "\(ending.output) \(ending.errors)")
    let results = try #require(try ending.json()["results"]?.array)
    #expect(results.compactMap { $0["verdict"]?.string } == ["pass", "pass", "pass", "pass"])
    let states = results.map { $0["states"]?.array?.compactMap { $0["reading"]?["state"]?.string } ?? [] }
    #expect(states.dropFirst().first?.contains("hung") == true)
    #expect(states.dropFirst(2).first?.contains("dead") == true)
    // Nothing is left of it.
    await #expect(throws: (any Error).self) {
      _ = try await Service("http://127.0.0.1:\(port)").health.models()
    }
  }

  @Test("a command that starts nothing is status 2, with what it said")
  func doesNotStart() async throws {
    let port = try Loopback.portToTry()
    let ending = try await Example.run(
      "fault-drill",
      ["--base-url", "http://127.0.0.1:\(port)", "--command", "sh -c 'echo no such model >&2; exit 3'"])
    #expect(ending.status == 2)
    #expect(ending.errors.contains("no such model"), "\(ending.errors)")
  }
}
