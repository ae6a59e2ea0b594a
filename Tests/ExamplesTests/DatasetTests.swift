import Foundation
import NPUMetrics
import NPUSimulator
import NPUTestKit
import Testing

@Suite("What was sent is recorded", .serialized)
struct DatasetTests {
  /// Two usable conversations of twelve, as in a public report.
  private static let shared =
    "["
    + [
      #"{"conversations": [{"from": "human", "value": "only one"}]}"#, #"{"conversations": []}"#, #"{"id": "3"}"#,
      #"{"conversations": [{"from": "gpt", "value": "bot first"}, {"from": "human", "value": "x"}]}"#,
      #"{"conversations": [{"from": "human", "value": "A good question here"}, {"from": "gpt", "value": "#
        + #""A fine answer of some words"}]}"#,
      #"{"conversations": [{"from": "human", "value": ""}, {"from": "gpt", "value": "x"}]}"#,
      #"{"conversations": [{"from": "human", "value": null}, {"from": "gpt", "value": null}]}"#,
      #"{"conversations": [{"from": "human", "value": "one"}, {"from": "gpt", "value": "x"}]}"#,
      #"{"conversations": [{"from": "system", "value": "You are"}, {"from": "human", "value": "What is a token?"}, "#
        + #"{"from": "gpt", "value": "a piece of a text"}]}"#,
      #"{"items": 1}"#, "{}", #"{"conversations": [{"from": "human", "value": "two"}, {"from": "gpt", "value": "y"}]}"#,
    ].joined(separator: ",") + "]"

