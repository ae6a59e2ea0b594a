import NPUConformance
import NPUReporting
import NPUSimulator
import Testing

@Suite("A service that answers one request at a time") struct SideBySideTests {
  private static let chosen = CheckSelection(only: [
    "llm.chat", "llm.stream", "llm.stream.done", "llm.multi-turn", "llm.stop", "llm.max-tokens", "llm.usage",
  ])
  /// Requests last long enough that those of one moment meet.
  private static let unhurried = Behaviour.exemplary.with { $0.interTokenLatency = .milliseconds(10) }

  @Test("Its checks do not fail one another, and the report says why they ran alone") func recognised() async throws {
    let behaviour = Self.unhurried.with { $0.flaws = [.refusesCompany] }
    try await withChatService(behaviour) { context, _ in
      let report = await (try CheckSuite.llm.selecting(Self.chosen)).run(in: context)
      #expect(report.failures.map { "\($0.check.identifier): \($0.finding.reason)" } == [])
      #expect(report.notes.count == 1)
      #expect(report.notes.first?.hasPrefix("The service did not answer 3 ordinary requests at once") == true)
      #expect(report.notes.first?.contains("status 503") == true)
      #expect(ConformanceText(report).console.contains("Note: The service did not answer 3 ordinary requests at once"))
      #expect(ConformanceText(report).markdown.contains("Note: The service did not answer 3 ordinary requests at once"))
      #expect(report.junit.contains("The service did not answer 3 ordinary requests at once"))
      #expect(try report.json().contains("The service did not answer 3 ordinary requests at once"))
    }
  }

  @Test("Others are not taken for one") func ordinary() async throws {
    try await withChatService(Self.unhurried) { context, _ in
      let report = await (try CheckSuite.llm.selecting(Self.chosen)).run(in: context)
      #expect(report.notes.isEmpty)
      #expect(report.passes)
    }
  }

  @Test("A service that fails alone as well is another matter") func broken() async throws {
    try await withChatService(Self.unhurried.with { $0.fault = .status(500) }) { context, _ in
      let report = await (try CheckSuite.llm.selecting(Self.chosen)).run(in: context)
      #expect(report.notes.isEmpty)
      #expect(report.failures.count == report.results.count)
    }
  }

  @Test("That many requests at once fail there is a finding") func concurrent() async throws {
    try await withChatService(Self.unhurried.with { $0.flaws = [.refusesCompany] }) { context, _ in
      let finding = await (try CheckSuite.check("llm.concurrent")).run(in: context).finding
      #expect(finding.verdict == .fail)
    }
  }
}
