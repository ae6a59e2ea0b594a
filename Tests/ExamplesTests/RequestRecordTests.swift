import Foundation
import NPUSimulator
import NPUTestKit
import Testing

@Suite("What all requests have in common is recorded", .serialized) struct RequestRecordTests {
  @Test("It stands in the report, the journal, the result file and a replay, without secrets")
  func everywhere() async throws {
    let folder = try TemporaryFolder()
    let extra: JSONValue = [
      "top_k": 20, "api_key": "sk-1",
      "chat_template_kwargs": ["enable_thinking": false, "who": "key-that-nobody-sees"],
    ]
    let run = try await Bench.run(
      [
        "--json", "--temperature", "0.5", "--no-ignore-eos", "--api-key", "key-that-nobody-sees", "--header",
        "X-Tenant: tenant-that-nobody-sees", "--extra-body",
        String(decoding: try JSONEncoder().encode(extra), as: UTF8.self), "--journal", folder.file("j"),
        "--save-result", "--result-dir", folder.path, "--result-filename", "r.json",
      ])
    #expect(run.status == 0, "\(run.errors)")
    let request = try #require(try run.json()["report"]?["run"]?["request"])
    #expect(
      request
        == [
          "temperature": 0.5, "max_tokens": 5, "stream": true, "stream_options": ["include_usage": true], "top_k": 20,
          "api_key": "<secret>", "chat_template_kwargs": ["enable_thinking": false, "who": "<secret>"],
        ])
    #expect(try folder.jsonLines("j").first?["run"]?["request"] == request)
    let file = try JSONDecoder().decode(JSONValue.self, from: Data(try folder.text("r.json").utf8))
    #expect(file["nputestkit"]?["report"]?["run"]?["request"] == request)
    let again = try await Example.run("llm-bench", ["--replay", folder.file("j"), "--json"])
    #expect(again.output == run.output)
    for text in [run.output, try folder.text("j"), try folder.text("r.json")] {
      #expect(!text.contains("nobody-sees") && !text.contains("sk-1"))
    }
    let other = try await Bench.run(["--json", "--protocol", "openai", "--no-stream-options"])
    #expect(
      try other.json()["report"]?["run"]?["request"] == ["max_tokens": 5, "stream": true, "ignore_eos": true])
  }

  @Test(
    "The other services record theirs",
    arguments: [
      (
        "image-bench", ["--size", "16x24", "--steps", "1", "--image-seed", "7"],
        ["width": 16, "height": 24, "steps": 1, "seed": 7]
      ),
      (
        "task-bench", ["--size", "16x16", "--steps", "1", "--poll-first", "0.02"],
        ["resolution": "16x16", "num_inference_steps": 1, "num_images_per_prompt": 1]
      ),
      ("audio-bench", ["--mode", "speech", "--voice", "alto"], ["voice": "alto", "response_format": "wav"]),
      ("audio-bench", ["--language", "en", "--audio-seconds", "1", "--stream"], ["language": "en", "stream": "true"]),
    ] as [(String, [String], JSONValue)])
  func services(tool: String, arguments: [String], request: JSONValue) async throws {
    try await withSimulator { simulator in
      let run = try await Example.run(
        tool, ["--base-url", simulator.baseURL, "--num-prompts", "2", "--json"] + arguments)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try run.json()["report"]?["run"]?["request"] == request)
    }
  }

  /// Two images of one pixel each.
  private static let images = [
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=",
  ]

  @Test("Files of images that a data set names, and those that go with prompts, are counted and have a digest")
  func media() async throws {
    let folder = try TemporaryFolder()
    for (name, image) in zip(["a.png", "b.png"], Self.images) {
      _ = try folder.write([UInt8](try #require(Data(base64Encoded: image))), to: name)
    }
    let lines = ["a.png", "b.png", "a.png"].map { #"{"prompt": "What?", "image_files": ["\#($0)"]}"# }
    let path = try folder.write(lines.joined(separator: "\n"), to: "p.jsonl")
    let run = try await Bench.run(
      ["--json", "--journal", folder.file("j"), "--image", folder.file("b.png"), folder.file("b.png")],
      load: ["--dataset-name", "custom", "--dataset-path", path, "--num-prompts", "3", "--output-len", "4"])
    #expect(run.status == 0, "\(run.errors)")
    let files = try run.json()["report"]?["run"]?["dataset"]?["media_files"]
    #expect(
      files == [
        [
          "count": 2, "bytes": 138,
          "sha256": "d6527edbd9ffb34c0b49e9e28ca6bda9405793a0795747d841f35812bed10f98",
        ],
        [
          "count": 1, "bytes": 68,
          "sha256": "63ef318d96b5d0d0ceba6e04a4e622b1158335cdc67c49e27839132c6f655058",
        ],
      ])
    #expect(try folder.jsonLines("j").first?["run"]?["dataset"]?["media_files"] == files)
    let again = try await Example.run("llm-bench", ["--replay", folder.file("j"), "--json"])
    #expect(again.output == run.output)
  }
}