  @Test("A file of which little is usable is noted before the run, in the report, the journal and the result file")
  func shareGPT() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.shared, to: "sg.json")
    let run = try await Bench.run(
      [
        "--json", "--journal", folder.file("j"), "--save-result", "--save-detailed", "--result-dir", folder.path,
        "--result-filename", "r.json",
      ], load: ["--dataset-name", "sharegpt", "--dataset-path", path, "--num-prompts", "8"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("2 of 12 entries are usable; each is sent 4 times; skipped: "))
    let report = try #require(try run.json()["report"])
    let dataset = try #require(report["run"]?["dataset"])
    #expect(dataset["name"]?.string == "sharegpt")
    #expect(dataset["path"]?.string == path)
    #expect(dataset["entries"]?.integer == 12)
    #expect(dataset["used"]?.integer == 2)
    #expect(dataset["skipped"]?.object?.values.compactMap(\.integer).reduce(0, +) == 10)
    #expect(dataset["shuffled"] == true)
    #expect(report["prompts"]?["most_sends"]?.integer == 4)
    #expect(report["prompts"]?["fewest_sends"]?.integer == 4)
    let notes = report["notes"]?.array?.compactMap(\.string) ?? []
    #expect(notes.contains { $0.hasPrefix("2 of 12 entries are usable; each was sent 4 times; skipped: ") }, "\(notes)")
    let lines = try folder.jsonLines("j")
    #expect(lines.first?["run"]?["dataset"] == dataset)
    let entries = lines.compactMap { $0["requested"]?["entry"]?.integer }
    #expect(Set(entries) == [5, 9])
    #expect(entries.count == 8)
    let file = try JSONDecoder().decode(JSONValue.self, from: Data(try folder.text("r.json").utf8))
    #expect(file["nputestkit"]?["dataset_sha256"] == dataset["sha256"])
    #expect(file["nputestkit"]?["prompt_entries"]?.array?.count == 8)
    #expect(file["nputestkit"]?["report"]?["run"]?["dataset"] == dataset)
    let again = try await Example.run("llm-bench", ["--replay", folder.file("j"), "--json"])
    #expect(again.output == run.output)
  }

  @Test("The digest is that of the file, and its order is kept unless a shuffle is asked for")
  func order() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("alpha\nbravo\ncharlie\ndelta\necho\nfoxtrot\n", to: "p.txt")
    let load = ["--dataset-name", "custom", "--dataset-path", path, "--num-prompts", "6", "--max-concurrency", "1"]
    func sent(_ arguments: [String]) async throws -> (texts: [String], run: Example.End) {
      var texts: [String] = []
      let run = try await Bench.run(arguments, load: load) { simulator in
        let bodies = simulator.requests.filter { $0.path == "/v1/chat/completions" }.map {
          String(decoding: $0.body, as: UTF8.self)
        }
        texts = bodies.compactMap { body in
          ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"].first(where: body.contains)
        }
      }
      return (texts, run)
    }
    let plain = try await sent(["--json"])
    #expect(plain.texts == ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"])
    let dataset = try plain.run.json()["report"]?["run"]?["dataset"]
    #expect(dataset?["sha256"]?.string == "3fa8e514e2769c860e2e01427907a81d24e144a05b5544758b6a710e789b62e3")
    #expect(dataset?["shuffled"] == false)
    #expect(try plain.run.json()["report"]?["prompts"]?["most_sends"]?.integer == 1)
    let shuffled = try await sent(["--shuffle", "--seed", "3"])
    #expect(shuffled.texts != plain.texts)
    #expect(shuffled.texts.sorted() == plain.texts)
    #expect(shuffled.run.output.contains("shuffled"))
  }

  @Test("A JSON array on one line is as many prompts as it holds")
  func arrayOnOneLine() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      #"[{"prompt": "Question 0?"}, {"prompt": "Question 1?"}, {"prompt": "Question 2?"}]"#, to: "c.json")
    var bodies: [String] = []
    let run = try await Bench.run(
      ["--json"], load: ["--dataset-name", "custom", "--dataset-path", path, "--num-prompts", "3"]
    ) {
      bodies = $0.requests.filter { $0.path == "/v1/chat/completions" }.map { String(decoding: $0.body, as: UTF8.self) }
    }
    for number in 0..<3 {
      #expect(bodies.count { $0.contains(#""content":"Question \#(number)?""#) } == 1, "\(bodies)")
    }
    #expect(try run.json()["report"]?["run"]?["dataset"]?["entries"]?.integer == 3)
  }

  @Test(
    "The other services record their prompts too",
    arguments: [
      ("image-bench", ["--size", "16x16", "--steps", "1"]),
      ("task-bench", ["--size", "16x16", "--steps", "1", "--poll-first", "0.02", "--poll-longest", "0.05"]),
      ("audio-bench", ["--mode", "speech"]),
    ])
  func services(tool: String, arguments: [String]) async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("{\"prompt\": \"a lake\"}\n\"a hill\"\n", to: "p.jsonl")
    try await withSimulator { simulator in
      let run = try await Example.run(
        tool, ["--base-url", simulator.baseURL, "--dataset-path", path, "--num-prompts", "4", "--json"] + arguments)
      #expect(run.status == 0, "\(run.errors)")
      let report = try run.json()["report"]
      #expect(report?["run"]?["dataset"]?["entries"]?.integer == 2)
      #expect(report?["run"]?["dataset"]?["sha256"]?.string?.count == 64)
      #expect(report?["prompts"]?["most_sends"]?.integer == 2)
      #expect(run.errors.contains("each is sent 2 times"))
      let tokens = try folder.write("{\"prompt\": [1, 2]}\n", to: "t.jsonl")
      let refused = try await Example.run(
        tool, ["--base-url", simulator.baseURL, "--dataset-path", tokens, "--num-prompts", "4"] + arguments)
      #expect(refused.status == 2)
      #expect(refused.errors.contains("t.jsonl:1: "), "\(refused.errors)")
    }
  }

  @Test("Recordings are counted with what else lies in their folder, and have a digest")
  func recordings() async throws {
    let folder = try TemporaryFolder()
    let clip = try AudioClip.toneBursts(seed: 3, .seconds(1)).wav()
    for name in ["a.wav", "b.wav"] { _ = try folder.write(clip, to: name) }
    _ = try folder.write("words", to: "a.txt")
    _ = try folder.write("sound", to: "c.mp3")
    try await withSimulator { simulator in
      let run = try await Example.run(
        "audio-bench", ["--base-url", simulator.baseURL, "--audio-dir", folder.path, "--num-prompts", "4", "--json"])
      let dataset = try run.json()["report"]?["run"]?["dataset"]
      #expect(dataset?["entries"]?.integer == 3, "\(run.errors)")
      #expect(dataset?["used"]?.integer == 2)
      #expect(dataset?["sha256"]?.string?.count == 64)
      #expect(run.errors.contains("2 of 3 entries are usable; each is sent 2 times; skipped: 1 not ending in .wav"))
    }
  }

  @Test("Images can take turns or be made anew; one that is repeated is told")
  func images() async throws {
    let folder = try TemporaryFolder()
    let paths = try (0..<3).map { number in
      try folder.write(try TestImage.mosaic(seed: UInt64(number), width: 16, height: 16).png(), to: "\(number).png")
    }
    func run(_ arguments: [String]) async throws -> (images: [String], notes: [String]) {
      var images: [String] = []
      let ending = try await Bench.run(
        arguments + ["--json"],
        load: ["--num-prompts", "6", "--dataset-name", "fixed", "--output-len", "2", "--max-concurrency", "1"]
      ) { simulator in
        for request in simulator.requests where request.path == "/v1/chat/completions" {
          let body = try JSONDecoder().decode(JSONValue.self, from: Data(request.body))
          let parts = body["messages"]?[0]?["content"]?.array ?? []
          images += parts.compactMap { $0["image_url"]?["url"]?.string }
        }
      }
      #expect(ending.status == 0, "\(ending.errors)")
      return (images, try ending.json()["report"]?["notes"]?.array?.compactMap(\.string) ?? [])
    }
    let same = try await run(["--image", paths[0]])
    #expect(same.images.count == 6)
    #expect(Set(same.images).count == 1)
    #expect(same.notes.contains { $0.hasPrefix("One image or sound is sent again and again") })
    let turns = try await run(["--image"] + paths + ["--images-per-prompt", "1"])
    #expect(turns.images.count == 6)
    #expect(turns.images.prefix(3) == turns.images.suffix(3))
    #expect(Set(turns.images).count == 3)
    let made = try await run(["--made-image-size", "64x48", "--images-per-prompt", "2"])
    #expect(made.images.count == 12)
    #expect(Set(made.images).count == 12)
    #expect(!made.notes.contains { $0.contains("again and again") })
  }

  @Test("What was measured before is not overwritten unless that is asked for")
  func overwriting() async throws {
    let folder = try TemporaryFolder()
    let flags = [
      "--journal", folder.file("j"), "--save-result", "--result-dir", folder.path, "--result-filename", "r.json",
    ]
    #expect(try await Bench.run(flags).status == 0)
    let (journal, result) = (try folder.text("j"), try folder.text("r.json"))
    for arguments in [flags, Array(flags.prefix(2)), Array(flags.dropFirst(2))] {
      var generations = -1
      let refused = try await Bench.run(arguments) { generations = $0.counters.generations }
      #expect(refused.status == 2)
      #expect(generations == 0)
      #expect(refused.errors.contains("exists"), "\(refused.errors)")
      #expect(refused.errors.contains("--overwrite"))
    }
    #expect(try folder.text("j") == journal)
    #expect(try folder.text("r.json") == result)
    let replaced = try await Bench.run(flags + ["--overwrite"])
    #expect(replaced.status == 0, "\(replaced.errors)")
    #expect(try folder.text("j") != journal)
    #expect(try folder.text("r.json") != result)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.count == 2, "\(names)")
  }
}
