import NPUTestKit
import Testing
import ToolSupport

@Suite("No option is accepted and not used")
struct FlagRuleTests {
  /// A command line that must be refused, and what the refusal must name.
  struct Case: Sendable, CustomTestStringConvertible {
    var tool: String
    var arguments: [String]
    var words: [String]

    init(_ tool: String, _ arguments: String, _ words: String...) {
      self.tool = tool
      self.arguments = arguments.split(separator: " ").map(String.init)
      self.words = words
    }

    var testDescription: String { "\(tool) \(arguments.joined(separator: " "))" }
  }

  private static let benches = ["llm-bench", "image-bench", "audio-bench", "task-bench"]
  private static let checks = ["llm-check", "image-check", "audio-check"]

  private static let service: [Case] = (benches + checks).flatMap { tool in
    [
      Case(tool, "--api-key k --api-key-variable V", "--api-key-variable", "--api-key"),
      Case(tool, "--base-url https://h --cert c", "--cert needs --key"),
      Case(tool, "--base-url https://h --key k", "--key needs --cert"),
      Case(tool, "--base-url https://h --insecure --cacert c", "--insecure", "--cacert"),
      Case(tool, "--base-url http://h --insecure", "--insecure", "https://"),
      Case(tool, "--base-url http://h --cacert c", "--cacert", "https://"),
      Case(tool, "--proxy http://p", "--proxy needs --base-url"),
      Case(tool, "--base-url unix:/s --proxy http://p", "--proxy", "unix:/s"),
      Case(tool, "--header nocolon", "--header"),
      Case(tool, "--header X-A:b\r\nX-B:c", "--header X-A", "line break"),
    ]
  }

  private static let load: [Case] = benches.flatMap { tool in
    [
      Case(tool, "--burstiness 0.5", "--burstiness", "--request-rate"),
      Case(tool, "--burstiness 0.5 --request-rate inf", "--burstiness", "inf"),
      Case(tool, "--ramp-up-start-rps 1", "--ramp-up-start-rps", "--ramp-up-strategy"),
      Case(tool, "--ramp-up-end-rps 1", "--ramp-up-end-rps", "--ramp-up-strategy"),
      Case(
        tool, "--ramp-up-strategy linear --ramp-up-start-rps 1 --ramp-up-end-rps 2 --request-rate 3",
        "--ramp-up-strategy", "--request-rate"),
      Case(tool, "--num-warmups 2 --warmup-duration 1", "--num-warmups", "--warmup-duration"),
      Case(tool, "--ramp-up 2 --request-rate 3", "--ramp-up", "--request-rate"),
      Case(tool, "--overwrite", "--overwrite needs --journal"),
      Case(tool, "--journal f --markdown f", "--journal", "--markdown", "a file of its own"),
      // Negative numbers are values.
      Case(tool, "--num-prompts -5", "-5"),
      Case(tool, "--num-warmups -5", "-5"),
      Case(tool, "--max-concurrency -5", "-5"),
      Case(tool, "--request-rate -2.5", "-2.5"),
      Case(tool, "--duration -3", "-3"),
      Case(tool, "--seed -7", "-7", "--seed"),
      Case(tool, "--timeout -1", "-1", "--timeout"),
      Case(tool, "--request-rate -inf", "-inf"),
    ]
  }

