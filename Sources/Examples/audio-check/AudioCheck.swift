import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit
import ToolSupport

/// Conformance of a service of transcription or speech.
@main
struct AudioCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audio-check",
    abstract: "Check that a transcription or speech service conforms to its protocol.",
    discussion: """
      Without --base-url a simulated service is checked.

        audio-check --base-url URL --english train.wav --chinese weather.wav
        audio-check --base-url URL --speech-url SPEECH
        audio-check --suite speech --base-url URL --protocol synthesize --junit report.xml

      What is said in a recording stands beside it, in a file of the same name that ends in .txt.

      \(CheckReportOptions.exitStatus)
      """)

  @Option(help: "Which checks: transcription or speech.") var suite = AudioService.transcription
  @OptionGroup(title: "Service") var target: ServiceOptions
  @OptionGroup(title: "Service") var protocols: AudioProtocolOptions
  @OptionGroup(title: "Transcription") var transcription: TranscriptionOptions
  @OptionGroup(title: "Speech") var speech: SpeechOptions
  @OptionGroup(title: "Checks") var checks: CheckToolChoice
  @OptionGroup(title: "Output") var output: CheckReportOptions

  static func main() async { await runAsTool(rules: rules) }

  /// Which flags need or exclude which.
  static let rules: [FlagRule] =
    CheckToolChoice.rules + [
      .needs(
        [
          "--english", "--chinese", "--mixed", "--speech-url", "--max-wer", "--long-seconds", "--oversized-seconds",
          "--size-limit",
        ], "--suite", in: ["transcription"], earlier: ["asr"], byDefault: "transcription"),
      .needs(["--text"], "--suite", in: ["speech"], earlier: ["tts"], byDefault: "transcription"),
      .needs(
        ["--voice"], "--suite", in: ["speech"], earlier: ["tts"], byDefault: "transcription", or: ["--speech-url"]),
      .excludes(["--speech-url"], ["--english", "--chinese", "--mixed"], "recordings are either given or made"),
      FlagRule(["--model"]) { flag, given in
        let speaks = ["speech", "tts"].contains(given.value("--suite") ?? "")
        return !speaks && given.all("--protocol").contains("transcribe")
          ? "\(flag) is not sent by --protocol transcribe." : nil
      },
      FlagRule(["--protocol"]) { flag, given in
        let speaks = ["speech", "tts"].contains(given.value("--suite") ?? "")
        guard !speaks, given.all(flag).contains("synthesize"), !given.has("--speech-url"), given.has("--base-url")
        else {
          return nil
        }
        return "\(flag) synthesize needs --speech-url or --suite speech; nothing is spoken."
      },
    ]

  func validate() throws {
    if suite == .speech { try protocols.check(for: .speech) }
  }

  func run() async throws {
    switch suite {
    case .transcription: try await play(.transcription, in: transcriptionContext)
    case .speech: try await play(.speech, in: speechContext)
    }
  }

  /// Checks the service, or a simulator if no address was given, and ends with the status of the report.
  private func play<Context>(
    _ suite: CheckSuite<Context>,
    in context: (CurlTransport, ServiceConfiguration, Simulator?) async throws -> Context
  ) async throws {
    try transcription.check()
    let chosen = try checks.chosen(of: suite)
    if checks.list { return try checks.show(chosen) }
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: .exemplary) : nil
    let status = try await checkRun.play(chosen, simulatorURL: simulator?.baseURL) {
      try await context($0, $1, simulator)
    }
    try await simulator?.shutDown()
    if !status.isSuccess { throw status }
  }

  private var checkRun: CheckToolRun { CheckToolRun(target, checks, output) }

  private func transcriptionContext(
    _ transport: CurlTransport, _ service: ServiceConfiguration, _ simulator: Simulator?
  ) async throws -> TranscriptionCheckContext {
    var context = TranscriptionCheckContext(
      transport: transport, service: service, wireProtocol: protocols.transcription, route: target.endpoint,
      model: target.model)
    try transcription.configure(&context)
    if let address = transcription.speechURL ?? (transcription.hasRecordings ? nil : simulator?.baseURL) {
      let client = SpeechClient(
        transport: transport, service: try checkRun.service(address), wireProtocol: protocols.speech)
      try await context.speechClips(with: client, request: speech.pattern)
    }
    // The simulator listens to no more of a file than it keeps: it is told what a long one says.
    if let simulator, let long = try context.longClip() {
      simulator.behaviour.audio.transcripts[AudioBehaviour.digest(of: long.wav)] = long.reference
      simulator.behaviour.audio.fileLimit = nil
    }
    return context
  }

  private func speechContext(
    _ transport: CurlTransport, _ service: ServiceConfiguration, _ simulator: Simulator?
  ) -> SpeechCheckContext {
    var context = SpeechCheckContext(
      transport: transport, service: service, wireProtocol: protocols.speech, route: target.endpoint,
      model: target.model)
    speech.configure(&context)
    return context
  }
}
