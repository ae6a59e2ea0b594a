import Foundation
import NPUSimulator
import NPUTestKit
import Testing

@Suite("image-check", .serialized) struct ImageCheckTests {
  private static func run(_ arguments: [String], _ behaviour: Behaviour) async throws -> Example.End {
    try await withSimulator(behaviour: behaviour) { simulator in
      try await Example.run("image-check", ["--base-url", simulator.baseURL, "--size", "64x64"] + arguments)
    }
  }

  @Test("Without an address the built-in simulator is checked, and passes", arguments: ["image", "task"])
  func simulator(_ suite: String) async throws {
    let ending = try await Example.run(
      "image-check",
      ["--suite", suite, "--size", "64x64"]
        + (suite == "image" ? ["--custom-size", "48x80", "--rounds", "1", "--lora", "style"] : []))
    #expect(ending.status == 0, "\(ending.output)")
    #expect(ending.lines.first?.hasPrefix("Checking the built-in simulator at http://127.0.0.1:") == true)
    #expect(
      ending.output.contains(
        "PASS: \(suite == "image" ? CheckSuite.image.checks.count : CheckSuite.task.checks.count) checks"))
  }

  @Test("A flaw gives status 1, and the reports are written all the same") func flaw() async throws {
    let folder = try TemporaryFolder()
    let (junit, markdown) = (folder.file("report.xml"), folder.file("report.md"))
    let ending = try await Self.run(
      ["--json", "--only", "image.seed,image.seed.other", "--junit", junit, "--markdown", markdown],
      .flawed(.ignoresSeed))
    #expect(ending.status == 1)
    let report = try ending.json()
    #expect(report["counts"]?["fail"] == 1)
    #expect(report["exit_status"] == 1)
    #expect(try folder.text("report.xml").contains(#"tests="2" failures="1" errors="0" skipped="1""#))
    #expect(try folder.text("report.md").contains("| `image.seed` | The same seed gives the same pixels | FAIL |"))
  }

  @Test("Nobody there gives status 2", arguments: ["image", "task"]) func dead(_ suite: String) async throws {
    let ending = try await Example.run("image-check", ["--suite", suite, "--base-url", "http://127.0.0.1:1"])
    #expect(ending.status == 2)
    #expect(ending.output.contains("NOT CHECKED"))
  }

  @Test("A size that is none gives status 2 and says what is one") func badSize() async throws {
    let ending = try await Example.run("image-check", ["--custom-size", "wide"])
    #expect(ending.status == 2)
    #expect(ending.errors.contains("'wide' is invalid for '--custom-size <WIDTHxHEIGHT>'"), "\(ending.errors)")
  }
}
