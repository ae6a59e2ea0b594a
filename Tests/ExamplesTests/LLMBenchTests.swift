import NPUSimulator
import NPUTestKit
import Testing

@Suite("llm-bench", .serialized)
struct LLMBenchTests {
  @Test("Without an address it says in its first line that it measures the built-in simulator")
  func builtIn() async throws {
    let run = try await Example.run("llm-bench", Bench.small)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.first?.contains("built-in simulator") == true)
    #expect(run.lines.first?.contains("--base-url") == true)
    #expect(Bench.value("completed", run) == "6")
    #expect(run.lines.contains { $0.hasPrefix("  TTFT") })
    #expect(!run.errors.contains("Swift/"), "\(run.errors)")
  }

  @Test("With --json the output is one object with its counts at the top, and the rest is on standard error")
  func json() async throws {
    let run = try await Example.run("llm-bench", Bench.small + ["--json"])
    let report = try run.json()
    #expect(run.status == 0)
    #expect(run.output.hasSuffix("}\n"))
    #expect(report["completed"]?.integer == 6)
    #expect(report["failed"]?.integer == 0)
    for key in ["request_throughput", "mean_ttft_ms", "p99_tpot_ms", "p99_itl_ms", "median_e2e_ms", "report"] {
      #expect(report[key] != nil, "no \(key)")
    }
    #expect(run.errors.contains("built-in simulator"))
  }

  @Test("Markdown is nothing but Markdown")
  func markdown() async throws {
    let run = try await Bench.run(["--markdown"])
    #expect(run.output.hasPrefix("### Requests\n\n| figure | value |\n"))
    #expect(run.output.contains("| TTFT | 6 |"))
  }

  @Test("Markdown goes to a file beside the table, or to standard output in its place")
  func markdownFile() async throws {
    let folder = try TemporaryFolder()
    let run = try await Bench.run(["--markdown", folder.file("report.md"), "--journal", folder.file("j")])
    #expect(run.status == 0, "\(run.errors)")
    #expect(Bench.value("completed", run) == "6")
    let again = try await Example.run("llm-bench", ["--replay", folder.file("j"), "--markdown", "-"])
    #expect(try folder.text("report.md") == again.output.dropLast())
    let both = try await Example.run("llm-bench", ["--json", "--markdown", "-"])
    #expect(both.status == 2)
    #expect(both.errors.contains("both want the standard output"))
  }

  @Test("Help names every group of options and what the exit statuses mean")
  func help() async throws {
    let run = try await Example.run("llm-bench", ["--help"])
    #expect(run.status == 0)
    for word in ["SERVICE:", "LOAD:", "PROMPTS:", "OUTPUT:", "Exit status", "--base-url <url>", "--slo <limit>"] {
      #expect(run.output.contains(word), "no \(word)")
    }
    #expect(run.lines.allSatisfy { $0.count <= 80 })
  }

  @Test("A closed loop holds its concurrency, and its report has no line about a schedule")
  func closedLoop() async throws {
    var peak = 0
    // A response takes so long that the other two have begun before it ends.
    let run = try await Bench.run(
      ["--max-concurrency", "3", "--ramp-up", "0"], Bench.behaviour.with { $0.timeToFirstToken = .milliseconds(500) },
      load: ["--num-prompts", "9", "--dataset-name", "fixed"]
    ) { peak = $0.counters.peakConnections }
    #expect(run.status == 0)
    #expect(Bench.value("load", run) == "closed loop, 3 at a time")
    #expect(Bench.value("concurrency", run)?.hasSuffix("peak 3") == true)
    #expect(peak == 3)
    #expect(Bench.value("offered, achieved", run) == nil)
  }

  @Test("An open loop follows its rate, keeps its cap, and tells the wait from the response")
  func openLoop() async throws {
    let slow = Bench.behaviour.with { $0.timeToFirstToken = .milliseconds(300) }
    let flags = ["--request-rate", "100", "--burstiness", "0.5", "--max-concurrency", "2"]
    let folder = try TemporaryFolder()
    let run = try await Bench.run(flags + ["--journal", folder.file("j")], slow)
    #expect(run.status == 0)
    #expect(Bench.value("load", run) == "open loop, gamma 100/s with burstiness 0.5, at most 2 at a time")
    #expect(Bench.value("concurrency", run)?.hasSuffix("peak 2") == true)
    #expect(Bench.value("offered, achieved", run) != nil)
    #expect(run.output.contains("TTFT from intended"))
    #expect(run.output.replacing("\n    ", with: " ").contains("From the instant that the schedule intended"))
    let records = try folder.jsonLines("j").filter { $0["index"] != nil }
    let late = records.compactMap { record in
      record["planned_ns"]?.integer.flatMap { planned in record["start_ns"]?.integer.map { $0 - planned } }
    }
    #expect(late.count == 6)
    #expect(late.allSatisfy { $0 >= 0 })
    #expect((late.max() ?? 0) > 50_000_000)
  }

  @Test("A rate can grow over the run, and a warm-up can last for some time")
  func rampUp() async throws {
    let flags = ["--ramp-up-strategy", "linear", "--ramp-up-start-rps", "20", "--ramp-up-end-rps", "200"]
    let run = try await Bench.run(flags + ["--warmup-duration", "0.02", "--json"])
    #expect(run.status == 0, "\(run.errors)")
    let report = try run.json()["report"]
    #expect(
      report?["run"]?["plan"]?.string == "open loop, Poisson 20 to 200/s, linear over 6 requests",
      "\(report?["run"] as Any)")
    let refused = try await Bench.run(flags + ["--request-rate", "3"])
    #expect(refused.status == 2)
    #expect(refused.errors.contains("--request-rate"))
  }

  @Test("An unlimited rate sends all requests at once")
  func allAtOnce() async throws {
    let run = try await Bench.run(["--request-rate", "inf"])
    #expect(run.status == 0)
    #expect(Bench.value("load", run) == "open loop, all at once")
  }

  @Test("A duration ends the run, and warm-ups are not counted")
  func duration() async throws {
    // Nothing but the duration ends it.
    let load = ["--duration", "1", "--num-warmups", "4", "--dataset-name", "fixed", "--max-concurrency", "2"]
    let run = try await Bench.run(["--json"], load: load)
    let report = try run.json()["report"]
    #expect(run.status == 0, "\(run.errors)")
    #expect(report?["requests"]?["warmup"]?.integer == 4)
    #expect(report?["run"]?["planned_requests"] == nil)
    #expect(report?["incompleteReason"] == nil)
    #expect(try #require(report?["requests"]?["completed"]?.integer) >= 1)
  }

  @Test("Completions are measured like chats")
  func completions() async throws {
    var paths: Set<String> = []
    let run = try await Bench.run(["--protocol", "openai", "--json"]) { simulator in
      paths = Set(simulator.requests.map(\.path))
    }
    #expect(run.status == 0, "\(run.errors)")
    #expect(try run.json()["completed"]?.integer == 6)
    #expect(paths.contains("/v1/completions"))
    #expect(!paths.contains("/v1/chat/completions"))
  }

  @Test("Reasoning and tool calls are tokens: their first one is the first token")
  func reasoning() async throws {
    let thoughtful = Bench.behaviour.with {
      $0.reasoningTokens = 5
      $0.interTokenLatency = .milliseconds(200)
    }
    let load = ["--num-prompts", "4", "--dataset-name", "fixed", "--output-len", "11"]
    let report = try await Bench.run(["--json"], thoughtful, load: load).json()["report"]?["latencies"]
    let first = try #require(report?["ttft_ms"]?["mean"]?.number)
    let content = try #require(report?["ttfc_ms"]?["mean"]?.number)
    // A second lies between them at the service: however late a client reads, it does not read all of them at once.
    #expect(content > first)

    let tools = """
      {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}], \
      "tool_choice": "required"}
      """
    let calling = try await Bench.run(
      ["--json", "--extra-body", tools], Bench.behaviour.with { $0.toolCalls = 1 }, load: load
    ).json()
    #expect(calling["completed"]?.integer == 4)
    #expect(calling["report"]?["latencies"]?["ttft_ms"]?["count"]?.integer == 4)
    #expect(calling["report"]?["latencies"]?["ttfc_ms"]?["count"]?.integer == 0)
  }

  @Test("Prompts come from files too, and from one text")
  func promptFiles() async throws {
    let folder = try TemporaryFolder()
    let custom = try folder.write(
      "{\"prompt\": \"one\", \"output_tokens\": 3}\n{\"messages\": [{\"role\": \"user\", \"content\": \"two\"}]}\n",
      to: "custom.jsonl")
    let answer = "It has five words and six more of them for the length."
    let shared = try folder.write(
      """
      [{"conversations": [{"from": "human", "value": "Tell me what a stream of tokens is, please."},
      {"from": "gpt", "value": "\(answer)"}]}]
      """, to: "shared.json")
    for (name, path, texts) in [
      ("custom", custom, ["one", "two"]), ("sharegpt", shared, ["what a stream of tokens is"]),
    ] {
      var bodies = ""
      let run = try await Bench.run(["--dataset-name", name, "--dataset-path", path], load: ["--num-prompts", "4"]) {
        bodies = $0.requests.filter { $0.path == "/v1/chat/completions" }
          .map { String(decoding: $0.body, as: UTF8.self) }.joined()
      }
      #expect(run.status == 0, "\(run.errors)")
      #expect(Bench.value("completed", run) == "4")
      #expect(texts.allSatisfy { bodies.contains($0) }, "\(bodies)")
    }
    var body = ""
    _ = try await Bench.run(["--prompt", "What is a token?"], load: ["--num-prompts", "1", "--dataset-name", "fixed"]) {
      body = String(decoding: $0.requests.last?.body ?? [], as: UTF8.self)
    }
    #expect(body.contains("What is a token?"))
  }

  @Test("The report says how the lengths of the prompts are known")
  func promptLengths() async throws {
    let verified = try await Bench.run()
    #expect(Bench.value("prompt lengths", verified) == "verified 6")
    #expect(verified.errors.contains("counted by the service's own tokenizer"))
    let unknown = try await Bench.run(["--model", "elsewhere"], Bench.behaviour.with { $0.models = ["here"] })
    #expect(unknown.errors.contains("estimated"))
    #expect(unknown.errors.contains("does not list a model \"elsewhere\"; it lists here."))
  }

  @Test("The requests are reported in the definitions of nine tools")
  func dialects() async throws {
    let run = try await Bench.run(["--dialects", "all"])
    #expect(run.status == 0)
    for dialect in MetricDialect.all {
      #expect(run.output.contains("As \(dialect.title) \(dialect.version) would report (ms)"))
    }
  }
}
