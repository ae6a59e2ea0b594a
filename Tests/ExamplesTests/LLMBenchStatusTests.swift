import Foundation
import NPUSimulator
import NPUTestKit
import Testing

@Suite("Exit status of llm-bench", .serialized)
struct LLMBenchStatusTests {
  @Test("Limits that are kept give 0, one that is missed gives 1, and all are shown")
  func limits() async throws {
    let kept = [
      "ttft:p99<900s", "e2el:p99<900s", "ttft_from_intended:mean<900s", "failure_rate<1%", "output_throughput>0.01",
    ]
    let good = try await Bench.run(
      ["--slo"] + kept + ["--goodput", "ttft:900000", "e2el:900000", "ttft_from_intended:900000"])
    #expect(good.status == 0, "\(good.errors)")
    #expect(good.lines.count { $0.contains("needed") && $0.contains(": pass") } == kept.count, "\(good.output)")
    #expect(Bench.value("goodput", good)?.contains("100.00 %") == true)

    let missed = try await Bench.run(["--slo", "ttft:p99<900s", "ttft:p50<1us", "--goodput", "e2el:0.001"])
    #expect(missed.status == 1)
    #expect(missed.lines.contains { $0.contains("ttft:p50 = ") && $0.hasSuffix("needed < 1 us: fail") })
    #expect(Bench.value("goodput", missed)?.hasPrefix("0.00 req/s") == true)
  }

  @Test("Failures do not end the run: they are counted by class, and limits see them")
  func failures() async throws {
    let broken = Bench.behaviour.with {
      $0.fault = Fault(.reset)
      $0.faultRequests = [1, 3]
    }
    let run = try await Bench.run(["--json"], broken)
    let report = try run.json()
    #expect(run.status == 0)
    #expect(report["completed"]?.integer == 4)
    #expect(report["failed"]?.integer == 2)
    let failures = try #require(report["report"]?["requests"]?["failures"]?.array)
    #expect(failures.count == 1)
    #expect(failures.first?["kind"]?.string == "connection_lost")
    #expect(failures.first?["count"]?.integer == 2)
    // Told as they came, beside the one object.
    #expect(run.errors.split(separator: "\n").count { $0.contains("failed: connection_lost") } == 2, "\(run.errors)")
    #expect(try await Bench.run(["--slo", "failure_rate<1%"], broken).status == 1)
  }

  @Test(
    "Each fault has its class, and the run goes on",
    arguments: [
      (Fault.Kind.status, "http_500"), (.errorEvent, "error_event"), (.truncate, "truncated_body"),
      (.htmlPage, "wrong_content_type"), (.invalidJSON, "malformed_payload"), (.emptyBody, "empty_response"),
      (.stall, "idle_timeout"), (.noResponse, "first_byte_timeout"), (.rawTextError, "raw_text_error"),
    ])
  func faults(kind: Fault.Kind, failure: String) async throws {
    let broken = Bench.behaviour.with {
      $0.fault = Fault(kind).with { $0.afterTokens = 2 }
      $0.faultRequests = [0]
    }
    // Short only where a silence is to be noticed, and not so short that a busy machine makes such silences of its own.
    let run = try await Bench.run(
      [
        "--json", "--idle-timeout", kind == .stall ? "5" : "300",
        "--first-byte-timeout", kind == .noResponse ? "5" : "300",
      ], broken, load: ["--num-prompts", "3", "--dataset-name", "fixed"])
    let report = try run.json()
    #expect(run.status == 0)
    #expect(report["completed"]?.integer == 2)
    #expect(report["report"]?["requests"]?["failures"]?[0]?["kind"]?.string == failure)
  }

  @Test("A run of which nothing is completed gives 2 and a report of why")
  func nothingCompleted() async throws {
    let run = try await Bench.run([], Bench.behaviour.with { $0.fault = Fault(.status) })
    #expect(run.status == 2)
    #expect(Bench.value("failed", run) == "6 (100.00 %)")
    #expect(run.output.contains("6 http_500"))
    let unknown = try await Bench.run(["--model", "elsewhere", "--json"])
    #expect(unknown.status == 2)
    let failure = try unknown.json()["report"]?["requests"]?["failures"]?[0]
    #expect(failure?["kind"]?.string == "http_404")
    #expect(failure?["example"]?.string?.contains("elsewhere") == true)
  }

