import Foundation
import NPUConformance
import Testing

@Suite("The article on checks") struct CheckDocumentationTests {
  @Test("It has a row for each check, with its requirement") func rows() throws {
    let root = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let article = try String(
      contentsOf: root.appending(path: "Documentation/NPUTestKit.docc/CheckingAService.md"), encoding: .utf8)
    let checks =
      CheckSuite.llm.checks.map(\.about) + CheckSuite.multimodal.checks.map(\.about)
      + CheckSuite.image.checks.map(\.about) + CheckSuite.mindIE.checks.map(\.about)
      + CheckSuite.task.checks.map(\.about) + CheckSuite.transcription.checks.map(\.about)
      + CheckSuite.speech.checks.map(\.about)
    for check in checks {
      let row = "| `\(check.identifier)` | \(check.requirement) | \(check.severity.rawValue) |"
      #expect(article.contains(row), "the article lacks the row \(row)")
    }
  }
}
