import Foundation
import NPUMetrics
import NPUSimulator
import NPUTestKit
import Testing

@Suite("image-compare and audio-compare between services", .timeLimit(.minutes(30)))
struct MediaCompareTests {
  private static let images = ["--size", "32x32", "--steps", "2", "--prompt", "a", "--seeds", "4"]

  private func with<Result>(
    _ candidate: Behaviour, _ body: (Simulator, Simulator) async throws -> Result
  ) async throws -> Result {
    try await withSimulator(behaviour: Behaviour().with { $0.audio.sampleRate = 8000 }) { baseline in
      try await withSimulator(behaviour: candidate.with { $0.audio.sampleRate = 8000 }) { candidate in
        try await body(baseline, candidate)
      }
    }
  }

  private func sides(_ baseline: Simulator, _ candidate: Simulator) -> [String] {
    ["--baseline-url", baseline.baseURL, "--candidate-url", candidate.baseURL]
  }

  @Test("Images: the verdict and the status follow the known difference, in every form, with sheets")
  func images() async throws {
    let folder = try TemporaryFolder()
    try await with(Behaviour().with { $0.images.blend = 1 }) { baseline, candidate in
      let worse = try await Example.run(
        "image-compare",
        sides(baseline, candidate) + Self.images + [
          "--json", "--heatmaps", folder.file("sheets"), "--markdown", folder.file("m"), "--junit", folder.file("j"),
          "--concurrency", "2",
        ])
      #expect(worse.status == 1, "\(worse.errors)")
      let json = try worse.json()
      #expect(json["verdict"] == "worse" && json["cases"] == 4)
      #expect(json["judgement"]?["basis"] == "band" && json["judgement"]?["bad"] == 4)
      #expect(json["similarity"]?.number != nil && json["exact_match"]?.number == 0)
      #expect(json["flips"] == ["worse": 0, "better": 0, "p_value": .null])
      #expect(json["results"]?[0]?["scores"]?["ssim"]?.number != nil)
      #expect(try folder.text("m").contains("**worse**") && folder.text("j").contains("failures=\"1\""))
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("sheets"))
      #expect(names.count == 8)
      let sheet = try folder.image("sheets/" + (try #require(names.first { $0.hasSuffix("side.png") })))
      #expect(sheet.info.width == 3 * 32 + 16)
      let same = try await Example.run(
        "image-compare", sides(baseline, baseline) + Self.images + ["--protocol", "openai"])
      #expect(same.status == 0, "\(same.output) \(same.errors)")
      #expect(same.output.contains("SAME:"))
    }
  }

  @Test("Images: a recording is made, goes on, and compares as the live service")
  func recordedImages() async throws {
    let folder = try TemporaryFolder()
    try await with(Behaviour().with { $0.images.noise = 3 }) { baseline, candidate in
      let record = ["--base-url", baseline.baseURL, "--record", folder.file("gpu")] + Self.images
      let first = try await Example.run("image-compare", record + ["--json"])
      #expect(first.status == 0, "\(first.errors)")
      #expect(try first.json()["recorded"] == 8)
      let again = try await Example.run("image-compare", record)
      #expect(again.status == 0 && again.output.contains("Recorded 0 responses"), "\(again.errors)")
      let other = try await Example.run("image-compare", record + ["--steps", "3"])
      #expect(other.status == 2 && other.errors.contains("steps"), "\(other.errors)")
      let live = try await Example.run("image-compare", sides(baseline, candidate) + Self.images + ["--json"])
      let against = try await Example.run(
        "image-compare", ["--against", folder.file("gpu"), "--candidate-url", candidate.baseURL, "--json"])
      #expect(live.status == 1 && against.status == 1, "\(against.errors)")
      #expect(try live.json()["results"] == against.json()["results"])
      #expect(try live.json()["reason"] == against.json()["reason"])
      let itself = try await Example.run(
        "image-compare", ["--against", folder.file("gpu"), "--candidate-recording", folder.file("gpu")])
      #expect(itself.status == 0, "\(itself.errors)")
      let wrong = try await Example.run(
        "audio-compare", ["--against", folder.file("gpu"), "--candidate-recording", folder.file("gpu")])
      #expect(wrong.status == 2 && wrong.errors.contains("kind image"), "\(wrong.errors)")
      var busy = Fault(.status)
      busy.status = 503
      baseline.behaviour.fault = busy
      let recordBusy = ["--base-url", baseline.baseURL, "--record", folder.file("busy"), "--json"] + Self.images
      let leftOut = try await Example.run("image-compare", recordBusy)
      #expect(leftOut.status == 2 && leftOut.errors.contains("4 cases failed in passing"), "\(leftOut.errors)")
      #expect(try leftOut.json()["left_out"] == 4 && leftOut.json()["recorded"] == 0)
      baseline.behaviour.fault = nil
      let resumed = try await Example.run("image-compare", recordBusy)
      #expect(try resumed.status == 0 && resumed.json()["recorded"] == 8, "\(resumed.errors)")
    }
  }

  @Test("Transcriptions: recordings with their texts, live and recorded")
  func transcriptions() async throws {
    let folder = try TemporaryFolder()
    try await with(Behaviour().with { $0.audio.mistakeRate = 1 }) { baseline, candidate in
      try FileManager.default.createDirectory(atPath: folder.file("wav"), withIntermediateDirectories: true)
      let service = try Service(baseline.baseURL)
      for (index, text) in ["Red fox.", "Six dogs.", "Go on.", "At nine.", "No rain.", "今天好。"].enumerated() {
        let sound = try await service.speech.generate(SpeechRequest(text: text, format: .wav))
        _ = try folder.write(sound.bytes, to: "wav/\(index).wav")
        _ = try folder.write(text + "\n", to: "wav/\(index).txt")
      }
      let sounds = ["--audio-dir", folder.file("wav")]
      let live = try await Example.run("audio-compare", sides(baseline, candidate) + sounds + ["--json"])
      #expect(live.status == 1, "\(live.errors)")
      let json = try live.json()
      #expect(json["verdict"] == "worse" && json["cases"] == 6 && json["with_truth"] == 6)
      #expect(json["cer"]?["baseline"]?.number == 0)
      let same = try await Example.run(
        "audio-compare", sides(baseline, baseline) + sounds + ["--protocol", "transcribe"])
      #expect(same.status == 0 && same.output.contains("SAME:"), "\(same.output) \(same.errors)")
      let record = ["--baseline-url", baseline.baseURL, "--record", folder.file("gpu")] + sounds
      #expect(try await Example.run("audio-compare", record).status == 0)
      let against = ["--against", folder.file("gpu"), "--candidate-url", candidate.baseURL]
      let recorded = try await Example.run("audio-compare", against + sounds + ["--json"])
      #expect(try recorded.json()["cer"] == json["cer"], "\(recorded.errors)")
      // A sound that the recording lacks is named, and the service is not asked for it.
      _ = try folder.write("Late.", to: "wav/6.txt")
      try FileManager.default.copyItem(atPath: folder.file("wav/0.wav"), toPath: folder.file("wav/6.wav"))
      let part = try await Example.run("audio-compare", against + sounds + ["--json"])
      let named = try part.json()
      #expect(named["on_one_side_alone"] == ["6.wav"] && named["cases"] == 6, "\(part.errors)")
      _ = try folder.write([0xC4, 0xE3, 0xBA, 0xC3], to: "wav/6.txt")
      let foreign = try await Example.run("audio-compare", sides(baseline, candidate) + sounds)
      #expect(foreign.status == 2 && foreign.errors.contains("6.txt is not in UTF-8"), "\(foreign.errors)")
      try FileManager.default.removeItem(atPath: folder.file("wav/6.wav"))
      let silent = try await Example.run("audio-compare", against)
      #expect(silent.status == 2 && silent.errors.contains("--audio-dir"), "\(silent.errors)")
      _ = try folder.write("Blue fox.", to: "wav/0.txt")
      let changed = try await Example.run("audio-compare", against + sounds)
      #expect(changed.status == 2 && changed.errors.contains("0.wav"), "\(changed.errors)")
    }
  }

  @Test("Speech: sounds and what is heard in them")
  func speech() async throws {
    try await with(Behaviour().with { $0.audio.speechCut = 0.5 }) { baseline, candidate in
      let texts = ["--kind", "speech", "--text", "Red fox.", "Six dogs.", "--transcription-url", baseline.baseURL]
      let cut = try await Example.run("audio-compare", sides(baseline, candidate) + texts + ["--json"])
      #expect(cut.status == 1, "\(cut.errors)")
      let json = try cut.json()
      #expect(json["verdict"] == "worse" && json["heard"]?["cer"]?["baseline"]?.number == 0)
      #expect(try #require(json["duration_ratio"]?.number) < 0.6)
      let same = try await Example.run("audio-compare", sides(baseline, baseline) + texts)
      #expect(same.status == 0 && same.output.contains("SAME:"), "\(same.output) \(same.errors)")
    }
  }

  @Test("Vision: keywords of both sides over made images, live and recorded")
  func vision() async throws {
    let folder = try TemporaryFolder()
    let demonstration = try await Example.run("llm-compare", ["--multimodal", "--json"])
    #expect(demonstration.status == 1, "\(demonstration.errors)")
    let json = try demonstration.json()
    #expect(json["cases"] == 60 && json["verdict"] == "worse" && json["kind"] == "vision")
    #expect(try #require(json["flips"]?["worse"]?.integer) >= 6)
    try await with(Behaviour()) { baseline, candidate in
      let few = ["--multimodal", "--made-images", "4"]
      let record = few + ["--base-url", baseline.baseURL, "--record", folder.file("gpu")]
      let recorded = try await Example.run("llm-compare", record)
      #expect(recorded.status == 0 && recorded.output.contains("Recorded 4"), "\(recorded.errors)")
      let against = try await Example.run(
        "llm-compare", few + ["--against", folder.file("gpu"), "--candidate-url", candidate.baseURL])
      #expect(against.status == 0 && against.output.contains("SAME:"), "\(against.output) \(against.errors)")
    }
  }

  @Test("Nobody there is told before anything is compared")
  func nobody() async throws {
    let run = try await Example.run(
      "image-compare",
      ["--baseline-url", "http://127.0.0.1:9", "--candidate-url", "http://127.0.0.1:9", "--protocol", "openai"])
    #expect(run.status == 2 && run.errors.contains("No service answers"), "\(run.errors)")
    let diffusers = try await Example.run(
      "image-compare",
      [
        "--baseline-url", "http://127.0.0.1:9", "--candidate-url", "http://127.0.0.1:9", "--prompt", "a", "--seeds",
        "1",
      ])
    #expect(diffusers.status == 2 && diffusers.output.contains("not judged"), "\(diffusers.output)")
  }

  @Test("Without a service the simulator's two modes are compared, and it says so")
  func demonstration() async throws {
    let arguments = ["--size", "24x24", "--steps", "1", "--seeds", "13"]
    let run = try await Example.run("image-compare", arguments)
    #expect(run.output.contains("simulator's two modes"))
    #expect(run.status == 0 && run.output.contains("SAME:"), "\(run.output) \(run.errors)")
    #expect(run.output.contains("78"))
    // Noise of 3 levels: even a flat image has an SSIM of 58.5 / 67.5 = 0.87, within the band.
    let json = try await Example.run("image-compare", arguments + ["--json"]).json()
    #expect(json["verdict"] == "same" && json["judgement"]?["basis"] == "band" && json["judgement"]?["bad"] == 0)
    #expect(json["judgement"]?["spread"]?["deterministic"] == true && json["exact_match"]?.number == 0)
    let psnr = try #require(json["psnr"]?.number)
    #expect(abs(psnr - 10 * log10(255 * 255 / (9 + 1.0 / 12))) < 0.5, "\(psnr) dB")
  }

  @Test("Without a service audio-compare compares a simulator with one that mishears a word in a hundred")
  func audioDemonstration() async throws {
    let run = try await Example.run("audio-compare", ["--json"])
    let json = try run.json()
    // Too few texts for `same` at 1 %, and the baseline has no error that could be won.
    #expect(run.status == 1 && json["cases"] == 80 && json["with_truth"] == 80, "\(run.errors)")
    #expect(json["cer"]?["basis"] == "truth" && json["cer"]?["baseline"]?.number == 0)
    let rate = try #require(json["cer"]?["candidate"]?.number)
    #expect(rate > 0 && rate < 0.05, "\(rate)")
  }
}
