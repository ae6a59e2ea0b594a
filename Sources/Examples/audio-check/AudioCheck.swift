import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit

/// Conformance of a service that hears or speaks.
@main
struct AudioCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audio-check", abstract: "Check what a speech service does against what it must do.",
    discussion: """
      Without --base-url a simulated service is checked.

        audio-check --suite asr --base-url URL --english train.wav --chinese weather.wav
        audio-check --suite asr --base-url URL --tts-url TTS
        audio-check --suite tts --base-url URL --tts-dialect synthesize --junit report.xml

      Beside each recording stands a file of the same name that ends in .txt, with what is said in it.

      Exit status: 0 when every required check that applies passed, 1 when one failed or could not be judged, 2 when \
      nothing could be checked.
      """)

  @Option(help: "asr for recognition, tts for synthesis.") var suite = CheckSuiteName.asr
  @Option(help: ArgumentHelp("Path of the endpoint, where it is not the usual one.", valueName: "path"))
  var endpoint: String?
  @OptionGroup(title: "Service") var target: CheckToolTarget
  @OptionGroup(title: "Recognition") var hearing: TranscriptionOptions
  @OptionGroup(title: "Synthesis") var speaking: SpeechOptions
  @OptionGroup(title: "Checks") var checks: CheckToolChoice
  @OptionGroup(title: "Output") var output: CheckToolOutput

  enum CheckSuiteName: String, ExpressibleByArgument, CaseIterable { case asr, tts }

  static func main() async { await runAsTool() }

  func run() async throws {
    switch suite {
    case .asr:
      let chosen = try checks.chosen(of: .transcription)
      if checks.list { return list(chosen) }
      try await play(chosen) { transport, service, simulator in
        var context = TranscriptionCheckContext(
          transport: transport, service: service, wireProtocol: hearing.wireProtocol, route: endpoint,
          model: target.model)
        try hearing.configure(&context)
        if let address = hearing.ttsURL ?? (hearing.hasRecordings ? nil : simulator?.baseURL) {
          let speech = SpeechClient(
            transport: transport, service: try target.service(address), wireProtocol: speaking.wireProtocol)
          try await context.speechClips(with: speech, request: speaking.pattern)
        }
        // The simulator listens to no more of a file than it keeps: it is told what a long one says.
        if let simulator, let long = try context.longClip() {
          simulator.behaviour.audio.transcripts[AudioBehaviour.digest(of: long.wav)] = long.reference
        }
        return context
      }
    case .tts:
      let chosen = try checks.chosen(of: .speech)
      if checks.list { return list(chosen) }
      try await play(chosen) { transport, service, _ in
        var context = SpeechCheckContext(
          transport: transport, service: service, wireProtocol: speaking.wireProtocol, route: endpoint,
          model: target.model)
        speaking.configure(&context)
        return context
      }
    }
  }

  private func list<Context>(_ suite: CheckSuite<Context>) {
    print(suite.checks.map(\.about.listing).joined(separator: "\n\n"))
  }

  /// Checks the service, or a simulator if no address was given, and ends with the status of the report.
  private func play<Context>(
    _ suite: CheckSuite<Context>,
    in context: (CurlTransport, ServiceConfiguration, Simulator?) async throws -> Context
  ) async throws {
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: .exemplary) : nil
    let status = try await CheckToolRun(target, checks, output).play(suite, simulatorURL: simulator?.baseURL) {
      try await context($0, $1, simulator)
    }
    try await simulator?.shutDown()
    if status != 0 { throw ExitCode(status) }
  }
}
