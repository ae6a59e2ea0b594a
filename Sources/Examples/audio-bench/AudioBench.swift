import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit
import ToolSupport

/// Performance of transcription and speech: real-time factor, latency, time to first audio, error rates.
@main
struct AudioBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audio-bench", abstract: "Measure the performance of a transcription or speech service.",
    discussion: """
      Without --base-url a simulated service is measured.

        audio-bench --base-url URL --audio-dir recordings --max-concurrency 4
        audio-bench --mode speech --base-url URL --delivery bytes --num-prompts 30
        audio-bench --round-trip --base-url SPEECH --transcription-url TRANSCRIPTION

      A file beside a recording, of the same name and ending in .txt, is its reference for WER and CER.

      Exit status: 0 when all went as asked, 1 when a limit of --slo or --max-wer was missed or the run was \
      interrupted, 2 when nothing could be measured or written. Requests that failed change it only through --slo, as \
      with 'failure_rate<1%'.
      """)

  @Option(help: "What is measured: transcription or speech.") var mode = AudioService.transcription
  @Flag(
    help: """
      Text to speech to text: speak with the service, transcribe with --transcription-url, and report the word error \
      rate.
      """)
  var roundTrip = false
  @OptionGroup(title: "Service") var target: ServiceOptions
  @OptionGroup(title: "Service") var protocols: AudioProtocolOptions
  @OptionGroup(title: "Load") var load: LoadOptions
  @OptionGroup(title: "Transcription") var transcription: TranscriptionOptions
  @OptionGroup(title: "Speech") var speech: SpeechOptions
  @OptionGroup(title: "Quality") var quality: MediaQualityOptionGroup
  @OptionGroup(title: "Telemetry") var telemetry: TelemetryOptions
  @OptionGroup(title: "Output") var output: BenchReportOptions

  static func main() async { await runAsTool(rules: rules) }

  func validate() throws {
    if !roundTrip { try protocols.check(for: mode) }
  }

  func run() async throws {
    try output.check()
    try telemetry.check(overwrite: output.overwrite)
    let plan = try load.plan()
    let (samples, dataset) = measuresTranscription ? try transcription.samples(comparedBy: comparing) : ([], nil)
    let prompts = try speech.prompts(seed: plan.seed)
    let files = try output.files()
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: Self.demonstration) : nil
    let bench = try ServiceBench(target, simulatorURL: simulator?.baseURL, load: load, plan: plan, output: output)
    let services = try await AudioServices(self, bench)
    let watch = quality.watch(bench.plan, errors: TranscriptErrors(transcription.normalizer ?? .automatic))
    let sent = workload(bench.transport, services, samples, prompts, watch)
    try await quality.askAlone(watch, sent, bench)
    let watching = try await Telemetry(
      telemetry, target, overwrite: output.overwrite, baseURL: target.baseURL ?? simulator?.baseURL ?? "",
      model: services.model)
    var result = try await bench.run(
      sent, kind: roundTrip ? "voice-loop" : mode.rawValue, model: services.model, telemetry: watching.watched,
      dataset: dataset)
    result.outputErrors += watching.finish()
    result.report.quality?.aloneVersusLoad = try watch?.comparison()
    bench.transport.shutDown()
    try await simulator?.shutDown()
    let figures = result.report.audioFigures(isSpeech: mode == .speech && !roundTrip)
    try result.finish("audio-bench", files, .service, figures: figures)
    try transcription.check(wordErrorRate: figures.first { $0.name == "wer" }?.value)
  }

  /// The option that asks for a comparison with the words of recordings, if one does.
  private var comparing: String? {
    get throws {
      if transcription.maxWer != nil { return "--max-wer" }
      if transcription.normalizer != nil { return "--normalizer" }
      let metrics: Set = ["wer", "cer", "word_errors", "reference_words", "character_errors", "reference_characters"]
      let limit = try output.slo.first { metrics.contains(try ServiceLevelObjective($0).metric) }
      return limit.map { "--slo '\($0)'" }
    }
  }

  /// Whether nothing but transcription is measured.
  var measuresTranscription: Bool { mode == .transcription && !roundTrip }

  /// A service of moderate speed that mishears a word now and then.
  private static var demonstration: Behaviour {
    Behaviour.demonstration.with {
      $0.audio.transcriptionFactor = 0.05
      $0.audio.speechFactor = 0.1
      $0.audio.mistakeInterval = 20
    }
  }
}
