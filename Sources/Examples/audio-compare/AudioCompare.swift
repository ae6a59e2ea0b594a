import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit
import ToolSupport

/// Whether a service of transcription or speech is as good as its baseline.
@main
struct AudioCompare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audio-compare", abstract: "Compare the transcriptions or the speech of two services.",
    discussion: """
      Transcription: both services write the same recordings down, and their error rates are compared with what was \
      said: a file beside a recording, of the same name and ending in .txt. Speech: both say the same texts; their \
      sounds are compared, and what --transcription-url hears in them. Without arguments the simulator's two modes are \
      compared.

        audio-compare --baseline-url GPU --candidate-url NPU --audio-dir recordings
        audio-compare --kind speech --baseline-url GPU --candidate-url NPU --transcription-url ASR
        audio-compare --baseline-url GPU --audio-dir recordings --record FOLDER
        audio-compare --against FOLDER --candidate-url NPU --audio-dir recordings

      \(ComparedServiceOptions.exitStatus)
      """)

  @Option(help: "What is compared: transcription or speech.") var kind = AudioService.transcription
  @OptionGroup(title: "Services") var compared: ComparedServiceOptions
  @OptionGroup(title: "Services") var protocols: AudioProtocolOptions
  @OptionGroup(title: "Transcription") var transcription: TranscriptionCaseOptions
  @OptionGroup(title: "Speech") var speech: SpeechCaseOptions
  @Option(
    help: ArgumentHelp("Difference of error rates that does not matter, 0.01 as the guides have it.", valueName: "rate")
  )
  var tolerance = 0.01
  @OptionGroup(title: "Connection") var target: ServiceOptions
  @OptionGroup(title: "Output") var output: CheckReportOptions

  static func main() async { await runAsTool(earlier: ["--record": "--record"], rules: rules) }

  func validate() throws {
    if kind == .transcription || speech.transcriptionURL == nil { try protocols.check(for: kind) }
    try ValidationError.unless("--tolerance", tolerance, isIn: 0.0001...0.9999)
  }

  func run() async throws {
    let simulators =
      compared.services.comparesSimulators
      ? (
        try await Simulator.start(behaviour: Self.baseline),
        try await Simulator.start(behaviour: kind == .speech ? Self.hoarse : Self.deaf)
      ) : nil
    let status =
      switch kind {
      case .transcription: try await compareTranscriptions(simulators.map { ($0.0.baseURL, $0.1.baseURL) })
      case .speech: try await compareSpeech(simulators.map { ($0.0.baseURL, $0.1.baseURL) })
      }
    try await simulators?.0.shutDown()
    try await simulators?.1.shutDown()
    if !status.isSuccess { throw status }
  }

  private func compareTranscriptions(_ simulators: (baseline: String, candidate: String)?) async throws -> ExitCode {
    let made = try await simulators.asyncMap { try await Demonstration.spoken(by: $0.baseline) }
    let errors = TranscriptErrors(transcription.normalizer ?? .automatic)
    return try await ServiceComparison(target, compared.services, output, kind: .transcription, usualRepeats: 1).play(
      simulators: simulators,
      cases: { recording in
        if let recording { return try transcription.cases(of: recording, asksNow: compared.candidateRecording == nil) }
        return try made ?? transcription.cases()
      },
      side: { live in
        let client = TranscriptionClient(
          transport: live.transport, service: live.service, wireProtocol: protocols.transcription,
          route: target.endpoint)
        var pattern = live.pattern.map { TranscriptionRequest(commonOf: $0) } ?? transcription.pattern
        if protocols.transcription == .openAI { pattern.model = try await live.chosenModel() }
        return ComparedSide(transcription: client, pattern: pattern)
      }
    ) { sides in
      try await TranscriptionComparison.run(
        sides.cases, baseline: sides.baseline, candidate: sides.candidate, repeats: sides.repeats,
        concurrency: compared.concurrency, errors: errors, tolerance: tolerance, progress: sides.progress
      ).document
    }
  }

  private func compareSpeech(_ simulators: (baseline: String, candidate: String)?) async throws -> ExitCode {
    let errors = TranscriptErrors(transcription.normalizer ?? .automatic)
    let texts = try simulators == nil ? speech.cases() : SpeechCase.cases(Demonstration.texts)
    let transport = try target.transport()
    defer { transport.shutDown() }
    let listener = try await speech.listener(
      simulators?.baseline, target, transport, wireProtocol: protocols.transcription)
    return try await ServiceComparison(target, compared.services, output, kind: .speech, usualRepeats: 2).play(
      simulators: simulators,
      cases: { try $0?.asked() ?? texts },
      side: { live in
        let client = SpeechClient(
          transport: live.transport, service: live.service, wireProtocol: protocols.speech, route: target.endpoint)
        var pattern = live.pattern.map { SpeechRequest(commonOf: $0) } ?? speech.pattern
        if protocols.speech == .openAI { pattern.model = try await live.chosenModel() }
        return ComparedSide(speech: client, pattern: pattern)
      }
    ) { sides in
      try await SpeechComparison.run(
        sides.cases, baseline: sides.baseline, candidate: sides.candidate, listener: listener?.client,
        listening: listener?.pattern ?? TranscriptionRequest(audio: .bytes([])), repeats: sides.repeats,
        concurrency: compared.concurrency, scale: .logMel(atMost: speech.maxDistance), errors: errors,
        soundTolerance: speech.soundTolerance, rateTolerance: tolerance, progress: sides.progress
      ).document
    }
  }
}

