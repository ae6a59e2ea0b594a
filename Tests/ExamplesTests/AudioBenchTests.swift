import Foundation
import NPUMetrics
import NPUSimulator
import NPUTestKit
import Testing

@Suite("audio-bench", .serialized)
struct AudioBenchTests {
  private static let small = ["--num-prompts", "6", "--max-concurrency", "3"]

  private func bench(_ arguments: [String], _ behaviour: Behaviour = Behaviour()) async throws -> Example.End {
    try await withSimulator(behaviour: behaviour) { simulator in
      try await Example.run("audio-bench", ["--base-url", simulator.baseURL] + Self.small + arguments)
    }
  }

  @Test("Without an address it says in its first line that it measures the built-in simulator")
  func builtIn() async throws {
    let run = try await Example.run("audio-bench", Self.small + ["--mode", "speech"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.lines.first?.contains("built-in simulator") == true)
    #expect(run.output.contains("Real-time factor"))
  }

  @Test(
    "Recognition of made audio gives the real-time factor at the top of its JSON", arguments: ["openai", "transcribe"])
  func recognition(wireProtocol: String) async throws {
    var behaviour = Behaviour()
    behaviour.audio.transcriptionFactor = 0.1
    let run = try await bench(["--protocol", wireProtocol, "--audio-seconds", "1", "--json"], behaviour)
    let report = try run.json()
    #expect(run.status == 0, "\(run.errors)")
    #expect(report["completed"]?.integer == 6)
    #expect(report["failed"]?.integer == 0)
    #expect(abs(try #require(report["audio_seconds"]?.number) - 6) < 0.01)
    #expect(try #require(report["rtf"]?.number) >= 0.1)
    for key in ["rtfx", "audio_seconds_per_second", "p99_e2e_ms", "mean_rtf", "total_processing_s", "report"] {
      #expect(report[key]?.number != nil || report[key]?.object != nil, "no \(key)")
    }
    #expect(report["wer"] == nil)
  }

  @Test("Recordings with a text beside them give an error rate, which can be limited")
  func errorRate() async throws {
    let folder = try TemporaryFolder()
    let clip = try AudioClip.toneBursts(seed: 3, .seconds(1)).wav()
    try Data(clip).write(to: URL(filePath: folder.file("a.wav")))
    _ = try folder.write("Red green blue white.\n", to: "a.txt")
    var behaviour = Behaviour()
    behaviour.audio.transcripts = [AudioBehaviour.digest(of: clip): "red green glue white"]
    let run = try await bench(["--audio-dir", folder.path, "--json", "--max-wer", "0.1"], behaviour)
    #expect(try run.json()["wer"]?.number == 0.25)
    #expect(run.status == 1)
    #expect(run.errors.contains("0.25"))
    let kept = try await bench(["--audio", folder.file("a.wav"), "--stream", "--json", "--max-wer", "0.3"], behaviour)
    #expect(kept.status == 0, "\(kept.errors)")
    #expect(try #require(try kept.json()["mean_first_text_ms"]?.number) > 0)
  }

  @Test(
    "What compares with words is refused before the run where no recording has any",
    arguments: [
      ["--max-wer", "0.1"], ["--normalizer", "none"], ["--slo", "wer<0.1"], ["--slo", "e2e:p99<5s", "cer<0.1"],
    ])
  func withoutWords(arguments: [String]) async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(try AudioClip.toneBursts(seed: 3, .seconds(1)).wav(), to: "a.wav")
    try await withSimulator { simulator in
      let run = try await Example.run(
        "audio-bench", ["--base-url", simulator.baseURL, "--audio", path] + Self.small + arguments)
      #expect(run.status == 2)
      #expect(run.errors.contains(arguments[0]), "\(run.errors)")
      #expect(run.errors.contains(folder.file("a.txt")), "\(run.errors)")
      #expect(simulator.requests.isEmpty)
    }
  }

  @Test("Synthesis tells the time to first audio and what a listener hears", arguments: ["whole", "bytes", "events"])
  func synthesis(delivery: String) async throws {
    var behaviour = Behaviour(timeToFirstToken: .milliseconds(10))
    behaviour.audio.speechFactor = 0.05
    let run = try await bench(
      // With a buffer in which whatever a busy machine delays comes in time.
      [
        "--mode", "speech", "--delivery", delivery, "--json", "--text", "One.", "Two.",
      ] + (delivery == "whole" ? [] : ["--jitter-buffer", "600000"]), behaviour)
    let report = try run.json()
    #expect(run.status == 0, "\(run.errors)")
    #expect(report["completed"]?.integer == 6)
    #expect(try #require(report["mean_time_to_first_audio_ms"]?.number) >= 10)
    #expect(report["tts_seconds_per_second_of_speech"] == report["rtf"])
    #expect(report["underruns_total"]?.integer == (delivery == "whole" ? nil : 0))
    #expect(try #require(report["p50_ttfa_ms"]?.number) > 0)
  }

