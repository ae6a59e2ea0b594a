import NPUConformance
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTransport
import Testing

@Suite("The checks of a recogniser of speech") struct TranscriptionSuiteTests {
  private typealias Context = TranscriptionCheckContext

  /// Runs something against a simulator that was asked to speak the recordings before it got its flaw.
  private func withService(
    _ behaviour: Behaviour, wireProtocol: TranscriptionRequest.WireProtocol = .openAI, hasClips: Bool = true,
    _ body: (TranscriptionCheckContext) async throws -> Void
  ) async throws {
    try await withSimulator(behaviour: .exemplary) { simulator in
      let transport = try CurlTransport()
      defer { transport.shutDown() }
      let service = try ServiceConfiguration(simulator.baseURL)
      var context = TranscriptionCheckContext(transport: transport, service: service, wireProtocol: wireProtocol)
      // Over the 30 seconds of the flaw, and over the limit of the size, but small.
      context.longDuration = .seconds(80)
      context.oversizedSeconds = 200
      context.sizeLimit = 6_000_000
      if hasClips { try await context.speechClips(with: SpeechClient(transport: transport, service: service)) }
      var flawed = behaviour
      flawed.audio.fileLimit = context.sizeLimit
      // No more of a file is listened to than the simulator keeps: it is told what a long one says.
      if let long = try context.longClip() {
        flawed.audio.transcripts[AudioBehaviour.digest(of: long.wav)] = long.reference
      }
      simulator.behaviour = flawed
      try await body(context)
    }
  }

  private func check(_ identifier: String) throws -> Check<TranscriptionCheckContext> {
    try #require(try CheckSuite.transcription.selecting(CheckSelection(only: [identifier])).checks.first)
  }

  @Test("A service without a flaw passes", arguments: CheckSuite.transcription.checks)
  func good(_ check: Check<TranscriptionCheckContext>) async throws {
    try await withService(.exemplary) { context in
      let finding = await check.run(in: context).finding
      #expect(finding.verdict == .pass, "\(finding.reason)")
    }
  }

  @Test("A service with a flaw is found out", arguments: AudioMutant.recognition)
  func mutant(_ mutant: AudioMutant) async throws {
    let check = try check(mutant.check)
    try await withService(mutant.behaviour) { context in
      let finding = await check.run(in: context).finding
      #expect(finding.verdict == .fail, "\(finding.reason)")
      #expect(finding.reason.contains(mutant.reason), "\(finding.reason)")
    }
  }

  @Test("Each check has a service that it must find wanting") func complete() {
    #expect(Set(AudioMutant.recognition.map(\.check)) == Set(CheckSuite.transcription.checks.map(\.id)))
  }

  @Test("The plain form of a service passes, and its stream does not apply") func plain() async throws {
    try await withService(.exemplary, wireProtocol: .transcribe) { context in
      let report = await CheckSuite.transcription.run(in: context)
      try report.require()
      #expect(
        Set(report.results.filter { $0.finding.verdict != .pass }.map(\.check.identifier))
          == ["asr.duration", "asr.stream.equals-whole", "asr.error.status"])
    }
  }

  @Test("Without recordings no words are judged") func noClips() async throws {
    try await withService(.exemplary, hasClips: false) { context in
      for identifier in ["asr.transcribe", "asr.english", "asr.chinese", "asr.mixed", "asr.language", "asr.long"] {
        let finding = await (try check(identifier)).run(in: context).finding
        #expect(finding.verdict == .notApplicable, "\(identifier): \(finding.reason)")
        #expect(finding.reason.contains("there is no recording "), "\(finding.reason)")
      }
    }
  }

  @Test("An honest service hears nothing in a recording without words, and is not failed for it")
  func honest() async throws {
    let transport = ScriptedTransport { request in
      var isStream = false
      if case .bytes(let body) = request.body {
        isStream = String(decoding: body, as: UTF8.self).contains("\"stream\"")
      }
      guard isStream else { return VacuousService.json(#"{"text":""}"#) }
      return [
        .head(status: 200),
        .body(#"data: {"choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}]}"# + "\n\n"),
        .body("data: [DONE]\n\n"),
      ]
    }
    let context = Context(transport: transport, service: try ServiceConfiguration("http://127.0.0.1:8000"))
    for identifier in ["asr.transcribe", "asr.stream.equals-whole"] {
      let finding = await (try check(identifier)).run(in: context).finding
      #expect(finding.verdict == .notApplicable, "\(identifier): \(finding.reason)")
    }
  }

  @Test("A service that refuses streams is not judged by them") func noStreams() async throws {
    try await withService(.flawed(.refusesTextStreams)) { context in
      let finding = await (try check("asr.stream.equals-whole")).run(in: context).finding
      #expect(finding.verdict == .notApplicable)
      #expect(finding.reason.contains("Streams are not supported"), "\(finding.reason)")
    }
  }

  @Test("A file that the service does not take is no long recording") func limited() async throws {
    try await withService(.exemplary) { context in
      var context = context
      context.longDuration = .seconds(200)
      let finding = await (try check("asr.long")).run(in: context).finding
      #expect(finding.verdict == .notApplicable)
      #expect(finding.reason.contains("Maximum file size exceeded"), "\(finding.reason)")
    }
  }
}
