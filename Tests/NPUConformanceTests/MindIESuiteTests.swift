import NPUConformance
import NPUServices
import NPUSimulator
import NPUTransport
import Testing

@Suite("The checks of MindIE's own protocols") struct MindIESuiteTests {
  fileprivate static let behaviour = Behaviour(outputTokens: 40).with { $0.wireProtocol = .mindie }

  private func verdicts(
    _ wireProtocol: MindIERequest.WireProtocol, _ behaviour: Behaviour
  ) async throws -> [String: Finding] {
    try await withSimulator(behaviour: behaviour) { simulator in
      let context = try await MindIECheckContext(Service(simulator.baseURL), wireProtocol: wireProtocol)
      let report = await CheckSuite.mindIE.run(in: context)
      return Dictionary(uniqueKeysWithValues: report.results.map { ($0.check.identifier, $0.finding) })
    }
  }

  @Test(
    "A server without a flaw passes what applies to the protocol, and the rest says why it does not",
    arguments: [
      (.tgi, ["mindie.tokens"]), (.infer, ["mindie.tokens", "mindie.stop"]), (.triton, ["mindie.stop"]),
      (.vllm, ["mindie.tokens", "mindie.max-tokens", "mindie.usage"]),
    ] as [(MindIERequest.WireProtocol, Set<String>)])
  func good(wireProtocol: MindIERequest.WireProtocol, others: Set<String>) async throws {
    let findings = try await verdicts(wireProtocol, Self.behaviour)
    for (identifier, finding) in findings {
      #expect(
        finding.verdict == (others.contains(identifier) ? .notApplicable : .pass), "\(identifier): \(finding.reason)")
      if others.contains(identifier) { #expect(finding.reason.contains(wireProtocol.rawValue)) }
    }
  }

  /// A server with one flaw, and the check that must find it.
  struct Mutant: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var behaviour = MindIESuiteTests.behaviour

    init(_ check: String, change: (inout Behaviour) -> Void) {
      testDescription = check
      change(&behaviour)
    }
  }

  static let mutants: [Mutant] = [
    Mutant("mindie.health") { $0.mindie.state = .abnormal },
    Mutant("mindie.health.timed") { $0.mindie.failsProbe = true },
    Mutant("mindie.whole") { $0.finishReason = "abort" },
    Mutant("mindie.stream") { $0.tokensPerChunk = 64 },
    Mutant("mindie.stream.equals-whole") { $0.flaws = [.losesStreamedToken] },
    Mutant("mindie.max-tokens") { $0.finishReason = "eos_token" },
    Mutant("health.models") { $0.flaws = [.listsNoModels] },
  ]

  @Test("A server with a flaw is found out", arguments: mutants)
  func flawed(_ mutant: Mutant) async throws {
    let finding = try #require(try await verdicts(.infer, mutant.behaviour)[mutant.testDescription])
    #expect(finding.verdict == .fail, "\(finding.reason)")
  }

  @Test("A server that is busy serves, and one whose management address is elsewhere is not asked for its health")
  func health() async throws {
    let busy = try await verdicts(.tgi, Self.behaviour.with { $0.mindie.state = .busy })
    #expect(busy["mindie.health"]?.verdict == .pass)
    var options = Simulator.Options()
    options.managementPort = 0
    try await withSimulator(behaviour: Self.behaviour, options: options) { simulator in
      let service = try Service(simulator.baseURL)
      var context = try await MindIECheckContext(service, wireProtocol: .tgi)
      let check = try #require(CheckSuite.mindIE.checks.first { $0.id == "mindie.health" })
      #expect(await check.run(in: context).finding.verdict == .notApplicable)
      let management = try Service(try #require(simulator.managementURL))
      context = try await MindIECheckContext(service, wireProtocol: .tgi, management: management)
      #expect(await check.run(in: context).finding.verdict == .pass)
    }
  }
}