  private static let prompts: [Case] =
    [
      Case(
        "llm-bench", "--dataset-name custom --dataset-path nowhere.jsonl --base-url http://127.0.0.1:1", "nowhere.jsonl"
      ),
      Case("llm-bench", "--dataset-path p.jsonl", "--dataset-path needs --dataset-name custom or sharegpt"),
      Case("llm-bench", "--dataset-name fixed --dataset-path p.jsonl", "--dataset-path", "found fixed"),
      Case("llm-bench", "--dataset-name custom", "--dataset-path"),
      Case("llm-bench", "--dataset-name sharegpt", "--dataset-path"),
      Case("llm-bench", "--shuffle", "--shuffle"),
      Case("llm-bench", "--prompt x", "--prompt needs --dataset-name fixed"),
      Case("llm-bench", "--dataset-name fixed --random-input-len 5", "--random-input-len"),
      Case("llm-bench", "--dataset-name fixed --random-output-len 5", "found fixed. Use --output-len"),
      Case("llm-bench", "--dataset-name fixed --random-range-ratio 0.5", "--random-range-ratio"),
      Case("llm-bench", "--dataset-name fixed --random-prefix-len 5", "--random-prefix-len"),
      Case("llm-bench", "--output-len 5 --random-output-len 5", "--output-len", "--random-output-len"),
      Case("llm-bench", "--random-input-len -5", "-5"),
      Case("llm-bench", "--output-len -5", "-5"),
      Case("llm-bench", "--temperature -1", "--temperature", "-1"),
      Case("llm-bench", "--protocol openai --image a.png", "--image", "--protocol openai-chat"),
      Case("llm-bench", "--compare-without-image", "--compare-without-image", "--image"),
      Case("llm-bench", "--images-per-prompt 2", "--images-per-prompt", "--image"),
      Case("llm-bench", "--image a.png --made-image-size 64x64", "--made-image-size", "--image"),
      Case("llm-bench", "--made-image-size 64", "--made-image-size", "64"),
      Case("llm-bench", "--made-image-size 7x64", "--made-image-size", "7x64"),
      Case("llm-bench", "--made-image-size 64x64 --images-per-prompt -1", "--images-per-prompt", "-1"),
    ]
    + ["image-bench", "task-bench"].flatMap { tool in
      [
        Case(tool, "--prompt x --dataset-path p.jsonl", "--prompt", "--dataset-path"),
        Case(tool, "--shuffle", "--shuffle", "--dataset-path"),
        Case(tool, "--model m", "--model"),
        Case(tool, "--steps -3", "--steps", "-3"),
        Case(tool, "--num-images -3", "--num-images", "-3"),
        Case(tool, "--size 0x5", "--size", "0x5"),
      ]
    }

  private static let output: [Case] = [
    Case("llm-bench", "--save-detailed", "--save-detailed needs --save-result"),
    Case("llm-bench", "--percentile-metrics ttft", "--percentile-metrics needs --save-result"),
    Case("llm-bench", "--result-dir x", "--result-dir needs --save-result"),
    Case("llm-bench", "--result-filename x", "--result-filename needs --save-result"),
    Case("llm-bench", "--metadata a=b", "--metadata needs --save-result"),
    Case("llm-bench", "--save-result --metadata model_id=b", "model_id", "another key"),
    Case("llm-bench", "--save-result --metadata a=b a=c", "twice"),
    Case("llm-bench", "--journal-tokens none", "--journal-tokens needs --journal"),
    Case("llm-bench", "--npu-interval 2", "--npu-interval", "--npu"),
    Case("llm-bench", "--npu-log x", "--npu-log", "--npu"),
    Case("llm-bench", "--npu-leak-limit 5", "--npu-leak-limit", "--npu"),
    Case("llm-bench", "--metrics-interval 2", "--metrics-interval needs --metrics-url"),
    Case("llm-bench", "--replay j --num-prompts 5", "--num-prompts", "--replay"),
    Case("llm-bench", "--replay j --base-url http://h", "--base-url", "--replay"),
    Case("llm-bench", "--replay j --label x", "--label", "--replay"),
    Case("llm-bench", "--replay j --journal k", "--journal", "--replay"),
    Case("llm-bench", "--replay j --prompt x", "--prompt"),
    Case("llm-bench", "--replay j --no-stream-options", "--no-stream-options and --replay"),
    Case("llm-bench", "--json --markdown -", "--json", "--markdown"),
    Case("llm-bench", "--npu --npu-log f --journal f", "--npu-log", "--journal"),
    Case("llm-bench", "--journal /tmp", "/tmp is a folder"),
  ]