  @Test(
    "What cannot be run gives 2, nothing on standard output, and one message that names the matter",
    arguments: [
      (["--base-url", "http://127.0.0.1:9"], ["127.0.0.1:9", "Check the address"]),
      (["--base-url", "nonsense"], ["nonsense", "http://"]),
      (["--no-such-flag"], ["--no-such-flag", "--help"]),
      (["--num-prompts", "0"], ["--num-prompts takes 1 to", "found 0"]),
      (["--request-rate", "abc"], ["abc", "--request-rate"]),
      (["--request-rate", "0"], ["--request-rate takes more than 0, or inf", "found 0"]),
      (["--timeout", "nan"], ["nan", "--timeout"]),
      (["--duration", "1e30"], ["1e30", "--duration"]),
      (["--num-warmups=-1"], ["--num-warmups takes 0 to", "found -1"]),
      (["--slo", "nope:p99<1s"], ["nope", "ttft"]), (["--slo", "failure_rate<1"], ["did you mean 1%?"]),
      (["--slo", "ttft<1s"], ["ttft:p99"]),
      (["--goodput", "itl:5"], ["itl", "tpot"]),
      (["--dialects", "nope"], ["nope", "vllm"]),
      (["--metric-percentiles", "101"], ["101", "0 to 100"]),
      (["--save-result", "--percentile-metrics", "nope"], ["nope", "ttft"]),
      (["--save-result", "--metadata", "nope"], ["nope", "key=value"]),
      (["--extra-body", "[1]"], ["JSON object", "[1]"]),
      (["--dataset-name", "custom"], ["--dataset-path"]),
      (["--random-range-ratio", "2"], ["--random-range-ratio takes 0 or more and less than 1", "found 2"]),
      (["--save-result", "--result-dir", "/dev/null/folder"], ["/dev/null/folder", "Not a directory"]),
      (["--replay", "/nonexistent"], ["/nonexistent", "check the path"]),
    ] as [([String], [String])])
  func cannotRun(arguments: [String], words: [String]) async throws {
    let run = try await Example.run(
      "llm-bench",
      arguments + (arguments.contains("--num-prompts") || arguments.contains("--replay") ? [] : ["--num-prompts", "4"]))
    #expect(run.status == 2)
    #expect(!run.wasKilled)
    #expect(run.output == "", "\(run.output)")
    for word in words { #expect(run.errors.contains(word), "no '\(word)' in: \(run.errors)") }
  }

  @Test(
    "A file that cannot be read or written gives 2 before anything is measured",
    arguments: [
      (["--dataset-name", "custom", "--dataset-path", "/nonexistent"], "/nonexistent"),
      (["--dataset-name", "sharegpt", "--dataset-path", "/nonexistent"], "/nonexistent"),
      (["--journal", "/nonexistent/journal"], "create its folder first"),
      (["--cert", "certificate"], "--key"), (["--header", "nocolon"], "--header takes"),
    ] as [([String], String)])
  func files(arguments: [String], word: String) async throws {
    var generations = -1
    let run = try await Bench.run(arguments, load: ["--num-prompts", "6"]) { generations = $0.counters.generations }
    #expect(run.status == 2)
    #expect(generations == 0)
    #expect(run.errors.contains(word), "\(run.errors)")
  }

  @Test(
    "Control-C, a request to terminate and the end of the terminal keep what was measured, say that it is a part, close the journal and give 1",
    arguments: [SIGINT, SIGTERM, SIGHUP])
  func interrupted(signal: Int32) async throws {
    let endless = Bench.behaviour.with { $0.interTokenLatency = .milliseconds(2) }
    try await withSimulator(behaviour: endless) { simulator in
      let folder = try TemporaryFolder()
      let bench = try Example(
        "llm-bench",
        [
          "--base-url", simulator.baseURL, "--dataset-name", "fixed", "--num-prompts", "100000", "--max-concurrency",
          "4", "--output-len", "10", "--journal", folder.file("j"), "--json",
        ])
      try await simulator.wait { $0.completed >= 20 }
      bench.send(signal)
      let run = try await bench.ending()
      #expect(run.status == 1)
      #expect(!run.wasKilled)
      #expect(run.errors.contains("Interrupted"))
      let report = try run.json()
      #expect((report["completed"]?.integer ?? 0) >= 16)
      #expect(report["failed"]?.integer == 0)
      #expect(report["report"]?["incompleteReason"]?.string?.contains("stopped") == true)
      let lines = try folder.jsonLines("j")
      #expect(lines.last == ["complete": false])
      let replay = try await Example.run("llm-bench", ["--replay", folder.file("j"), "--json"])
      #expect(replay.status == 1)
      #expect(replay.output == run.output)
    }
  }
}

extension Fault {
  fileprivate func with(_ change: (inout Fault) -> Void) -> Fault {
    var copy = self
    change(&copy)
    return copy
  }
}
