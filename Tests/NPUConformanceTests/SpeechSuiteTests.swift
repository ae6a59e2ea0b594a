import NPUConformance
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTransport
import Testing

@Suite("The checks of a service that speaks", .serialized) struct SpeechSuiteTests {
  private func withService(
    _ behaviour: Behaviour, wireProtocol: SpeechRequest.WireProtocol = .openAI,
    _ body: (SpeechCheckContext) async throws -> Void
  ) async throws {
    try await withSimulator(behaviour: behaviour) { simulator in
      let transport = try CurlTransport()
      defer { transport.shutDown() }
      try await body(
        SpeechCheckContext(
          transport: transport, service: try ServiceConfiguration(simulator.baseURL), wireProtocol: wireProtocol))
    }
  }

  private func check(_ identifier: String) throws -> Check<SpeechCheckContext> {
    try #require(try CheckSuite.speech.selecting(CheckSelection(only: [identifier])).checks.first)
  }

  @Test("A service without a flaw passes", arguments: CheckSuite.speech.checks)
  func good(_ check: Check<SpeechCheckContext>) async throws {
    try await withService(check.tags.contains(.stream) ? .unhurriedSpeech : .exemplary) { context in
      let finding = await check.run(in: context).finding
      #expect(finding.verdict == .pass, "\(finding.reason)")
    }
  }

  @Test("A service with a flaw is found out", arguments: AudioMutant.synthesis)
  func mutant(_ mutant: AudioMutant) async throws {
    let check = try check(mutant.check)
    try await withService(mutant.behaviour) { context in
      let finding = await check.run(in: context).finding
      #expect(finding.verdict == .fail, "\(finding.reason)")
      #expect(finding.reason.contains(mutant.reason), "\(finding.reason)")
    }
  }

  @Test("Each check has a service that it must find wanting") func complete() {
    #expect(Set(AudioMutant.synthesis.map(\.check)) == Set(CheckSuite.speech.checks.map(\.id)))
  }

  @Test("The plain form of a service passes") func plain() async throws {
    try await withService(.unhurriedSpeech, wireProtocol: .synthesize) { context in
      let report = await CheckSuite.speech.run(in: context)
      try report.require()
      #expect(report.results.allSatisfy { $0.finding.verdict == .pass })
    }
  }

  @Test(
    "What a service does not have does not apply, in its own words",
    arguments: [
      (Flaw.refusesSpeed, "tts.speed", "A speed is not supported"),
      (.variesSpeech, "tts.stream.equals-whole", "two equal requests"),
    ])
  func absence(_ flaw: Flaw, _ identifier: String, _ reason: String) async throws {
    try await withService(.flawed(flaw)) { context in
      let finding = await (try check(identifier)).run(in: context).finding
      #expect(finding.verdict == .notApplicable, "\(finding.reason)")
      #expect(finding.reason.contains(reason), "\(finding.reason)")
    }
  }

  @Test("Voices of a speech service that varies are told apart by more than it varies") func varying() async throws {
    try await withService(.flawed(.variesSpeech)) { context in
      let finding = await (try check("tts.voice")).run(in: context).finding
      #expect(finding.verdict == .pass, "\(finding.reason)")
      #expect(finding.reason.contains("dB more than within each"), "\(finding.reason)")
    }
  }

  @Test("A service of one voice is not judged by two") func oneVoice() async throws {
    try await withService(.exemplary.with { $0.audio.voices = ["alto"] }) { context in
      let finding = await (try check("tts.voice")).run(in: context).finding
      #expect(finding.verdict == .notApplicable)
      #expect(finding.reason.contains("fewer than two"), "\(finding.reason)")
    }
  }
}
