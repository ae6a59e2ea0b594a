import Foundation
import NPUSimulator
import NPUTestKit
import Testing

@Suite("audio-check", .serialized) struct AudioCheckTests {
  private static let short = ["--long-seconds", "40", "--oversized-seconds", "60"]

  private static func run(_ arguments: [String], _ behaviour: Behaviour = .exemplary) async throws -> Example.End {
    try await withSimulator(behaviour: behaviour) { simulator in
      try await Example.run("audio-check", ["--base-url", simulator.baseURL] + arguments)
    }
  }

  @Test("Without an address the built-in simulator is checked, and hears what it speaks") func recognition()
    async throws
  {
    let ending = try await Example.run("audio-check", Self.short)
    #expect(ending.status == 0, "\(ending.output)")
    #expect(ending.lines.first?.hasPrefix("Checking the built-in simulator at http://127.0.0.1:") == true)
    #expect(ending.output.contains("PASS: \(CheckSuite.transcription.checks.count) checks"))
  }

  @Test("The simulator passes the checks of synthesis in both protocols", arguments: ["openai", "synthesize"])
  func synthesis(_ wireProtocol: String) async throws {
    let ending = try await Example.run("audio-check", ["--suite", "speech", "--protocol", wireProtocol])
    #expect(ending.status == 0, "\(ending.output)")
    #expect(ending.output.contains("PASS: \(CheckSuite.speech.checks.count) checks"))
  }

  @Test("A flaw gives status 1, and the reports are written all the same") func flaw() async throws {
    let folder = try TemporaryFolder()
    let (junit, markdown) = (folder.file("report.xml"), folder.file("report.md"))
    let ending = try await Self.run(
      ["--suite", "speech", "--json", "--tag", "basic", "--junit", junit, "--markdown", markdown],
      .flawed(.speaksSilence))
    #expect(ending.status == 1)
    let report = try ending.json()
    #expect(report["counts"]?["fail"] == 2)
    #expect(try folder.text("report.xml").contains(#"tests="2" failures="2" errors="0" skipped="0""#))
    #expect(try folder.text("report.md").contains("| `tts.audible` | Speech can be heard | FAIL |"))
  }

  @Test("Nobody there gives status 2") func dead() async throws {
    let ending = try await Example.run("audio-check", ["--suite", "speech", "--base-url", "http://127.0.0.1:1"])
    #expect(ending.status == 2)
    #expect(ending.output.contains("NOT CHECKED"))
  }

  @Test("An unknown check gives status 2 and the known ones") func unknown() async throws {
    let ending = try await Example.run("audio-check", ["--only", "asr.nothing"])
    #expect(ending.status == 2)
    #expect(ending.errors.contains("has no check called \"asr.nothing\"; it has asr.transcribe, "))
  }
}
