import NPUAccuracy
import NPUBase
import NPUMetrics
import NPUReporting
import Testing

@Suite("The report of a comparison of language models")
struct LanguageModelComparisonReportTests {
  private func service(_ texts: [String?], right: [Bool?]) -> ComparedService {
    ComparedService(
      name: "http://npu|`x`",
      cases: zip(texts, right).enumerated().map { index, pair in
        let response = RecordedResponse(
          text: pair.0,
          tokens: pair.0.map { [RecordedToken(token: $0, logprob: -0.5, top: [$0: -0.5, "other": -1.6])] },
          error: pair.0 == nil ? "http_500: <broken>" : nil)
        return CaseResponses(id: "case & \(index)", alone: [JudgedResponse(response, isRight: pair.1)])
      })
  }

  private func comparison(_ right: [Bool?] = [true, nil, false]) throws -> LanguageModelComparison {
    try LanguageModelComparison(
      baseline: service(["a", "b", "c"], right: [true, nil, true]),
      candidate: service(["a", "x\u{1B}[1m", nil], right: right), tolerance: 0.1)
  }

  private func object(_ text: String) throws -> JSONValue { try JSONValue(reading: Array(text.utf8)) }

  @Test("The JSON has the promised keys, and null for what is not known")
  func json() throws {
    let report = try object(try comparison().json(notes: ["n"]))
    #expect(report["verdict"] == "undecided")
    #expect(report["cases"] == 3)
    #expect(abs((report["exact_match"]?.number ?? 0) - 1.0 / 3) < 1e-12)
    #expect(report["flips"]?["worse"] == 1)
    #expect(report["flips"]?["better"] == 0)
    #expect(report["flips"]?["p_value"]?.number == 1)
    #expect(report["minimum_detectable_loss"] == .null)
    #expect(report["loss"]?["estimate"]?.number == 0.5)
    #expect(report["failed"] == ["baseline": 0, "candidate": 1])
    #expect(report["judged"] == 2)
    #expect(report["tolerance"]?.number == 0.1)
    #expect(report["divergences"]?["parted"] == 1)
    #expect(report["logprobs"]?["source"] == "common_prefix")
    #expect(report["case_list"]?[0]?["id"] == "case & 2")
    #expect(report["case_list"]?[0]?["error"] == "http_500: <broken>")
    #expect(report["notes"] == ["n"])
    #expect(report["only_in_baseline"] == 0)
    #expect(report["determinism"] == nil)
    let unjudged = try object(
      try LanguageModelComparison(
        baseline: service(["a"], right: [nil]), candidate: service(["b"], right: [nil])
      ).json())
    #expect(unjudged["flips"] == ["worse": 0, "better": 0, "p_value": nil])
    #expect(unjudged["verdict"] == "undecided")
  }

  @Test("A long list of cases is cut, and what flipped comes first")
  func bounded() throws {
    let report = try object(try comparison().json(cases: 2))
    #expect(report["case_list"]?.array?.count == 2)
    #expect(report["case_list"]?[0]?["flip"] == "worse")
  }

  @Test("No text of a service steers a terminal or breaks a table")
  func hostile() throws {
    let comparison = try comparison()
    let text = LanguageModelComparisonText(comparison, notes: ["one\ntwo"])
    for report in [text.console, text.markdown, comparison.junit, comparison.json()] {
      #expect(!report.contains("\u{1B}"))
    }
    #expect(text.console.contains("Verdict: undecided"))
    #expect(text.markdown.hasPrefix("# Verdict: undecided"))
    #expect(text.console.contains("no response"))
  }

  @Test("JUnit fails by the verdict; single flips fail only where the candidate is worse")
  func junit() throws {
    let undecided = try comparison().junit
    #expect(undecided.contains(#"tests="4" failures="1" errors="0""#))
    #expect(undecided.contains(#"type="undecided""#))
    let baseline = service(Array(repeating: "a", count: 12), right: Array(repeating: true, count: 12))
    let worse = try LanguageModelComparison(
      baseline: baseline,
      candidate: service(Array(repeating: "b", count: 12), right: (0..<12).map { $0 >= 8 })
    ).junit
    #expect(worse.contains(#"tests="13" failures="9""#))
    let same = try LanguageModelComparison(baseline: baseline, candidate: baseline).junit
    #expect(same.contains(#"failures="0""#))
  }
}
