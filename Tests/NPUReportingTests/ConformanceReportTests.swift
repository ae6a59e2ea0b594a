import Foundation
import NPUBase
import NPUConformance
import NPUReporting
import Testing

@Suite("Reports of conformance") struct ConformanceReportTests {
  private let report = SampleConformance.report

  @Test("A JUnit document is well-formed and has the right counts") func counts() throws {
    let read = try JUnitReading(report.junit)
    #expect(read.suite["tests"] == "6")
    #expect(read.suite["failures"] == "1")
    #expect(read.suite["errors"] == "1")
    #expect(read.suite["skipped"] == "3")
    #expect(read.suite["time"] == "12.346")
    #expect(read.cases.map(\.outcome) == [nil, "failure", "skipped", "skipped", "error", "skipped"])
    #expect(read.cases.map(\.name).first == "s.pass: Title of s.pass <&>")
  }

  @Test("Messages come back as they were, but for what XML cannot hold") func messages() throws {
    let read = try JUnitReading(report.junit)
    let expected = "a <b> & \"c\" 'd' | e\nf\u{FFFD}\u{FFFD}\u{FFFD}[31m\u{FFFD} ]]> 你好 🚀 \u{FFFD}"
    #expect(read.cases[1].attributes["message"] == expected)
    #expect(read.cases[1].attributes["type"] == "fail")
    #expect(read.cases[1].text == "Requirement: It must.\nKnown deviations: Some do not.")
    #expect(read.cases[1].output.contains(expected))
    #expect(read.cases[1].output.contains("1 of 3 exchanges shown"))
    #expect(read.cases[2].attributes["message"] == "recommended, fail: because")
    #expect(read.cases[3].attributes["message"] == "because")
    #expect(read.cases[5].attributes["message"] == "recommended, inconclusive: because")
  }

  @Test(
    "Every Unicode scalar can stand in a report",
    arguments: [0...0x2FF, 0xD700...0xD7FF, 0xE000...0xE0FF, 0xFF00...0x1_00FF])
  func scalars(range: ClosedRange<UInt32>) throws {
    let text = String(String.UnicodeScalarView(range.compactMap(Unicode.Scalar.init)))
    var report = report
    report.results[1].finding.reason = text
    let message = try #require(try JUnitReading(report.junit).cases[1].attributes["message"])
    #expect(message.unicodeScalars.count == text.unicodeScalars.count)
    let kept = zip(message.unicodeScalars, text.unicodeScalars).filter { $0 != $1 }
    #expect(kept.allSatisfy { $0.0 == "\u{FFFD}" })
  }

  @Test("An empty report is well-formed too") func empty() throws {
    let read = try JUnitReading(ConformanceReport(suite: "s", service: "x", results: []).junit)
    #expect(read.suite["tests"] == "0")
    #expect(read.cases.isEmpty)
  }

  @Test("JSON holds counts, verdict and exit status, and can be read back") func json() throws {
    let text = try report.json()
    let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    #expect(value["counts"] == ["pass": 1, "fail": 2, "not_applicable": 1, "inconclusive": 2])
    #expect(value["passes"] == false)
    #expect(value["exit_status"] == 1)
    #expect(value["results"]?[1]?["check"]?["id"] == "s.fail")
    #expect(try JSONDecoder().decode(ConformanceReport.self, from: Data(text.utf8)) == report)
  }

  @Test("Text for a terminal shows each check on a line, and steers no terminal") func console() throws {
    let lines = ConformanceText(report).console.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.filter { $0.hasPrefix("pass ") || $0.hasPrefix("n/a ") }.count == 2)
    #expect(lines.contains { $0.hasPrefix("FAIL         s.fail") })
    #expect(lines.contains { $0.hasPrefix("warn         s.warn") })
    #expect(lines.contains { $0.hasPrefix("INCONCLUSIVE s.open") })
    let verdict = try #require(lines.last)
    #expect(verdict.hasPrefix("FAIL: 6 checks in 12.3 s: 1 pass, 2 fail, 1 not applicable, 2 inconclusive; "))
    #expect(verdict.hasSuffix("; 2 failed or inconclusive checks are only recommended and do not count."))
    let controls = lines.joined().unicodeScalars.filter { $0.properties.generalCategory == .control }
    #expect(controls.isEmpty)
  }

  @Test("Markdown has a row for each check, and its evidence cannot end a block") func markdown() {
    let lines = ConformanceText(report).markdown.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.filter { $0.hasPrefix("| `s.") }.count == 6)
    let row = #"| `s.fail` | Title of s.fail \<&\> | FAIL | a \<b\> & "c" 'd' \| e f"#
    #expect(lines.contains { $0.hasPrefix(row) })
    #expect(lines.filter { $0.hasPrefix("## ") } == ["## `s.fail`", "## `s.open`", "## `s.warn`", "## `s.open-warn`"])
    #expect(lines.filter { $0.contains("127.0.0.1/v1") }.allSatisfy { $0.hasPrefix("    ") })
  }

  @Test("A failure thrown in a test says what the report says") func failure() throws {
    let error = #expect(throws: ConformanceFailure.self) { try report.require() }
    #expect(error.map { "\($0)" } == ConformanceText(report).console)
    let single = #expect(throws: ConformanceFailure.self) { try report.results[4].require() }
    #expect(single?.description.contains("because") == true)
    try report.results[0].require()
    try report.results[2].require()
    try report.results[3].require()
  }

  @Test(
    "The exit status tells pass, failure and nothing checked apart",
    arguments: [
      ([Finding.Verdict.pass], 0), ([.pass, .notApplicable], 0), ([.pass, .fail], 1), ([.fail], 1),
      ([.pass, .inconclusive], 1), ([.inconclusive, .notApplicable], 2), ([.notApplicable], 2), ([], 2),
    ])
  func exitStatus(verdicts: [Finding.Verdict], status: Int) {
    let results = verdicts.enumerated().map { SampleConformance.result("c\($0)", $1) }
    let report = ConformanceReport(suite: "s", service: "x", results: results)
    #expect(Int(report.exitStatus) == status)
    #expect(report.passes == (status == 0))
  }
}
