import Foundation
import NPUSimulator
import NPUTestKit
import Testing

@Suite("llm-check", .serialized) struct LLMCheckTests {
  private static func run(
    _ arguments: [String], _ behaviour: Behaviour = .exemplary, environment: [String: String] = [:]
  ) async throws -> Example.End {
    try await withSimulator(behaviour: behaviour) { simulator in
      try await Example.run("llm-check", ["--base-url", simulator.baseURL] + arguments, environment: environment)
    }
  }

  @Test("Without an address the built-in simulator is checked, and passes") func simulator() async throws {
    let ending = try await Example.run("llm-check", [])
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.lines.first?.hasPrefix("Checking the built-in simulator at http://127.0.0.1:") == true)
    #expect(ending.output.contains("PASS: \(CheckSuite.llm.checks.count) checks"))
  }

  @Test("The simulator passes the checks of images too") func multimodal() async throws {
    let ending = try await Example.run("llm-check", ["--suite", "multimodal"])
    #expect(ending.status == 0, "\(ending.output)")
    #expect(ending.output.contains("PASS: \(CheckSuite.multimodal.checks.count) checks"))
  }

  @Test("A flaw gives status 1, and the reports are written all the same") func flaw() async throws {
    let folder = try TemporaryFolder()
    let (junit, markdown) = (folder.file("report.xml"), folder.file("report.md"))
    let ending = try await Self.run(
      ["--json", "--tag", "usage", "--junit", junit, "--markdown", markdown], .flawed(.miscountsUsage))
    #expect(ending.status == 1)
    let report = try ending.json()
    #expect(report["counts"]?["fail"] == 2)
    #expect(report["exit_status"] == 1)
    #expect(try folder.text("report.xml").contains(#"tests="3" failures="2" errors="0" skipped="0""#))
    #expect(try folder.text("report.md").contains("| `llm.usage` | The token counts add up | FAIL |"))
  }

  @Test("A report that could not be written is refused before anything is asked") func unwritable() async throws {
    let ending = try await Self.run(["--only", "llm.chat", "--junit", "/no/such/folder/report.xml"])
    #expect(ending.status == 2)
    #expect(ending.errors.contains("/no/such/folder/report.xml cannot be written"))
    #expect(!ending.errors.contains("llm.chat:"))
  }

  @Test("Names choose the checks, and an unknown one gives status 2 and the known ones") func selection() async throws {
    let few = try await Self.run(["--only", "llm.chat,llm.stop", "--skip", "sampling"])
    #expect(few.status == 0, "\(few.errors)")
    #expect(few.output.contains("PASS: 1 checks"))
    let wrong = try await Self.run(["--only", "llm.chatt"])
    #expect(wrong.status == 2)
    #expect(wrong.errors.contains("has no check called \"llm.chatt\"; it has health.ready, "))
    let none = try await Self.run(["--only", "llm.chat", "--skip", "llm.chat"])
    #expect(none.status == 2)
    #expect(none.errors.contains("No check is left"))
  }

  @Test("The list says what each check demands, and asks nobody") func list() async throws {
    let ending = try await Example.run("llm-check", ["--list", "--tag", "tools"])
    #expect(ending.status == 0, "\(ending.errors)")
    #expect(ending.lines.filter { $0.hasPrefix("llm.") }.count == 3)
    #expect(ending.output.contains("Needs tool calling."))
  }

  @Test("Nobody there gives status 2 and one reason") func dead() async throws {
    let ending = try await Example.run("llm-check", ["--base-url", "http://127.0.0.1:1"])
    #expect(ending.status == 2)
    #expect(ending.lines.filter { $0.contains("no service answers at") }.count == 1)
    #expect(ending.output.contains("NOT CHECKED"))
  }

  @Test("The key comes from the environment or the option, a wrong one gives status 2, and none is shown") func key()
    async throws
  {
    let guarded = Behaviour.exemplary.with { $0.apiKey = "sk-a-good-key" }
    let good = try await Self.run(["--only", "llm.chat"], guarded, environment: ["OPENAI_API_KEY": "sk-a-good-key"])
    #expect(good.status == 0, "\(good.errors)")
    let option = try await Self.run(["--only", "llm.chat", "--api-key", "sk-a-good-key"], guarded)
    #expect(option.status == 0, "\(option.errors)")
    let wrong = try await Self.run([], guarded, environment: ["OPENAI_API_KEY": "sk-a-wrong-key"])
    #expect(wrong.status == 2)
    #expect(wrong.output.contains("refuses the credentials"))
    for ending in [good, option, wrong] {
      #expect(!(ending.output + ending.errors).contains("-key\""))
      #expect(!(ending.output + ending.errors).contains("sk-a"))
    }
  }
}