extension AudioCompare {
  /// The simulator's "GPU": a low rate keeps its sounds short.
  private static let baseline = Behaviour().with { $0.audio.sampleRate = 8000 }
  /// The simulator's "NPU" that hears one word in a hundred wrong.
  private static let deaf = baseline.with { $0.audio.mistakeRate = 0.01 }
  /// The simulator's "NPU" whose speech ends a little early.
  private static let hoarse = baseline.with { $0.audio.speechCut = 0.01 }

  /// Which flags need or exclude which.
  static let rules: [FlagRule] =
    ComparedServiceOptions.rules + [
      .excludes(["--text"], ["--dataset-path"], "both say what is said"),
      .needs(
        [
          "--text", "--dataset-path", "--voice", "--speech-seed", "--max-distance", "--sound-tolerance",
          "--transcription-url", "--transcription-model",
        ], "--kind", in: ["speech"], earlier: ["tts"], byDefault: "transcription"),
      FlagRule(["--audio", "--audio-dir", "--language"], others: ["--kind"]) { flag, given in
        ["speech", "tts"].contains(given.value("--kind") ?? "") ? "\(flag) needs --kind transcription." : nil
      },
      .needs(["--transcription-model"], oneOf: ["--transcription-url"]),
      .excludes(
        ["--text", "--dataset-path", "--voice", "--speech-seed", "--language"], ["--against"],
        "the recording says what was asked"),
      .excludes(
        ["--tolerance", "--max-distance", "--sound-tolerance", "--transcription-url", "--normalizer"], ["--record"],
        "a recording compares nothing"),
      FlagRule(["--model", "--baseline-model", "--candidate-model"], others: ["--protocol"]) { flag, given in
        let speaks = ["speech", "tts"].contains(given.value("--kind") ?? "")
        return !speaks && given.all("--protocol").contains("transcribe")
          ? "\(flag) is not sent by --protocol transcribe." : nil
      },
      .filesApart(
        outputs: ["--junit", "--markdown"], inputs: ["--audio", "--dataset-path"], folders: ["--audio-dir"]),
    ]
}

extension Optional {
  /// What an asynchronous closure makes of the value, if there is one.
  fileprivate func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
    guard let value = self else { return nil }
    return try await transform(value)
  }
}