  private static let services: [Case] = [
    Case("image-bench", "--vary-seed", "--vary-seed needs --image-seed"),
    Case("image-bench", "--response-format file", "--response-format", "--protocol openai"),
    Case("image-bench", "--batch-scaling -2", "--batch-scaling", "-2"),
    Case("task-bench", "--endpoint /x", "--endpoint"),
    Case("task-bench", "--batch-size -1", "--batch-size", "-1"),
    Case("task-bench", "--poll-first -1", "--poll-first", "-1"),
    Case("audio-bench", "--mode speech --round-trip", "--mode", "--round-trip"),
    Case("audio-bench", "--text x", "--text", "--mode speech"),
    Case("audio-bench", "--dataset-path x", "--dataset-path", "--mode speech"),
    Case("audio-bench", "--voice x", "--voice"),
    Case("audio-bench", "--delivery bytes", "--delivery"),
    Case("audio-bench", "--jitter-buffer 5", "--jitter-buffer"),
    Case("audio-bench", "--round-trip --jitter-buffer 5", "--jitter-buffer"),
    Case("audio-bench", "--mode speech --jitter-buffer 5", "--jitter-buffer", "--delivery bytes or events"),
    Case("audio-bench", "--mode speech --delivery whole --pcm-rate 8000", "--pcm-rate", "--format pcm", "--delivery"),
    Case("audio-bench", "--mode speech --text x --dataset-path y", "--text", "--dataset-path"),
    Case("audio-bench", "--mode speech --audio a.wav", "--audio", "--mode transcription"),
    Case("audio-bench", "--mode tts --stream", "--stream"),
    Case("audio-bench", "--round-trip --stream", "--stream", "--round-trip"),
    Case("audio-bench", "--round-trip --audio-seconds 2", "--audio-seconds"),
    Case("audio-bench", "--audio a.wav --audio-seconds 2", "--audio-seconds", "--audio"),
    Case("audio-bench", "--mode speech --language zh", "--language"),
    Case("audio-bench", "--mode speech --max-wer 0.1", "--max-wer"),
    Case("audio-bench", "--max-wer 0.1", "--max-wer", "--audio"),
    Case("audio-bench", "--normalizer none", "--normalizer", "--audio"),
    Case("audio-bench", "--transcription-url http://h", "--transcription-url", "--round-trip"),
    Case("audio-bench", "--transcription-model m", "--transcription-model", "--round-trip"),
    Case("audio-bench", "--protocol transcribe --stream", "--stream", "transcribe"),
    Case("audio-bench", "--protocol transcribe --model m", "--model", "transcribe"),
    Case("audio-bench", "--mode speech --protocol synthesize --format wav", "--format", "synthesize"),
    Case("audio-bench", "--mode speech --protocol transcribe", "--protocol", "transcribe"),
    Case("audio-bench", "--round-trip --format mp3", "--format", "mp3"),
    Case("audio-bench", "--mode speech --format pcm --pcm-rate -8000", "--pcm-rate", "-8000"),
    Case("audio-bench", "--audio-seconds -2", "--audio-seconds", "-2"),
  ]

  private static let checkers: [Case] =
    checks.flatMap { tool in
      [
        Case(tool, "--list --json", "--json", "--list"),
        Case(tool, "--list --junit x", "--junit", "--list"),
        Case(tool, "--junit f --markdown f", "--junit", "--markdown", "a file of its own"),
        Case(tool, "--list --base-url http://h", "--base-url", "--list"),
        Case(tool, "--fresh-connections", "--fresh-connections", "leave it out"),
        Case(tool, "--concurrency -2", "--concurrency", "-2"),
        Case(tool, "--check-timeout -2", "--check-timeout", "-2"),
      ]
    } + [
      Case("llm-check", "--suite multimodal --context-length 5", "--context-length", "--suite llm"),
      Case("llm-check", "--endpoint /x", "--endpoint"),
      Case("llm-check", "--concurrent-requests 1", "--concurrent-requests", "found 1"),
      Case("audio-check", "--max-wer 1", "--max-wer", "less than 1", "found 1"),
      Case("audio-check", "--max-wer -0.1", "--max-wer", "found -0.1"),
      Case("image-check", "--custom-size 9000x5", "--custom-size", "8192", "9000x5"),
      Case("image-check", "--suite task --rounds 2", "--rounds", "--suite image"),
      Case("image-check", "--suite task --model m", "--model", "--suite image"),
      Case("image-check", "--protocol diffusers --model m", "--model", "diffusers"),
      Case("image-check", "--rounds -2", "--rounds", "-2"),
      Case("audio-check", "--text x", "--text", "--suite speech"),
      Case("audio-check", "--voice x", "--voice"),
      Case("audio-check", "--suite speech --english a.wav", "--english", "--suite transcription"),
      Case("audio-check", "--speech-url http://h --english a.wav", "--speech-url", "--english"),
      Case("audio-check", "--english nowhere.wav", "nowhere"),
      Case("audio-check", "--size-limit -2", "--size-limit", "-2"),
      Case("audio-check", "--base-url http://h --protocol synthesize", "synthesize", "--speech-url"),
    ]

