import NPUAccuracy
import NPUMetrics
import NPUReporting
import NPUServices
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@Suite("Speech and transcriptions of the simulator's modes", .timeLimit(.minutes(30)))
struct SimulatedSpeechComparisonTests {
  private static let texts = ["Red fox.", "Six dogs.", "今天好。", "No rain.", "Go on.", "At nine."]

  private static func mode(_ change: (inout AudioBehaviour) -> Void = { _ in }) -> Behaviour {
    Behaviour().with {
      $0.audio.sampleRate = 8000
      change(&$0.audio)
    }
  }

  private func with<Result>(
    _ behaviours: [Behaviour], _ body: (CurlTransport, [ServiceConfiguration]) async throws -> Result
  ) async throws -> Result {
    try await withSimulator(behaviour: behaviours[0]) { first in
      try await withSimulator(behaviour: behaviours[1]) { second in
        try await CurlTransport.with { transport in
          try await body(transport, try [first, second].map { try ServiceConfiguration($0.baseURL) })
        }
      }
    }
  }

  private func speak(
    _ baseline: Behaviour, _ candidate: Behaviour, heardBy listener: Behaviour? = nil
  ) async throws -> SpeechComparison {
    guard let listener else { return try await speak(baseline, candidate, listenerAddress: nil) }
    return try await withSimulator(behaviour: listener) { simulator in
      try await speak(baseline, candidate, listenerAddress: simulator.baseURL)
    }
  }

  private func speak(
    _ baseline: Behaviour, _ candidate: Behaviour, listenerAddress: String?
  ) async throws -> SpeechComparison {
    try await with([baseline, candidate]) { transport, services in
      let listening = try listenerAddress.map { try ServiceConfiguration($0) } ?? services[0]
      let sides = services.map { service in
        ComparedSide(
          speech: SpeechClient(transport: transport, service: service), pattern: SpeechRequest(text: "", format: .wav))
      }
      return try await SpeechComparison.run(
        SpeechCase.cases(Self.texts), baseline: sides[0], candidate: sides[1],
        listener: TranscriptionClient(transport: transport, service: listening), concurrency: 2)
    }
  }

  @Test("The same voice is the same, and heard as the text")
  func same() async throws {
    let comparison = try await speak(Self.mode(), Self.mode())
    #expect(comparison.verdict == .same && comparison.sound.basis == .equal, "\(comparison.reason)")
    #expect(comparison.heard?.characters.difference?.candidateRate == 0)
    #expect(comparison.mean(\.durationRatio) == 1 && comparison.mean(\.levelDifference) == 0)
  }

  @Test("Speech that was cut is shorter by as much, and its end is not heard")
  func cut() async throws {
    let comparison = try await speak(Self.mode(), Self.mode { $0.speechCut = 0.5 })
    let ratio = try #require(comparison.mean(\.durationRatio))
    #expect(abs(ratio - 0.5) < 0.01)
    // What both have is equal but for the frames across the cut; the end tells.
    let (shared, whole) = (
      try #require(comparison.mean(\.distance)), try #require(comparison.mean(\.distanceToTheEnd))
    )
    #expect(whole > 10 && shared < whole / 3, "\(shared) and \(whole) dB")
    #expect(comparison.verdict == .worse && comparison.heard?.verdict == .worse, "\(comparison.reason)")
  }

  @Test("Another pitch is another sound")
  func pitch() async throws {
    let comparison = try await speak(Self.mode(), Self.mode { $0.speechPitch = 1.3 })
    #expect(comparison.sound.verdict == .worse)
    #expect(comparison.mean(\.durationRatio) == 1)
    #expect(comparison.verdict == .worse)
  }

  @Test("Noise that changes from run to run on both sides is no loss")
  func runNoise() async throws {
    let noisy = Self.mode { $0.speechRunNoise = 0.02 }
    let comparison = try await speak(noisy, noisy)
    #expect(comparison.sound.spread?.isDeterministic == false)
    #expect(comparison.sound.verdict != .worse, "\(comparison.reason)")
    #expect(comparison.heard?.verdict == .same)
    let json = comparison.document.json
    #expect(json["heard"]?["verdict"] == "same" && json["sound"]?["figure"] == "log-mel distance")
  }

