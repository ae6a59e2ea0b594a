import NPUBase
import NPUReliability
import NPUReporting
import Testing

/// A report of drills in its forms.
struct DrillReportTests {
  static let report: DrillReport = {
    let harmed = SampleEvidence.with(SampleEvidence.recovered) {
      $0.attempts = [DrillAttempt(name: "a | text\u{1B}[31m", end: .refused, detail: "status 400")]
    }
    return DrillReport(
      service: "http://127.0.0.1:8000",
      results: [
        DrillResult(.killAndRestart, SampleEvidence.recovered, duration: .seconds(5)),
        DrillResult(.corruptedJSON, harmed, duration: .seconds(1)),
        DrillResult(.portInUse, .notApplicable, "it needs the process of the service"),
      ])
  }()

  @Test("the console shows a line for each scenario, the findings of those that failed, and what did not run")
  func console() {
    let text = DrillText(Self.report).console
    #expect(text.contains("kill-restart"))
    #expect(text.contains("0.450"))
    #expect(text.contains("FAIL: neighbours are spared: 20 of 20"))
    #expect(text.contains("port-in-use: it needs the process"))
    #expect(text.contains("A probe each"))
    #expect(text.hasSuffix("FAIL: 3 scenarios: 1 pass, 1 fail, 0 undecided, 1 not applicable."))
    #expect(!text.contains("\u{1B}"))
  }

  @Test("Markdown and JUnit hold every scenario")
  func files() {
    let markdown = DrillText(Self.report).markdown
    let junit = Self.report.junit
    for result in Self.report.results {
      #expect(markdown.contains("## `\(result.scenario.name)`"))
      #expect(junit.contains("name=\"\(result.scenario.name): "))
    }
    #expect(junit.contains("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""))
  }

  @Test("JSON has verdicts, figures in milliseconds and the exit status, and is read back as it was")
  func json() throws {
    let text = try Self.report.json()
    let value = try JSONCoding.decode(JSONValue.self, from: Array(text.utf8))
    #expect(value["exit_status"]?.integer == 1)
    #expect(value["counts"]?["pass"]?.integer == 1)
    let first = value["results"]?.array?.first
    #expect(first?["verdict"]?.string == "pass")
    #expect(first?["figures"]?["time_to_detect_ms"]?.number == 10)
    #expect(first?["figures"]?["time_to_recover_ms"]?.number == 450)
    #expect(first?["figures"]?["requests_lost"]?.integer == 24)
    #expect(first?["states"]?.array?.first?["reading"]?["state"]?.string == "dead")
    #expect(try JSONCoding.decode(DrillReport.self, from: Array(text.utf8)) == Self.report)
  }

  @Test("a report passes only with something that passed and nothing that failed or stayed open")
  func exitStatus() {
    func report(_ verdicts: DrillVerdict...) -> DrillReport {
      DrillReport(service: "", results: verdicts.map { DrillResult(.restart, $0, "") })
    }
    #expect(report(.pass, .notApplicable).exitStatus == 0)
    #expect(report(.pass, .undecided).exitStatus == 1)
    #expect(report(.fail).exitStatus == 1)
    #expect(report(.undecided, .notApplicable).exitStatus == 2)
    #expect(report().exitStatus == 2)
    #expect(throws: DrillFailure.self) { try report(.undecided).require() }
  }
}