  private static let others: [Case] = [
    Case("npu-watch", "--json", "--json needs --parse", "--json-lines"),
    Case("npu-watch", "--parse f --count 2", "--count", "--parse"),
    Case("npu-watch", "--parse f --csv c", "--csv", "--parse"),
    Case("npu-watch", "--overwrite", "--overwrite", "--csv"),
    Case("npu-watch", "--count -2", "--count", "-2"),
    Case("npu-watch", "--npu-interval -2", "--npu-interval", "-2"),
    Case("npu-simulator", "--unix-socket s --port 5", "--port", "--unix-socket"),
    Case("npu-simulator", "--unix-socket s --host h", "--host", "--unix-socket"),
    Case("npu-simulator", "--fault-rate 0.5", "--fault-rate", "--fault"),
    Case("npu-simulator", "--ttft -5", "--ttft", "-5"),
    Case("npu-simulator", "--output-tokens -5", "--output-tokens", "-5"),
    Case("npu-smi-simulator", "--full-load 5 info", "--full-load needs --metrics-url"),
    Case("npu-smi-simulator", "--load 0.5 --metrics-url http://h/metrics info", "--load", "--metrics-url"),
    Case("npu-smi-simulator", "--elapsed 5 --state s info", "--elapsed", "--state"),
    Case("npu-smi-simulator", "--rounds 5 info", "--rounds", "info watch"),
    Case("npu-smi-simulator", "--leak -5 info", "--leak", "-5"),
    Case("npu-smi-simulator", "--cards 2 --lost-card 2 info", "--lost-card", "found 2"),
    Case("modelarts-check", "send --url http://h --ak k", "--ak needs --auth ak-sk"),
    Case("modelarts-check", "send --url http://h --auth ak-sk --iam-user u", "--iam-user needs --auth token"),
    Case("modelarts-check", "send --url http://h --auth app-code --api-key k", "--api-key has no effect"),
    Case("modelarts-check", "send --url http://h --insecure", "--insecure", "https://"),
    Case("modelarts-check", "send --url http://h --cacert c", "--cacert", "https://"),
    Case("modelarts-check", "send --url https://h --cacert c --insecure", "--insecure", "--cacert"),
    Case("modelarts-check", "send --url http://h --content-type a/b", "--content-type needs --body-file"),
    Case(
      "modelarts-check", "send --url http://h --body-file f --content-type a/b --header content-type:c/d",
      "--content-type", "leave one out"),
    Case(
      "modelarts-check", "sign --url http://h --date 20240115T083000Z --header X-Sdk-Date:20240115T083000Z", "--date",
      "leave one out"),
    Case("image-compare", "--info a.png --heatmap h.png", "--info", "--heatmap"),
    Case("image-compare", "a.png", "two PNG files"),
    Case("text-compare", "a", "hypothesis"),
  ]

