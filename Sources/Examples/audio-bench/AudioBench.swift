import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit

/// Performance of speech recognition and synthesis: real-time factor, latency, time to first audio, error rates.
@main
struct AudioBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audio-bench", abstract: "Measure the performance of a speech service.",
    discussion: """
      Without --base-url a simulated service is measured.

        audio-bench --mode asr --base-url URL --audio-dir recordings --max-concurrency 4
        audio-bench --mode tts --base-url URL --delivery bytes --num-prompts 30
        audio-bench --round-trip --base-url TTS --asr-url ASR

      A file beside a recording, of the same name and ending in .txt, is its reference for WER and CER.

      Exit status: 0 when all went as asked, 1 when a limit of --slo or --max-wer was missed or the run was \
      interrupted, 2 when nothing could be measured. Requests that failed change it only through --slo, as with 'failure_rate<1%'.
      """)

  @Option(help: "asr for recognition, tts for synthesis.") var mode = Mode.asr
  @Flag(help: "Text to speech to text: speak with the service, listen with --asr-url, and report the word error rate.")
  var roundTrip = false
  @OptionGroup(title: "Service") var target: TargetOptions
  @OptionGroup(title: "Load") var load: LoadOptions
  @OptionGroup(title: "Recognition") var recognition: TranscriptionOptions
  @OptionGroup(title: "Synthesis") var synthesis: SpeechOptions
  @OptionGroup(title: "Output") var output: ReportOptions

  enum Mode: String, ExpressibleByArgument, CaseIterable { case asr, tts }

  static func main() async { await runAsTool() }

  func run() async throws {
    try output.check()
    let plan = try load.plan()
    let samples = mode == .asr && !roundTrip ? try recognition.samples() : []
    let prompts = try synthesis.prompts(seed: plan.seed)
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: Self.demonstration) : nil
    let bench = try ServiceBench(
      "audio-bench", target: target, simulatorURL: simulator?.baseURL, plan: plan, options: output)
    let parties = try await parties(bench)
    let result = try await bench.run(
      plan, workload(bench.transport, parties, samples, prompts), kind: kind, model: parties.model,
      rate: load.requestRate)
    try await simulator?.shutDown()
    let figures = result.report.audioFigures(isSpeech: mode == .tts && !roundTrip)
    try bench.finish(result, figures)
    try recognition.check(wordErrorRate: figures.first { $0.name == "wer" }?.value)
  }

  private var kind: String { roundTrip ? "voice-loop" : mode.rawValue }

  /// A service of moderate speed that mishears a word now and then.
  private static var demonstration: Behaviour {
    Behaviour.demonstration.with {
      $0.audio.transcriptionFactor = 0.05
      $0.audio.speechFactor = 0.1
      $0.audio.mistakeInterval = 20
    }
  }

  /// The services that are asked, and for which models.
  private struct Parties {
    var speaking: ServiceConfiguration
    var model: String?
    var listening: ServiceConfiguration
    var listeningModel: String?
  }

  /// Finds the models that are not named, and warns of what is wrong with the services.
  private func parties(_ bench: ServiceBench) async throws -> Parties {
    let listensOnly = mode == .asr && !roundTrip
    let isOpenAI = listensOnly ? recognition.wireProtocol == .openAI : synthesis.wireProtocol == .openAI
    let other = listensOnly || roundTrip ? try recognition.service(target) : nil
    let main = listensOnly ? other ?? bench.service : bench.service
    let model = isOpenAI ? try await bench.chooseModel(target.model, of: main) : target.model
    var parties = Parties(speaking: bench.service, model: model, listening: other ?? bench.service)
    parties.listeningModel = recognition.asrModel ?? target.model ?? (other == nil || listensOnly ? model : nil)
    if let other, let exposure = target.exposure(of: other) { Console.note("Warning: \(exposure)") }
    if roundTrip, recognition.wireProtocol == .openAI, parties.listeningModel == nil || recognition.asrModel != nil {
      parties.listeningModel = try await bench.chooseModel(parties.listeningModel, of: parties.listening)
    }
    return parties
  }

  private func workload(
    _ transport: any Transport, _ parties: Parties, _ samples: [AudioSample], _ prompts: any PromptSource
  ) -> any Workload {
    let speech = SpeechClient(
      transport: transport, service: parties.speaking, wireProtocol: synthesis.wireProtocol,
      route: mode == .tts || roundTrip ? target.endpoint : nil, pcm: PCMFormat(sampleRate: synthesis.pcmRate))
    if roundTrip {
      return VoiceLoopWorkload(
        speech: speech.recipe, speechPattern: synthesis.pattern(model: parties.model),
        transcription: recognition.client(transport, parties.listening, route: nil).recipe,
        transcriptionPattern: recognition.pattern(model: parties.listeningModel), prompts: prompts,
        errors: TranscriptErrors(recognition.normalizer))
    }
    switch mode {
    case .asr:
      return TranscriptionWorkload(
        client: recognition.client(transport, parties.listening, route: target.endpoint).recipe,
        pattern: recognition.pattern(model: parties.model), samples: samples, streams: recognition.stream,
        errors: TranscriptErrors(recognition.normalizer))
    case .tts:
      return SpeechWorkload(
        client: speech.recipe, pattern: synthesis.pattern(model: parties.model), prompts: prompts,
        jitterBuffer: .milliseconds(synthesis.jitterBuffer))
    }
  }
}
