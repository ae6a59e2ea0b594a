import NPUSimulator
import NPUTestKit
import Testing

@Suite("llm-bench of MindIE", .serialized)
struct LLMBenchMindIETests {
  private static let behaviour = Bench.behaviour.with {
    $0.wireProtocol = .mindie
    // Far enough apart for a busy machine: a response that arrives in one piece has no gaps.
    $0.interTokenLatency = .milliseconds(20)
  }

  @Test(
    "Each protocol is measured, and named in report, journal and result file",
    arguments: [
      ("mindie-tgi", "/generate_stream"), ("mindie-infer", "/infer"),
      ("mindie-triton", "/v2/models/simulated-chat/generate_stream"), ("mindie-vllm", "/generate"),
      ("openai-chat", "/v1/chat/completions"), ("openai", "/v1/completions"),
    ])
  func protocols(name: String, path: String) async throws {
    let folder = try TemporaryFolder()
    var paths: Set<String> = []
    let run = try await Bench.run(
      [
        "--protocol", name, "--json", "--journal", folder.file("j"), "--save-result", "--result-dir", folder.path,
        "--result-filename", "r.json",
      ], Self.behaviour
    ) { simulator in paths = Set(simulator.requests.map(\.path)) }
    #expect(run.status == 0, "\(run.errors)")
    let report = try run.json()
    #expect(report["completed"]?.integer == 6 && report["failed"]?.integer == 0)
    #expect(report["report"]?["run"]?["endpoint_type"]?.string == name)
    #expect(try folder.jsonLines("j").first?["run"]?["endpoint_type"]?.string == name)
    #expect(try folder.text("r.json").contains("\"\(name)\""))
    #expect(paths.contains(path))
    #expect((report["mean_tpot_ms"]?.number == nil) == (name == "mindie-vllm"))
    #expect(report["mean_ttft_ms"]?.number != nil && report["mean_itl_ms"]?.number != nil)
    let isParametered = ["mindie-tgi", "mindie-infer", "mindie-triton"].contains(name)
    let request = report["report"]?["run"]?["request"]
    #expect((request?["parameters"]?["max_new_tokens"]?.integer == 5) == isParametered)
    #expect(run.errors.contains("cannot tell the model to go on") == isParametered, "\(run.errors)")
  }

  @Test("Canaries and responses are examined in each", arguments: ["tgi", "infer", "triton", "vllm"])
  func quality(name: String) async throws {
    let run = try await Bench.run(
      [
        "--protocol", "mindie-\(name)", "--quality", "--canary-share", "0.5", "--temperature", "0", "--alone-cases",
        "2",
        "--json",
      ],
      Self.behaviour.with {
        $0.repeatsQuotes = true
        $0.outputTokens = 24
      },
      load: ["--num-prompts", "20", "--random-input-len", "12", "--random-output-len", "32", "--max-concurrency", "4"])
    #expect(run.status == 0, "\(run.errors)")
    let quality = try run.json()["quality"]
    #expect(quality?["answers"]?.integer == 20 && quality?["wrong"]?.integer == 0, "\(run.output)")
    #expect(quality?["canaries"]?["sent"]?.integer == 10 && quality?["canaries"]?["right"]?.integer == 10)
    #expect(quality?["alone_vs_load"]?["p_value"]?.number == 1)
  }

  @Test("Without an address a simulated MindIE is measured")
  func builtIn() async throws {
    let run = try await Example.run("llm-bench", Bench.small + ["--protocol", "mindie-tgi"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(Bench.value("completed", run) == "6")
  }

  @Test(
    "Text that events repeat is found out; where it is not, a flag says so",
    arguments: [
      ["--protocol", "openai-chat"], ["--protocol", "mindie-vllm"], ["--protocol", "openai", "--cumulative-text"],
    ])
  func cumulative(flags: [String]) async throws {
    var texts: [[JSONValue]?] = []
    for repeats in [false, true] {
      let folder = try TemporaryFolder()
      let run = try await Bench.run(
        (repeats ? flags : Array(flags.prefix(2))) + [
          "--save-result", "--save-detailed", "--result-dir", folder.path, "--result-filename", "r.json", "--seed", "3",
        ], Self.behaviour.with { $0.mindie.fullText = repeats })
      #expect(run.status == 0, "\(run.errors)")
      texts.append(try folder.jsonLines("r.json").first?["generated_texts"]?.array)
    }
    // In the order in which the responses came.
    let sorted = texts.map { $0?.compactMap(\.string).sorted() }
    #expect(sorted[0]?.count == 6 && sorted[0] == sorted[1])
  }

  @Test(
    "What a protocol has no name for is refused",
    arguments: [
      ("--protocol mindie-tgi --ignore-eos", ["--ignore-eos", "mindie-tgi"]),
      ("--protocol mindie-triton --no-stream-options", ["--no-stream-options", "mindie-triton"]),
      ("--protocol mindie-vllm --quality --logprobs", ["--logprobs", "mindie-vllm"]),
      ("--protocol mindie-infer --made-image-size 8x8", ["--made-image-size", "mindie-infer"]),
    ])
  func refusals(line: String, words: [String]) async throws {
    let run = try await Example.run("llm-bench", line.split(separator: " ").map(String.init))
    #expect(run.status == 2)
    for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
  }
}