  private static let comparisons: [Case] =
    [
      Case("image-compare", "a.png b.png --seed 5", "--seed", "two services"),
      Case("image-compare", "--heatmap h.png", "--heatmap", "--heatmaps"),
      Case("image-compare", "--cases c --prompt x", "--prompt", "--cases"),
      Case("image-compare", "--against r --candidate-url http://h --steps 5", "--steps", "--against"),
      Case("image-compare", "--model m --base-url http://h --record r", "--model", "--protocol openai"),
      Case("image-compare", "--seeds 0", "--seeds", "0"),
      Case("audio-compare", "--text x", "--text needs --kind speech"),
      Case("audio-compare", "--kind speech --audio a.wav", "--audio needs --kind transcription"),
      Case("audio-compare", "--kind speech --language zh", "--language needs --kind transcription"),
      Case("audio-compare", "--against r --candidate-url http://h --language zh", "--language", "--against"),
      Case("audio-compare", "--kind speech --transcription-model m", "--transcription-model", "--transcription-url"),
      Case("audio-compare", "--baseline-url http://h --candidate-url http://h", "--audio", "--audio-dir"),
      Case("llm-compare", "--multimodal --against r --candidate-url http://h --seed 5", "--seed", "--against"),
      Case("llm-compare", "--multimodal --against r --candidate-url http://h --max-tokens 5", "--max-tokens"),
      Case("llm-compare", "--multimodal --against r --candidate-url http://h --temperature 1", "--temperature"),
      Case("llm-compare", "--multimodal --against r --candidate-recording s --made-images 4", "--made-images"),
      Case("llm-compare", "--multimodal --record r --base-url http://h --concurrency 4", "--concurrency", "--record"),
    ]
    + ["image-compare", "audio-compare"].flatMap { tool in
      [
        Case(tool, "--base-url http://h", "--base-url needs --record"),
        Case(tool, "--baseline-url http://h", "--baseline-url", "--candidate-url"),
        Case(tool, "--record r", "--record takes one service"),
        Case(tool, "--record r --base-url http://h --junit j", "--junit", "--record"),
        Case(tool, "--record r --base-url http://h --markdown m", "--markdown", "--record"),
        Case(tool, "--record r --baseline-url http://h --candidate-url http://h", "--record takes one service"),
        Case(tool, "--against r", "--against has nothing to compare"),
        Case(tool, "--against r --baseline-url http://h --candidate-url http://h", "--against", "--baseline-url"),
        Case(tool, "--candidate-recording r", "--candidate-recording needs --against"),
        Case(tool, "--repeats -1", "--repeats", "-1"),
        Case(tool, "--tolerance 0", "--tolerance", "0"),
        Case(tool, "--against nowhere --candidate-url http://h", "nowhere"),
      ]
    }

  @Test("A flag without an effect is refused, and the message says what to do", arguments: service + load + prompts)
  func refused(_ example: Case) async throws { try await check(example) }

  @Test(
    "So is one of output, of another service, or of another tool",
    arguments: output + services + checkers + others + comparisons)
  func refusedToo(_ example: Case) async throws { try await check(example) }

  private func check(_ example: Case) async throws {
    let run = try await Example.run(example.tool, example.arguments)
    #expect(run.status == 2)
    #expect(run.output == "", "\(run.output)")
    for word in example.words { #expect(run.errors.contains(word), "no '\(word)' in: \(run.errors)") }
    for word in ["Missing value", "DecodingError", "CocoaError", "Data was corrupted"] {
      #expect(!run.errors.contains(word), "\(run.errors)")
    }
  }

  @Test(
    "A negative number belongs to the option before it",
    arguments: [
      (["--seed", "-5"], ["--seed=-5"]), (["--rate", "-.5", "--json"], ["--rate=-.5", "--json"]),
      (["--rate", "-inf"], ["--rate=-inf"]), (["--json", "-v"], ["--json", "-v"]),
      (["--seed=-5", "-3"], ["--seed=-5", "-3"]), (["a", "-5"], ["a", "-5"]),
      (["--markdown", "-"], ["--markdown", "-"]), (["--", "--seed", "-5"], ["--", "--seed", "-5"]), ([], []),
    ] as [([String], [String])])
  func negativeNumbers(given: [String], joined: [String]) {
    #expect(NegativeNumbers.joined(given) == joined)
  }

  @Test("What was given is told from what is there by default")
  func givenFlags() {
    let given = GivenFlags(["--a", "1", "--b=2", "--c", "--d", "x", "y", "--a=3", "--", "--e"])
    #expect(["--a", "--b", "--c", "--d"].allSatisfy(given.has))
    #expect(!given.has("--e"))
    #expect(given.value("--a") == "3")
    #expect(given.all("--a") == ["1", "3"])
    #expect(given.all("--d") == ["x", "y"])
    #expect(given.value("--c") == nil)
  }
}
