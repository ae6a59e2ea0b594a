import NPUSimulator
import NPUTestKit
import Testing

@Suite("llm-bench examines responses", .serialized)
struct LLMBenchQualityTests {
  private static let behaviour = Bench.behaviour.with {
    $0.outputTokens = 24
    $0.repeatsQuotes = true
    $0.timeToFirstToken = .zero
    $0.interTokenLatency = .zero
  }
  private static let load = [
    "--num-prompts", "150", "--random-input-len", "12", "--random-output-len", "24", "--no-ignore-eos",
    "--max-concurrency", "8",
  ]
  private static let kinds = [
    "loop", "repeated_token", "foreign_script", "replacement_character", "empty", "truncated", "length_collapse",
    "template_token", "leak", "nan_logprob",
  ]

  private static func count(_ kind: String, _ json: JSONValue) -> Int? {
    json["quality"]?["kinds"]?[kind]?["count"]?.integer
  }

  @Test("Its JSON has the quality with every kind, and its table what was found")
  func figures() async throws {
    let folder = try TemporaryFolder()
    let run = try await Bench.run(
      [
        "--quality", "--temperature", "0", "--alone-cases", "4", "--json", "--journal", folder.file("j"), "--markdown",
        folder.file("r.md"),
      ], Self.behaviour, load: Self.load)
    #expect(run.status == 0, "\(run.errors)")
    let quality = try #require(try run.json()["quality"])
    #expect(quality["answers"]?.integer == 150)
    #expect(quality["wrong"]?.integer == 0)
    for kind in Self.kinds {
      let figures = try #require(quality["kinds"]?[kind])
      #expect(figures["count"]?.integer == 0)
      #expect(figures["low"]?.number == 0)
      #expect((figures["high"]?.number ?? 1) < 0.03)
      #expect(figures["request_ids"]?.array?.isEmpty == true)
    }
    #expect(quality["canaries"]?["right"]?.integer == 3)
    #expect((quality["alone_vs_load"]?["cases"]?.integer ?? 0) >= 3)
    #expect(quality["alone_vs_load"]?["p_value"]?.number == 1)
    #expect(try folder.text("r.md").contains("### Quality"))
    let again = try await Example.run("llm-bench", ["--replay", folder.file("j"), "--quality", "--json"])
    #expect(again.status == 0, "\(again.errors)")
    #expect(try again.json()["quality"]?["kinds"] == quality["kinds"])
  }

  @Test("Lost log-probabilities are found where they are asked for, and a limit on wrong responses is missed")
  func logprobs() async throws {
    let spoiled = Self.behaviour.with { $0.corruption = Corruption([.nanLogprob], rate: 0.2) }
    let run = try await Bench.run(
      ["--quality", "--logprobs", "--slo", "wrong_rate<1%", "--json"], spoiled, load: Self.load)
    #expect(run.status == 1, "\(run.errors)")
    #expect((Self.count("nan_logprob", try run.json()) ?? 0) > 5)
    let unasked = try await Bench.run(["--quality", "--json"], spoiled, load: Self.load)
    #expect(Self.count("nan_logprob", try unasked.json()) == 0)
  }

  @Test("Random prompts let the model end where responses are examined, unless the flag says otherwise")
  func ends() async throws {
    let load = Self.load.filter { $0 != "--no-ignore-eos" }
    func request(_ flags: [String]) async throws -> (ignoresEnd: JSONValue?, notes: String) {
      let run = try await Bench.run(flags + ["--json"], Self.behaviour, load: load)
      #expect(run.status == 0, "\(run.errors)")
      return (try run.json()["report"]?["run"]?["request"]?["ignore_eos"], run.errors)
    }
    let examined = try await request(["--quality"])
    #expect(examined.ignoresEnd == nil && !examined.notes.contains("past its end"))
    #expect(try await request([]).ignoresEnd == true)
    let driven = try await request(["--quality", "--ignore-eos"])
    #expect(driven.ignoresEnd == true && driven.notes.contains("past its end"))
  }

  @Test("A journal without findings is refused, and so are flags that do nothing")
  func refusals() async throws {
    let folder = try TemporaryFolder()
    let plain = try await Bench.run(["--journal", folder.file("j"), "--json"])
    #expect(plain.status == 0)
    #expect(try plain.json()["quality"] == nil)
    let replayed = try await Example.run("llm-bench", ["--replay", folder.file("j"), "--quality"])
    #expect(replayed.status == 2)
    #expect(replayed.errors.contains("record it with --quality --journal"))
    for (flags, words) in [
      (["--canary-share", "0.1"], "needs --quality"), (["--quality", "--canary-share", "0.7"], "0 to 0.5"),
      (["--quality", "--alone-cases", "-1"], "0 to 10000"), (["--logprobs"], "needs --quality"),
    ] {
      let run = try await Example.run("llm-bench", flags)
      #expect(run.status == 2)
      #expect(run.errors.contains(words), "\(run.errors)")
    }
  }

  @Test("The simulator spoils what it is told to, and the built-in one answers canaries")
  func simulators() async throws {
    let simulator = try Example(
      "npu-simulator", ["--port", "0", "--exemplary", "--corrupt", "loop, template_token", "--corrupt-rate", "0.2"])
    let address = try await simulator.firstLine()
    // A loop takes some rounds to be one.
    let load = Self.load.map { $0 == "24" ? "64" : $0 }
    let run = try await Example.run("llm-bench", ["--base-url", address, "--quality", "--json"] + load)
    let json = try run.json()
    #expect((Self.count("loop", json) ?? 0) > 3 && (Self.count("template_token", json) ?? 0) > 3)
    #expect(json["quality"]?["canaries"]?["sent"]?.integer == 3)
    simulator.send(15)
    _ = try await simulator.ending()
    let wrong = try await Example.run("npu-simulator", ["--corrupt", "loops"])
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("replacement_character"))
    let own = try await Example.run(
      "llm-bench",
      [
        "--quality", "--canary-share", "0.5", "--num-prompts", "8", "--max-concurrency", "8", "--dataset-name", "fixed",
        "--output-len", "32", "--json",
      ])
    #expect(try own.json()["quality"]?["canaries"]?["right"]?.integer == 4)
  }
}