  @Test("Silence and a refusal count against who gave them, by name")
  func faults() async throws {
    for (candidate, kind) in [
      (Self.mode().with { $0.flaws = [.speaksSilence] }, "silent"),
      (Self.mode().with { $0.fault = Fault(.status) }, "http_500"),
    ] {
      let comparison = try await speak(Self.mode(), candidate)
      #expect(comparison.cases.allSatisfy { $0.candidateFault?.kind.hasPrefix(kind.prefix(4)) == true })
      #expect(comparison.verdict == .worse, "\(comparison.reason)")
      let reversed = try await speak(candidate, Self.mode())
      #expect(reversed.sound.basis == .nothing)
      #expect(reversed.document.exitStatus == 2)
    }
  }

  @Test("A listener that fails says nothing of either voice, and the report says how often and why")
  func listenerFails() async throws {
    let comparison = try await speak(
      Self.mode(), Self.mode(), heardBy: Self.mode().with { $0.fault = Fault(.status) })
    #expect(comparison.cases.allSatisfy { $0.heard == nil && $0.listenerFault?.kind == "http_500" })
    #expect(comparison.sound.verdict == .same)
    #expect(comparison.heard?.characters.basis == .nothing && comparison.verdict == .undecided)
    let document = comparison.document
    #expect(document.notes.contains { $0.contains("6 of 6") && $0.contains("http_500") }, "\(document.notes)")
    #expect(document.json["listener_failed"] == 6)
    #expect(document.json["exact_match"]?.number == 1)
  }

  @Test("Wrong words of a known rate are found, and a recording compares as the live services do")
  func transcriptions() async throws {
    let folder = try TemporaryFolder()
    try await with([Self.mode(), Self.mode { $0.mistakeRate = 1 }]) { transport, services in
      let speech = SpeechClient(transport: transport, service: services[0])
      var cases: [TranscriptionCase] = []
      for text in Self.texts + ["Two words.", "The last one."] {
        let sound = try await speech.generate(SpeechRequest(text: text, format: .wav))
        cases.append(TranscriptionCase(id: "\(cases.count)", audio: sound.bytes, reference: text))
      }
      let sides = services.map { service in
        ComparedSide(
          transcription: TranscriptionClient(transport: transport, service: service),
          pattern: TranscriptionRequest(audio: .bytes([]), language: "en"))
      }
      let live = try await TranscriptionComparison.run(cases, baseline: sides[0], candidate: sides[1])
      #expect(live.verdict == .worse, "\(live.reason)")
      #expect(live.characters.difference?.baselineRate == 0)
      let writers = try ["a", "b"].enumerated().map {
        try RecordingWriter(folder: folder.file($0.element), manifest: sides[$0.offset].manifest)
      }
      for (side, writer) in zip(sides, writers) { try await side.record(cases, repeats: 1, into: writer) }
      let (first, second) = (try Recording(folder: folder.file("a")), try Recording(folder: folder.file("b")))
      let asked: [TranscriptionCase] = try first.asked()
      #expect(asked.map(\.reference) == cases.map(\.reference) && asked.allSatisfy { $0.audio == nil })
      let recorded = try await TranscriptionComparison.run(
        asked, baseline: ComparedSide(first), candidate: ComparedSide(second))
      #expect(recorded.cases == live.cases && recorded.characters == live.characters)
      #expect(TranscriptionRequest(commonOf: first).language == "en")
      // The sound is not in the recording: who asks now must bring it along.
      let silent = try await TranscriptionComparison.run(asked, baseline: ComparedSide(first), candidate: sides[0])
      #expect(silent.cases.allSatisfy { $0.candidateFault?.kind == "no_audio" })
      let repeated = try await TranscriptionComparison.run(cases, baseline: sides[0], candidate: sides[0], repeats: 2)
      #expect(repeated.repeated.cases == 8 && repeated.repeated.unequal == 0)
    }
  }
}
