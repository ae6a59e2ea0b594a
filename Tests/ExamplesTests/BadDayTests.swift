import Foundation
import NPUSimulator
import NPUTestKit
import TestSupport
import Testing

@Suite("Bad days of the bench tools", .serialized, .timeLimit(.minutes(30)))
struct BadDayTests {
  private static let fixed = ["--dataset-name", "fixed", "--output-len", "5"]

  @Test("A run that is killed leaves a journal of all that had ended, and the journal replays")
  func killed() async throws {
    // What never answers keeps the buffer from filling: only the clock writes the three lines.
    let behaviour = Bench.behaviour.with {
      $0.fault = Fault(.noResponse)
      $0.faultRequests = Array(3..<1_000)
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let folder = try ExamplesTests.TemporaryFolder()
      let bench = try Example(
        "llm-bench",
        [
          "--base-url", simulator.baseURL, "--num-prompts", "1000", "--max-concurrency", "2", "--journal",
          folder.file("j"),
        ]
          + Self.fixed)
      while ((try? folder.text("j")) ?? "").split(separator: "\n").count < 4 {
        try await Task.sleep(for: .milliseconds(20))
      }
      bench.send(SIGKILL)
      #expect(try await bench.ending().wasKilled)
      let replay = try await Example.run("llm-bench", ["--replay", folder.file("j"), "--json"])
      let report = try replay.json()
      #expect(replay.status == 1)
      #expect(report["completed"]?.integer == 3)
      #expect(report["report"]?["incompleteReason"]?.string?.contains("killed") == true)
    }
  }

  @Test("Too few descriptors for the requests at one time are an error before the first, which says what to do")
  func fewDescriptors() async throws {
    try await withSimulator(behaviour: Bench.behaviour) { simulator in
      let run = try await Example.run(
        "llm-bench",
        ["--base-url", simulator.baseURL, "--num-prompts", "900", "--max-concurrency", "900"] + Self.fixed,
        after: "ulimit -n 256")
      #expect(run.status == 2)
      for word in ["900 connections", "ulimit -n", "256", "--cap-concurrency"] {
        #expect(run.errors.contains(word), "no \(word) in \(run.errors)")
      }
      #expect(simulator.counters.generations == 0)
    }
  }

  @Test(
    "All connections that a request or a check opens count",
    arguments: [
      ("task-bench", ["--num-prompts", "9", "--max-concurrency", "9", "--batch-size", "100"], "900 connections"),
      ("llm-check", ["--concurrent-requests", "900"], "900 connections"),
    ])
  func countedConnections(tool: String, arguments: [String], words: String) async throws {
    try await withSimulator(behaviour: Bench.behaviour) { simulator in
      let run = try await Example.run(
        tool, ["--base-url", simulator.baseURL] + arguments, after: "ulimit -n 256")
      #expect(run.status == 2)
      for word in [words, "ulimit -n", "256"] { #expect(run.errors.contains(word), "no \(word) in \(run.errors)") }
      #expect(run.output.isEmpty, "\(run.output)")
    }
  }

  @Test("Where the user agrees, fewer are sent at one time, and none fails")
  func capped() async throws {
    try await withSimulator(behaviour: Bench.behaviour) { simulator in
      let run = try await Example.run(
        "llm-bench",
        [
          "--base-url", simulator.baseURL, "--num-prompts", "600", "--max-concurrency", "600", "--cap-concurrency",
          "--json",
        ] + Self.fixed, after: "ulimit -n 200")
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.errors.contains("limits of this machine"))
      #expect(try run.json()["completed"]?.integer == 600)
      #expect(simulator.counters.peakConnections < 200)
    }
  }

  @Test("Descriptors that run out in a run are told as such, and never as a failure of the service")
  func descriptorsRunOut() async throws {
    let slow = Bench.behaviour.with { $0.timeToFirstToken = .seconds(5) }
    try await withSimulator(behaviour: slow) { simulator in
      let run = try await Example.run(
        "llm-bench",
        ["--base-url", simulator.baseURL, "--num-prompts", "400", "--request-rate", "inf", "--json"] + Self.fixed,
        after: "ulimit -n 150")
      let report = try run.json()
      let failures = report["report"]?["requests"]?["failures"]?.array ?? []
      #expect(failures.map { $0["kind"]?.string } == ["client_descriptors"], "\(failures)")
      // What connections may not have is left to the runtime, which ends the process where it can open nothing.
      #expect((1...124).contains(report["completed"]?.integer ?? 0))
      #expect(run.status == 1)
      #expect(run.output.contains("limit of this machine"))
    }
  }

  @Test("A signal that is sent to end a tool ends it, and no trace is printed first", arguments: [SIGABRT, SIGQUIT])
  func abortion(signal: Int32) async throws {
    // With the runtime's traces on the first such signal only made one, and the tool went on.
    let simulator = try Example("npu-simulator", ["--port", "0"], environment: ["SWIFT_BACKTRACE": "enable=yes"])
    _ = try await simulator.firstLine()
    simulator.send(signal)
    let ending = try await simulator.ending()
    #expect(ending.wasKilled)
    #expect(ending.status == signal)
    #expect(ending.errors == "")
  }

  @Test("A service that is silent before the first request is named within seconds")
  func silentService() async throws {
    let (listener, port) = try Loopback.listen(backlog: 8)
    defer { Loopback.close(listener) }
    let bench = try Example(
      "llm-bench", ["--base-url", "http://127.0.0.1:\(port)", "--num-prompts", "1"] + Self.fixed)
    try await bench.says("Still waiting for an answer of http://127.0.0.1:\(port)")
    bench.send(SIGKILL)
    #expect(try await bench.ending().wasKilled)
  }
}
