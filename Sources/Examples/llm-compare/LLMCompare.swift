import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit
import ToolSupport

/// Whether a language model service is as good as its baseline.
@main
struct LLMCompare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "llm-compare", abstract: "Compare an LLM service with its baseline: same, worse, better or undecided.",
    discussion: """
      Without arguments the two modes of the built-in simulator are compared.

        llm-compare --baseline-url http://gpu:8000 --candidate-url http://npu:8000 --cases cases.jsonl
        llm-compare --record gpu --base-url http://gpu:8000 --cases cases.jsonl
        llm-compare --against gpu --candidate-url http://npu:8000 --cases cases.jsonl --junit report.xml
        llm-compare --baseline-answers gpu.jsonl --candidate-answers npu.jsonl --tolerance 0.01
        llm-compare --multimodal --baseline-url http://gpu:8003 --candidate-url http://npu:8003

      Exit status: 0 for same and better, or when all was recorded; 1 for worse and for undecided, since what is not \
      shown must not pass in silence; 2 when nothing could be compared, a recording lacks responses, or a report could \
      not be written. With --json standard output then holds an object with the key error.
      """)

  @OptionGroup(title: "What is compared") var sides: SideOptions
  @OptionGroup(title: "Cases") var asking: AskingOptions
  @OptionGroup(title: "Images") var vision: VisionOptions
  @OptionGroup(title: "Service") var target: ServiceOptions
  @OptionGroup(title: "Output") var output: CheckReportOptions

  // In other tools --record is the earlier spelling of --journal.
  static func main() async { await runAsTool(earlier: ["--record": "--record"], rules: rules) }

  /// Which flags need or exclude which.
  static let rules: [FlagRule] =
    SideOptions.rules + ServiceOptions.rules + VisionOptions.rules + [
      .filesApart(
        outputs: ["--junit", "--markdown"],
        inputs: ["--cacert", "--cert", "--key", "--cases", "--baseline-answers", "--candidate-answers"],
        folders: ["--against", "--candidate-recording"])
    ]

  func validate() throws { _ = try sides.mode(baseURL: target.baseURL) }

  func run() async throws {
    try target.refuseEndpoint("/v1/models, /v1/chat/completions, /v1/completions")
    if vision.multimodal { return try await VisionComparer(self).run() }
    do {
      let files = try output.files()
      let outcome = try await TerminationSignals.cancelling(
        notice: "Interrupted; what was recorded stays. Press Control-C again to leave at once."
      ) { try await compared() }
      guard let outcome else { return }
      let forms = ReportForms(outcome.comparison, notes: outcome.notes)
      guard try files.write(forms) else { throw ExitCode(2) }
      switch outcome.comparison.verdict {
      case .same, .better: return
      case .worse, .undecided: throw ExitCode(1)
      }
    } catch let error where !(error is ExitCode) && !(error is ValidationError) {
      if output.report.json {
        let kind =
          (error as? AccuracyError)?.shortDescription ?? (error as? ServiceError)?.shortDescription
          ?? (error as? Failure)?.kind ?? "failed"
        try? Console.line(try Console.json(["error": ["kind": kind, "message": Failure.text(of: error)]]))
      }
      throw error
    }
  }

  /// What the flags ask for; nil if nothing is compared.
  private func compared() async throws -> Comparer.Outcome? {
    let comparer = Comparer(sides: sides, asking: asking, target: target)
    switch try sides.mode(baseURL: target.baseURL) {
    case .answers(let baseline, let candidate): return try comparer.answers(baseline, candidate)
    case .recordings(let baseline, let candidate): return try comparer.recordings(baseline, candidate)
    case .record(let folder, let address):
      try await comparer.record(folder, address)
      return nil
    case .against(let folder, let address): return try await comparer.against(folder, address)
    case .live(let baseline, let candidate): return try await comparer.live(baseline, candidate)
    case .simulators:
      Console.say(
        "Comparing the built-in simulator's GPU mode with its NPU mode; --baseline-url and --candidate-url name real "
          + "services.", readByProgram: output.report.isReadByProgram)
      return try await comparer.simulators()
    }
  }
}
