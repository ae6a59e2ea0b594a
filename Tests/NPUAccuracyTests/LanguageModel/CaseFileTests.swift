import NPUAccuracy
import NPULoad
import NPUMetrics
import TestSupport
import Testing

@Suite("Files of cases and of responses")
struct CaseFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("A case has an id, a prompt and what a right response has")
  func cases() throws {
    let path = try folder.write(
      """
      {"id": "a", "prompt": "2+2?", "reference": "4", "output_tokens": 8, "topic": "sums"}

      {"id": 7, "messages": [{"role": "user", "content": "Say hi"}], "keywords": ["Hi", "there"]}
      {"id": "c", "prompt": "Any?", "pattern": "[0-9]+ km"}
      """, to: "cases.jsonl")
    let cases = try CaseFile.cases(path)
    #expect(cases.map(\.id) == ["a", "7", "c"])
    #expect(cases[0].prompt == Prompt(.text("2+2?"), outputTokens: 8))
    #expect(cases[0].expectation.isMet(by: " ４\n") == true)
    #expect(cases[0].expectation.isMet(by: "-4") == false)
    #expect(cases[1].expectation.isMet(by: "hi, THERE you are") == true)
    #expect(cases[1].expectation.isMet(by: "hi") == false)
    #expect(cases[2].expectation.isMet(by: "It is 42 km away") == true)
    #expect(CaseExpectation().isMet(by: "") == nil)
  }

  @Test(
    "A broken line is an error that names it",
    arguments: [
      (#"{"prompt": "x"}"#, "no id"), (#"{"id": "x"}"#, "neither prompt nor messages"), ("[1]", "no JSON object"),
      (#"{"id": "ok", "prompt": "x"}"#, "stands on line 1"),
      (#"{"id": "x", "prompt": "y", "pattern": "("}"#, "regular"),
      (#"{"id": "x", "prompt": "y", "keywords": [[]]}"#, "keywords"),
    ])
  func brokenCases(_ line: String, _ message: String) throws {
    let path = try folder.write(#"{"id": "ok", "prompt": "fine"}"# + "\n" + line + "\n", to: "cases.jsonl")
    let error = #expect(throws: AccuracyError.self) { try CaseFile.cases(path) }
    #expect(error?.message.contains(message) == true)
    #expect(error?.line == 2)
    #expect(error?.path == path)
  }

  @Test("The built-in cases have ids of their own, and most of them an expectation that their answer meets")
  func builtIn() {
    let cases = AccuracyCase.builtIn
    #expect(Set(cases.map(\.id)).count == cases.count)
    #expect(cases.count { $0.expectation.isMet(by: $0.expectation.keywords.joined(separator: " ")) == true } >= 30)
    #expect(cases.contains { $0.expectation.isMet(by: "") == nil })
  }

  private func answers(_ own: String, _ other: String) throws -> LanguageModelComparison {
    let services = try AnswerFile.services(
      baseline: AnswerFile(path: folder.write(own, to: "b.jsonl")),
      candidate: AnswerFile(path: folder.write(other, to: "c.jsonl")), named: ("b", "c"))
    return try LanguageModelComparison(baseline: services.baseline, candidate: services.candidate)
  }

  @Test("A judgement goes before a reference, and a reference of one file serves both")
  func judgements() throws {
    let comparison = try answers(
      """
      {"id": "judged", "text": "5", "reference": "4", "correct": true}
      {"id": "referenced", "text": "Four", "reference": "FOUR"}
      {"id": "missing", "text": null, "reference": "1"}
      {"id": "only", "text": "x"}
      """,
      """
      {"id": "missing", "text": "1"}
      {"id": "referenced", "text": "five"}
      {"id": "judged", "text": "4", "correct": false}
      """)
    #expect(comparison.judged == 3)
    #expect(comparison.flips?.flips == (try PairedFlips(worse: 2, better: 1, cases: 3)))
    #expect(comparison.baselineFailed == 1)
    #expect(comparison.onlyInBaseline == ["only"])
  }

  @Test("A judgement of one side alone does not stand beside the reference of the other: equal texts are equal")
  func oneSidedJudgement() throws {
    let own = (0..<8).map {
      #"{"id": "\#($0)", "text": "The capital is Paris.", "reference": "Paris", "correct": true}"#
    }
    let other = (0..<8).map { #"{"id": "\#($0)", "text": "The capital is Paris."}"# }
    let comparison = try answers(own.joined(separator: "\n"), other.joined(separator: "\n"))
    #expect(comparison.verdict == .same)
    #expect(comparison.flips?.flips.flips == 0)
  }

  @Test(
    "A broken line of responses is an error that names it",
    arguments: [
      (#"{"text": "x"}"#, "no id"), (#"{"id": "x"}"#, "no text"), (#"{"id": "ok", "text": "y"}"#, "line 1"),
      (#"{"id": "x", "text": {}}"#, "text"), (#"{"id": "x", "text": "y", "correct": "yes"}"#, "correct"), ("x", "JSON"),
    ])
  func brokenAnswers(_ line: String, _ message: String) throws {
    let path = try folder.write(#"{"id": "ok", "text": "fine"}"# + "\n" + line, to: "a.jsonl")
    let error = #expect(throws: AccuracyError.self) { try AnswerFile(path: path) }
    #expect(error?.message.contains(message) == true)
    #expect(error?.line == 2)
  }

  @Test("Different references of one case are refused, and so is an empty file")
  func refused() throws {
    let error = #expect(throws: AccuracyError.self) {
      try answers(#"{"id": "a", "text": "x", "reference": "1"}"#, #"{"id": "a", "text": "x", "reference": "2"}"#)
    }
    #expect(error?.kind == .changedCase)
    #expect(throws: AccuracyError.self) { try answers("\n", #"{"id": "a", "text": "x"}"#) }
  }
}
