import Foundation
import NPUSimulator
import NPUTestKit
import Testing

@Suite("Files of llm-bench", .serialized)
struct LLMBenchFilesTests {
  @Test("A journal gives the same figures again, as JSON and as a table", arguments: [[], ["--request-rate", "200"]])
  func replay(loop: [String]) async throws {
    let folder = try TemporaryFolder()
    let options = ["--goodput", "ttft:500", "--slo", "ttft:p99<900s", "--dialects", "all"]
    let json = try await Bench.run(loop + options + ["--json", "--journal", folder.file("j")])
    let again = try await Example.run("llm-bench", ["--replay", folder.file("j"), "--json"] + options)
    #expect(json.status == 0)
    #expect(again.status == 0)
    #expect(again.output == json.output)
    #expect(again.errors == "")

    let table = try await Bench.run(loop + options + ["--journal", folder.file("t")])
    let tableAgain = try await Example.run("llm-bench", ["--replay", folder.file("t")] + options)
    #expect(Bench.table(table).count > 20)
    #expect(tableAgain.lines == Bench.table(table))
  }

  @Test("Each line of a journal has the identity of the response and every instant, in their order")
  func journal() async throws {
    let folder = try TemporaryFolder()
    var sent: Set<String> = []
    _ = try await Bench.run(["--journal", folder.file("j"), "--request-rate", "300", "--num-warmups", "2"]) {
      simulator in
      sent = Set(simulator.requests.compactMap { $0.header("x-request-id") }.map { "chatcmpl-\($0)" })
    }
    let lines = try folder.jsonLines("j")
    let header = try #require(lines.first)
    #expect(header["run"]?["plan"]?.string == "open loop, Poisson 300/s")
    let versions = try #require(header["run"]?["versions"]?.object)
    #expect(versions["NPUTestKit"]?.string == SoftwareVersions.kit)
    for name in ["libcurl", "kernel", "build"] { #expect(versions[name]?.string?.isEmpty == false, "\(name)") }
    #expect(lines.last == ["complete": true])
    let records = lines.dropFirst().dropLast()
    #expect(records.count == 8)
    #expect(records.count { $0["phase"]?.string == "warmup" } == 2)
    #expect(Set(records.compactMap { $0["request_id"]?.string }) == sent)
    for record in records {
      let names = ["planned_ns", "start_ns", "sent_ns", "first_token_ns", "end_ns"]
      let instants = names.compactMap { record[$0]?.integer }
      #expect(instants.count == names.count, "\(record)")
      #expect(instants == instants.sorted())
      let tokens = record["token_ns"]?.array?.compactMap(\.integer) ?? []
      #expect(tokens.count == 5)
      #expect(tokens == tokens.sorted())
      #expect(tokens.first == record["first_token_ns"]?.integer)
      #expect(record["requested"]?["prompt_source"]?.string == "verified")
    }
  }

  @Test("A closed loop plans no instants, and a journal without token stamps has none")
  func smallJournal() async throws {
    let folder = try TemporaryFolder()
    let run = try await Bench.run(["--journal", folder.file("j"), "--journal-tokens", "none"])
    let records = try folder.jsonLines("j").filter { $0["index"] != nil }
    #expect(records.count == 6)
    for record in records {
      #expect(record["planned_ns"] == nil)
      #expect(record["token_ns"] == nil)
      #expect(record["first_token_ns"]?.integer != nil)
    }
    // The run itself knows all gaps; its journal does not.
    #expect(run.lines.contains { $0.hasPrefix("  ITL") })
    let again = try await Example.run("llm-bench", ["--replay", folder.file("j")])
    #expect(again.status == 0)
    #expect(!again.lines.contains { $0.hasPrefix("  ITL") })
    #expect(again.lines.contains { $0.hasPrefix("  TPOT") })
  }

  @Test("The result file has the keys of vLLM's, the name it would give, and more where it is detailed")
  func resultFile() async throws {
    let folder = try TemporaryFolder()
    let flags = [
      "--save-result", "--result-dir", folder.file("new/results"), "--metric-percentiles", "50,99", "--goodput",
      "e2el:9000", "--label", "try", "--metadata", "card=910B", "--percentile-metrics", "ttft,e2el",
    ]
    let run = try await Bench.run(flags)
    #expect(run.status == 0, "\(run.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("new/results"))
    let name = try #require(names.first)
    #expect(name.hasPrefix("try-infqps-concurrency6-simulated-chat-"))
    #expect(run.errors.contains(name))
    let file = try JSONDecoder().decode(JSONValue.self, from: Data(try folder.text("new/results/" + name).utf8))
    for key in [
      "date", "backend", "model_id", "tokenizer_id", "num_prompts", "request_rate", "burstiness", "max_concurrency",
      "duration", "completed", "total_input_tokens", "total_output_tokens", "request_throughput", "request_goodput",
      "output_throughput", "total_token_throughput", "mean_ttft_ms", "p50_ttft_ms", "p99_ttft_ms", "p99_e2el_ms",
      "card",
    ] { #expect(file[key] != nil, "no \(key)") }
    #expect(file["mean_tpot_ms"] == nil)
    #expect(file["ttfts"] == nil)
    #expect(file["completed"]?.integer == 6)

    // The journal of a run gives the same file.
    let measured = try await Bench.run(
      ["--journal", folder.file("j"), "--save-result", "--result-dir", folder.path, "--result-filename", "live.json"])
    #expect(measured.status == 0)
    let replayed = try await Example.run(
      "llm-bench",
      ["--replay", folder.file("j"), "--save-result", "--result-dir", folder.path, "--result-filename", "again.json"])
    #expect(replayed.status == 0, "\(replayed.errors)")
    func figures(_ name: String) throws -> [String: JSONValue] {
      let file = try JSONDecoder().decode([String: JSONValue].self, from: Data(try folder.text(name).utf8))
      return file.filter { $0.key != "date" }
    }
    #expect(try figures("again.json") == figures("live.json"))

    _ = try await Bench.run(
      ["--save-result", "--save-detailed", "--result-dir", folder.path, "--result-filename", "detailed.json"])
    let detailed = try JSONDecoder().decode(JSONValue.self, from: Data(try folder.text("detailed.json").utf8))
    for key in ["input_lens", "output_lens", "ttfts", "itls", "generated_texts", "errors"] {
      #expect(detailed[key]?.array?.count == 6, "\(key)")
    }
    #expect(detailed["generated_texts"]?[0]?.string?.isEmpty == false)
  }

  @Test("The key from the environment reaches the service and stands nowhere else")
  func secrecy() async throws {
    let key = "sk-very-secret-1234"
    let folder = try TemporaryFolder()
    let flags = [
      "--save-result", "--save-detailed", "--result-dir", folder.path, "--result-filename", "r", "--journal",
      folder.file("j"), "--dialects", "all", "--header", "X-Second: \(key)", "--json",
    ]
    let guarded = Bench.behaviour.with { $0.apiKey = key }
    let good = try await Bench.run(flags, guarded, environment: ["OPENAI_API_KEY": key])
    #expect(good.status == 0, "\(good.errors)")
    let wrong = try await Bench.run(
      ["--api-key-variable", "OTHER_KEY"], guarded.with { $0.apiKey = "another" }, environment: ["OTHER_KEY": key])
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("Check the API key"), "\(wrong)")
    #expect(wrong.output == "")
    for text in [good.output, good.errors, wrong.errors, try folder.text("r"), try folder.text("j")] {
      #expect(!text.isEmpty)
      #expect(!text.contains(key))
    }
  }
}
