import NPUSimulator
import NPUTestKit
import Testing

@Suite("image-bench and audio-bench examine responses", .serialized)
struct MediaBenchQualityTests {
  private static let load = ["--num-prompts", "16", "--max-concurrency", "4", "--json"]

  private static func run(
    _ tool: String, _ arguments: [String], _ behaviour: Behaviour = Behaviour()
  ) async throws -> Example.End {
    try await withSimulator(behaviour: behaviour) { simulator in
      try await Example.run(tool, ["--base-url", simulator.baseURL] + load + arguments)
    }
  }

  @Test("image-bench compares images under load with those alone")
  func imageBench() async throws {
    let arguments = ["--size", "32x32", "--steps", "2", "--image-seed", "5", "--quality", "--alone-cases", "8"]
    let run = try await Self.run("image-bench", arguments)
    #expect(run.status == 0, "\(run.errors)")
    let quality = try #require(try run.json()["quality"])
    #expect(quality["answers"]?.integer == 16 && quality["wrong"]?.integer == 0)
    #expect(quality["kinds"]?["empty"]?["count"]?.integer == 0)
    let alone = try #require(quality["alone_vs_load"])
    #expect((alone["cases"]?.integer ?? 0) >= 4 && alone["worse"]?.integer == 0)
    #expect(alone["likeness"]?["measure"]?.string == "ssim" && alone["likeness"]?["under_load"]?.number == 1)
    let racing = Behaviour().with {
      $0.flaws = [.racesOnSeeds]
      $0.images.overhead = .milliseconds(20)
    }
    let raced = try await Self.run("image-bench", arguments, racing)
    #expect((try raced.json()["quality"]?["alone_vs_load"]?["worse"]?.integer ?? 0) >= 3)
    let plain = try await Self.run("image-bench", ["--size", "32x32", "--steps", "2"])
    #expect(try plain.json()["quality"] == nil)
  }

  @Test("audio-bench finds silence in speech, and compares transcriptions")
  func audioBench() async throws {
    let silent = try await Self.run(
      "audio-bench", ["--mode", "speech", "--text", "Go on.", "--quality"],
      Behaviour().with { $0.flaws = [.speaksSilence] })
    #expect(silent.status == 0, "\(silent.errors)")
    #expect(try silent.json()["quality"]?["kinds"]?["empty"]?["count"]?.integer == 16)
    let heard = try await Self.run("audio-bench", ["--audio-seconds", "1", "--quality"])
    #expect(heard.status == 0, "\(heard.errors)")
    let alone = try #require(try heard.json()["quality"]?["alone_vs_load"])
    #expect(alone["likeness"]?["measure"]?.string == "wer" && alone["worse"]?.integer == 0)
  }

  @Test("Flags that would do nothing are refused")
  func refusals() async throws {
    for (tool, flags, words) in [
      ("image-bench", ["--alone-cases", "4"], "needs --quality"),
      ("image-bench", ["--quality", "--alone-cases", "-1"], "0 to 10000"),
      ("audio-bench", ["--alone-cases", "4"], "needs --quality"),
      ("audio-bench", ["--quality", "--round-trip"], "--quality and --round-trip do not go together"),
    ] {
      let run = try await Example.run(tool, flags)
      #expect(run.status == 2)
      #expect(run.errors.contains(words), "\(run.errors)")
    }
  }
}
