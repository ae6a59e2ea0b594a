import Foundation
import NPUSimulator
import NPUTestKit
import Testing

@Suite("llm-compare", .serialized) struct LLMCompareTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func cases(_ count: Int) throws -> String {
    try folder.write(
      (0..<count).map { #"{"id": "c\#($0)", "prompt": "Repeat \"word \#($0)\"", "reference": "word \#($0)"}"# }
        .joined(separator: "\n"), to: "cases.jsonl")
  }

  private func answers(_ name: String, _ isRight: [Bool]) throws -> String {
    try folder.write(
      isRight.enumerated().map { #"{"id": "\#($0)", "text": "\#(name) \#($0)", "correct": \#($1)}"# }
        .joined(separator: "\n"), to: "\(name).jsonl")
  }

  @Test("Without arguments the two modes of the simulator are compared, and the loss of one is found")
  func simulators() async throws {
    let run = try await Example.run("llm-compare", ["--logprobs"])
    #expect(run.status == 1, "\(run.errors)")
    #expect(run.lines.first?.hasPrefix("Comparing the built-in simulator's GPU mode") == true)
    #expect(run.output.contains("Verdict: worse"))
    #expect(run.output.contains("Log-probabilities"))
  }

  @Test("Files of responses give the promised JSON, and a status that says the verdict")
  func answerFiles() async throws {
    let own = try answers("b", Array(repeating: true, count: 40))
    let other = try answers("c", (0..<40).map { $0 >= 9 })
    let (junit, markdown) = (folder.file("r.xml"), folder.file("r.md"))
    let run = try await Example.run(
      "llm-compare",
      ["--baseline-answers", own, "--candidate-answers", other, "--json", "--junit", junit, "--markdown", markdown])
    #expect(run.status == 1, "\(run.errors)")
    let report = try run.json()
    #expect(report["verdict"] == "worse")
    #expect(report["cases"] == 40)
    #expect(report["exact_match"] == 0)
    #expect(report["normalized_match"] == 0)
    #expect(report["similarity"]?.number ?? 0 > 0.5)
    #expect(report["flips"]?["worse"] == 9)
    #expect(report["flips"]?["better"] == 0)
    #expect(abs((report["flips"]?["p_value"]?.number ?? 0) - 0.00390625) < 1e-12)
    #expect(report["minimum_detectable_loss"]?.number ?? 0 > 0)
    #expect(try folder.text("r.xml").contains(#"tests="41" failures="10""#))
    #expect(try folder.text("r.md").hasPrefix("# Verdict: worse"))
    let same = try await Example.run("llm-compare", ["--baseline-answers", own, "--candidate-answers", own, "--json"])
    #expect(same.status == 0)
    #expect(try same.json()["verdict"] == "same")
  }

  @Test("A service is recorded once, and compared with its recording twice")
  func recorded() async throws {
    let cases = try cases(12)
    let (path, second) = (folder.file("baseline"), folder.file("candidate"))
    try await withSimulator(behaviour: .gpu) { gpu in
      let record = ["--base-url", gpu.baseURL, "--cases", cases, "--repeats", "2"]
      let first = try await Example.run("llm-compare", ["--record", path] + record)
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.output.contains("Recorded 24 responses"))
      let again = try await Example.run("llm-compare", ["--record", path] + record)
      #expect(again.output.contains("Recorded 0 responses"), "\(again.errors)")
      let against = try await Example.run(
        "llm-compare", ["--against", path, "--candidate-url", gpu.baseURL, "--cases", cases, "--json"])
      #expect(against.status == 0, "\(against.errors)")
      #expect(try against.json()["determinism"]?["baseline"]?["equal_alone"] == 12)
      _ = try await Example.run("llm-compare", ["--record", second] + record)
    }
    let both = try await Example.run(
      "llm-compare", ["--against", path, "--candidate-recording", second, "--cases", cases, "--json"])
    #expect(both.status == 0, "\(both.errors)")
    #expect(try both.json()["baseline_scores"] == [1, 1])
    // A changed case is detected and not compared.
    _ = try folder.write(try folder.text("cases.jsonl").replacing("word 3", with: "word 33"), to: "cases.jsonl")
    let changed = try await Example.run(
      "llm-compare", ["--against", path, "--candidate-recording", second, "--cases", cases, "--json"])
    #expect(changed.status == 2)
    #expect(changed.errors.contains("c3") && changed.errors.contains("changed_case"))
    #expect(try changed.json()["error"]?["kind"] == "changed_case")
  }

  @Test(
    "What cannot be compared gives status 2 and says why",
    arguments: [
      (["--baseline-answers", "a"], "belong together"), (["--record", "r"], "name it by one of"),
      (["--baseline-url", "http://127.0.0.1:1"], "needs two services"), (["--against", "r"], "needs the candidate"),
      (["--tolerance", "1"], "above 0 and below 1"), (["--candidate-recording", "r"], "--against"),
      (["--against", "/no/such", "--candidate-recording", "/no/such"], "/no/such"),
      (["--baseline-answers", "a", "--candidate-answers", "b", "--repeats", "2"], "do not go together"),
    ])
  func refused(_ arguments: [String], _ message: String) async throws {
    let run = try await Example.run("llm-compare", arguments)
    #expect(run.status == 2)
    #expect(run.errors.contains(message), "\(run.errors)")
  }
}
