import Foundation
import NPUBase
import NPUConformance
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTransport
import Testing

@Suite("The checks of a language model") struct LLMSuiteTests {
  /// A service without a flaw whose streams last so long that a client that comes late still sees them overlap.
  private static let unhurried = Behaviour.exemplary.with { $0.interTokenLatency = .milliseconds(10) }

  @Test("A service without a flaw passes", arguments: CheckSuite.llm.checks)
  func good(_ check: Check<LLMCheckContext>) async throws {
    try await withChatService(Self.unhurried) { context, _ in
      let result = await check.run(in: context)
      try result.require()
      #expect(result.finding.verdict == .pass, "\(result.finding.reason)")
    }
  }

  @Test("A service with a flaw is found out", arguments: LLMMutant.all)
  func mutant(_ mutant: LLMMutant) async throws {
    let check = try CheckSuite.check(mutant.check)
    try await withChatService(mutant.behaviour) { context, _ in
      var context = context
      if mutant.what == "another_name" { context.model = "third" }
      let finding = await check.run(in: context).finding
      #expect(finding.verdict == .fail, "\(finding.reason)")
      #expect(finding.reason.contains(mutant.reason), "\(finding.reason)")
    }
  }

  @Test("Each check has a service that it must find wanting") func complete() {
    #expect(Set(LLMMutant.all.map(\.check)) == Set(CheckSuite.llm.checks.map(\.id)))
  }

  @Test("Identifiers are unique, and each check says what it demands") func descriptions() {
    let checks = CheckSuite.llm.checks.map(\.about)
    #expect(Set(checks.map(\.identifier)).count == checks.count)
    for check in checks {
      #expect(!check.tags.isEmpty, "\(check.identifier)")
      #expect(check.requirement.hasSuffix("."), "\(check.identifier)")
    }
    #expect(CheckSuite.llm.checks.first?.description == "health.ready: The service says that it serves")
  }

  @Test("Only suites with a mutant for each flaw know all flaws") func flawsAreUsed() {
    let used = LLMMutant.all.reduce(into: Set<Flaw>()) { $0.formUnion($1.behaviour.flaws) }
      .union(LLMAbsence.all.flatMap(\.behaviour.flaws))
      .union(MultimodalSuiteTests.Mutant.all.flatMap(\.behaviour.flaws)).union([.refusesImages, .refusesSeveralImages])
      .union(ImageMutant.all.flatMap(\.behaviour.flaws)).union([.ignoresControlImages, .ignoresSourceImages])
      .union(TaskMutant.all.flatMap(\.behaviour.flaws))
      .union((AudioMutant.recognition + AudioMutant.synthesis).flatMap(\.behaviour.flaws))
      .union([.refusesTextStreams, .refusesSpeed, .variesSpeech, .refusesCompany])
    #expect(used == Set(Flaw.allCases))
  }

  @Test("What a service does not have does not apply, in its own words", arguments: LLMAbsence.all)
  func absence(_ absence: LLMAbsence) async throws {
    try await withChatService(absence.behaviour) { context, _ in
      for identifier in absence.checks {
        let finding = await (try CheckSuite.check(identifier)).run(in: context).finding
        #expect(finding.verdict == .notApplicable, "\(identifier): \(finding.reason)")
        #expect(finding.reason.contains(absence.reason), "\(finding.reason)")
      }
    }
  }

  @Test("A MindIE server passes the whole suite") func mindie() async throws {
    try await withChatService(Self.unhurried.with { $0.wireProtocol = .mindie }) { context, _ in
      let report = await CheckSuite.llm.run(in: context)
      try report.require()
      #expect(
        report.results.filter { $0.finding.verdict != .pass }.map(\.check.identifier) == ["llm.error.over-long-context"]
      )
    }
  }

  @Test("A reasoning model is judged by what it says after its reasoning") func reasoning() async throws {
    try await withChatService(Self.unhurried.with { $0.reasoningTokens = 20 }) { context, _ in
      let report = await CheckSuite.llm.run(in: context)
      try report.require()
      var short = context
      short.semanticTokens = 10
      let cut = await (try CheckSuite.check("llm.multi-turn.memory")).run(in: short).finding
      #expect(cut.verdict == .inconclusive)
      #expect(cut.reason.contains("10 tokens of reasoning"))
    }
  }

  @Test("A judge of one's own replaces the keywords, and the finding names it") func ownJudge() async throws {
    try await withChatService { context, _ in
      var context = context
      context.memoryCase.judge = ResponseJudge("the length of the response") { response in
        response.count == 3 ? nil : "the response has \(response.count) characters"
      }
      let finding = await (try CheckSuite.check("llm.multi-turn.memory")).run(in: context).finding
      #expect(finding.verdict == .fail)
      #expect(finding.reason.contains("has 8 characters; judged by the length of the response"))
    }
  }
}

/// A service that lacks an ability, and what checks must say of it.
struct LLMAbsence: Sendable, CustomStringConvertible {
  var description: String
  var behaviour: Behaviour
  var checks: [String]
  var reason: String

  static let all = [
    LLMAbsence(
      description: "no system role", behaviour: .flawed(.refusesSystemRole),
      checks: ["llm.system-prompt", "llm.system-prompt.followed"], reason: "System role not supported"),
    LLMAbsence(
      description: "no tool parser", behaviour: .flawed(.refusesTools),
      checks: ["llm.tools", "llm.tools.stream", "llm.tools.result"], reason: "need a tool call parser"),
    LLMAbsence(
      description: "no log-probabilities", behaviour: .flawed(.refusesLogprobs), checks: ["llm.logprobs"],
      reason: "not supported"),
    LLMAbsence(
      description: "no health route", behaviour: .exemplary.with { $0.healthStatus = 404 }, checks: ["health.ready"],
      reason: "status 404"),
    LLMAbsence(
      description: "no stated length", behaviour: .exemplary.with { $0.wireProtocol = .mindie },
      checks: ["llm.error.over-long-context"], reason: "give it to the check"),
  ]
}