  @Test("A voice loop hears what was said, and counts what was not")
  func roundTrip() async throws {
    let run = try await bench(["--round-trip", "--json"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try run.json()["wer"]?.number == 0)
    var behaviour = Behaviour()
    behaviour.audio.mistakeInterval = 3
    let worse = try await bench(
      [
        "--round-trip", "--json", "--protocol", "synthesize", "--protocol", "transcribe", "--text",
        "red green blue",
      ],
      behaviour)
    #expect(abs(try #require(try worse.json()["wer"]?.number) - 1.0 / 3) < 1e-9)
    #expect(try #require(try worse.json()["mean_transcription_ms"]?.number) > 0)
  }

  @Test("Failures are counted, and a run in which nothing completed has status 2")
  func failures() async throws {
    let run = try await bench(["--json"], Behaviour(fault: .status(503)))
    #expect(run.status == 2)
    #expect(try run.json()["failed"]?.integer == 6)
    let wrong = try await Example.run("audio-bench", ["--audio", "/nowhere/a.wav"])
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("/nowhere/a.wav"))
  }

  @Test(
    "Numbers that limit nothing are refused before the run",
    arguments: [
      ["--max-wer", "nan"], ["--max-wer=-0.1"], ["--max-wer", "inf"],
      ["--pcm-rate", "0", "--mode", "speech", "--format", "pcm"],
      ["--jitter-buffer=-5", "--mode", "speech", "--delivery", "bytes"],
    ])
  func refusesNumbers(arguments: [String]) async throws {
    let run = try await Example.run("audio-bench", Self.small + arguments)
    #expect(run.status == 2)
    #expect(run.output.isEmpty)
    let option = try #require(arguments.first?.split(separator: "=").first)
    #expect(run.errors.contains("\(option) takes"), "\(run.errors)")
  }

  @Test("A folder that cannot be read is named with the reason")
  func unreadableFolder() async throws {
    let run = try await Example.run("audio-bench", ["--audio-dir", "/nowhere/at/all"])
    #expect(run.status == 2)
    #expect(run.errors.contains("/nowhere/at/all: No such file or directory"), "\(run.errors)")
    #expect(!run.errors.contains("Domain"))
  }

  @Test("A key that goes to the recognition without encryption is warned of")
  func exposure() async throws {
    try await withSimulator { simulator in
      // The same machine under a name that is not known to be it.
      let other = simulator.baseURL.replacing("127.0.0.1", with: "0.0.0.0")
      let run = try await Example.run(
        "audio-bench", ["--base-url", simulator.baseURL, "--round-trip", "--transcription-url", other] + Self.small,
        environment: ["OPENAI_API_KEY": "sk-secret"])
      #expect(run.errors.contains("goes to \(other) without encryption"), "\(run.errors)")
      #expect(!run.errors.contains("sk-secret"))
    }
  }

  @Test("Without a model the first that the service lists is asked for", arguments: ["transcription", "speech"])
  func choosesModel(mode: String) async throws {
    try await withSimulator(behaviour: Behaviour().with { $0.models = ["first", "second"] }) { simulator in
      let run = try await Example.run(
        "audio-bench", ["--base-url", simulator.baseURL, "--mode", mode] + Self.small)
      #expect(run.status == 0, "\(run.errors)")
      let sent = simulator.requests.filter { $0.path.contains("/audio/") }
      #expect(sent.count == 6)
      #expect(sent.allSatisfy { String(decoding: $0.body, as: UTF8.self).contains("first") })
    }
  }

  @Test("llm-bench sends images, and measures their share of the TTFT")
  func images() async throws {
    let folder = try TemporaryFolder()
    try Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1]).write(to: URL(filePath: folder.file("a.png")))
    var behaviour = Bench.behaviour
    behaviour.audio.encodeLatency = .milliseconds(500)
    let flags = ["--image", folder.file("a.png"), folder.file("a.png"), "--json"]
    let run = try await Bench.run(flags, behaviour) {
      #expect($0.requests.contains { String(decoding: $0.body, as: UTF8.self).contains("data:image/png;base64,iVBO") })
    }
    #expect(run.status == 0, "\(run.errors)")
    #expect(try #require(try run.json()["mean_ttft_ms"]?.number) >= 1005)
    let compared = try await Bench.run(
      flags + ["--compare-without-image", "--max-concurrency", "1"], behaviour,
      load: ["--num-prompts", "8", "--dataset-name", "fixed", "--output-len", "2"])
    let report = try compared.json()
    #expect(compared.status == 0, "\(compared.errors)")
    #expect(report["image_pairs"]?.integer == 4)
    #expect(try #require(report["image_share_of_ttft"]?.number) > 0)
    #expect(report["image_share_low"]?.number != nil)
    let missing = try await Bench.run(["--image", "/nowhere/a.png"], behaviour)
    #expect(missing.status == 2)
    #expect(missing.errors.contains("/nowhere/a.png"))
  }
}
