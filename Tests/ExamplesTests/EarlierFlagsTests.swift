import Testing
import ToolSupport

@Suite("Earlier spellings of flags")
struct EarlierFlagsTests {
  @Test(
    "A tool still takes a flag's earlier spelling, as the one of today",
    arguments: [
      ("llm-bench", "--backend", "--protocol"), ("image-bench", "--backend", "--protocol"),
      ("image-check", "--backend", "--protocol"), ("audio-bench", "--asr-dialect", "--protocol"),
      ("audio-bench", "--tts-dialect", "--protocol"), ("audio-check", "--asr-dialect", "--protocol"),
      ("audio-check", "--tts-dialect", "--protocol"), ("npu-simulator", "--dialect", "--protocol"),
      ("npu-simulator", "--task-dialect", "--task-protocol"), ("audio-bench", "--asr-url", "--transcription-url"),
      ("audio-bench", "--asr-model", "--transcription-model"), ("audio-check", "--tts-url", "--speech-url"),
      ("llm-bench", "--record", "--journal"), ("image-bench", "--record", "--journal"),
      ("audio-bench", "--record", "--journal"), ("task-bench", "--record", "--journal"),
      ("llm-bench", "--record-tokens", "--journal-tokens"), ("task-bench", "--resolution", "--size"),
      ("npu-watch", "--interval", "--npu-interval"), ("npu-watch", "--timeout", "--npu-timeout"),
    ])
  func aliases(tool: String, earlier: String, today: String) async throws {
    // The message names the option whose value is missing.
    let run = try await Example.run(tool, [earlier])
    #expect(run.status == 2)
    #expect(run.errors.contains("Missing value for '\(today) <"), "\(run.errors)")
    let help = try await Example.run(tool, ["--help"]).output
    #expect(help.contains("\(today) <"))
    #expect(!help.contains("\(earlier) <"))
  }

  @Test("Every earlier spelling is tried above") func complete() {
    let tried: Set = [
      "--asr-dialect", "--asr-model", "--asr-url", "--backend", "--dialect", "--record", "--record-tokens",
      "--resolution", "--task-dialect", "--tts-dialect", "--tts-url",
    ]
    #expect(Set(EarlierFlags.everywhere.keys) == tried)
  }

  @Test(
    "Values keep what they are, and nothing is replaced after two dashes",
    arguments: [
      (["--record", "j", "--json"], ["--journal", "j", "--json"]), (["--backend=openai"], ["--protocol=openai"]),
      (["--header", "a=b", "--label="], ["--header", "a=b", "--label="]),
      (["--label", "x", "--", "--record"], ["--label", "x", "--", "--record"]), ([], []),
    ] as [([String], [String])])
  func replacement(arguments: [String], today: [String]) {
    #expect(EarlierFlags().current(arguments) == today)
  }

  @Test(
    "Markdown without a file is standard output, as when it was a flag",
    arguments: [
      (["--markdown"], ["--markdown=-"]), (["--markdown", "--json"], ["--markdown=-", "--json"]),
      (["--markdown", "-"], ["--markdown", "-"]), (["--markdown", "r.md"], ["--markdown", "r.md"]),
      (["--markdown=r.md"], ["--markdown=r.md"]),
    ] as [([String], [String])])
  func markdown(arguments: [String], today: [String]) {
    #expect(EarlierFlags().current(arguments) == today)
  }

  @Test(
    "Earlier names of values still work",
    arguments: [("--mode", "tts", "audio-bench"), ("--mode", "asr", "audio-bench"), ("--suite", "tts", "audio-check")])
  func values(flag: String, value: String, tool: String) async throws {
    // What is wrong is said of another flag.
    let run = try await Example.run(tool, [flag, value, "--timeout", "0"])
    #expect(run.status == 2)
    #expect(run.errors.contains("--timeout takes more than 0 seconds"), "\(run.errors)")
  }

  @Test("A protocol of the other kind of service is refused")
  func otherKind() async throws {
    for (tool, arguments) in [
      ("audio-bench", ["--mode", "speech", "--protocol", "transcribe"]),
      ("audio-bench", ["--protocol", "synthesize"]),
      ("audio-check", ["--suite", "speech", "--protocol", "transcribe"]),
    ] {
      let run = try await Example.run(tool, arguments)
      #expect(run.status == 2)
      #expect(run.errors.contains("has no meaning for"), "\(run.errors)")
    }
  }
}
