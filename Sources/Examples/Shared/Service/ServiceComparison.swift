package import ArgumentParser
import Foundation
import NPUBase
package import NPUTestKit
import ToolSupport

/// One comparison of two services as the work of a process: asks or reads both sides, or records one.
package struct ServiceComparison {
  /// A service that is asked now.
  package struct Live {
    /// What carries the requests.
    package let transport: CurlTransport
    /// Where they go.
    package let service: ServiceConfiguration
    /// The model that was named for it.
    package let model: String?
    /// The recording whose requests are asked again; nil where the flags say what is asked.
    package let pattern: Recording?

    package init(transport: CurlTransport, service: ServiceConfiguration, model: String?, pattern: Recording?) {
      (self.transport, self.service, self.model, self.pattern) = (transport, service, model, pattern)
    }

    /// The model to ask for: the one that was named, or the first that the service lists.
    ///
    /// - Throws: `ServiceError` if nobody answers.
    package func chosenModel() async throws -> String? {
      let asked = service.with(patience: .seconds(60))
      let choice = try await Waiting.noted("an answer of \(asked.endpoint)") {
        try await HealthClient(transport: transport, service: asked).chooseModel(model)
      }
      if let warning = choice.warning { Console.note("Warning: \(warning)") }
      return choice.name
    }
  }

  /// Two sides that are ready, and what they are asked.
  package struct Sides<Case: AskedCase> {
    package let cases: [Case]
    package let baseline: ComparedSide<Case>
    package let candidate: ComparedSide<Case>
    /// How often the baseline is asked each case.
    package let repeats: Int
    /// Is told how many cases are done.
    package let progress: (Int) -> Void
  }

  /// How the services are reached.
  package var target: ServiceOptions
  /// Which services.
  package var compared: ComparedServices
  /// What to report.
  package var output: CheckReportOptions
  /// What is compared.
  package var kind: RecordingKind
  /// How often the baseline is asked each case, where nothing is said.
  package var usualRepeats: Int

  package init(
    _ target: ServiceOptions, _ compared: ComparedServices, _ output: CheckReportOptions, kind: RecordingKind,
    usualRepeats: Int
  ) {
    (self.target, self.compared, self.output, self.kind) = (target, compared, output, kind)
    self.usualRepeats = usualRepeats
  }

  /// Compares or records, and prints the report.
  ///
  /// - Parameters:
  ///   - simulators: The addresses of the simulator's two modes, where they are compared.
  ///   - cases: What is asked, where a recording does not say it; gets the recording that says what was asked.
  ///   - side: Makes a side of a service that is asked now.
  ///   - compare: Compares two sides.
  /// - Returns: The exit status of the process.
  /// - Throws: What keeps the services from being compared, or the report from being written.
  package func play<Case: AskedCase>(
    simulators: (baseline: String, candidate: String)?, cases: (Recording?) throws -> [Case],
    side: (Live) async throws -> ComparedSide<Case>,
    compare: (Sides<Case>) async throws -> ComparisonDocument
  ) async throws -> ExitCode {
    do {
      return try await run(simulators: simulators, cases: cases, side: side, compare: compare)
    } catch let error where output.report.json && !(error is ExitCode) && !(error is ValidationError) {
      let kind =
        (error as? AccuracyError)?.shortDescription ?? (error as? ServiceError)?.shortDescription
        ?? (error as? Failure)?.kind ?? "failed"
      try? Console.line(try Console.json(["error": ["kind": kind, "message": Failure.text(of: error)]]))
      throw error
    }
  }

  private func run<Case: AskedCase>(
    simulators: (baseline: String, candidate: String)?, cases: (Recording?) throws -> [Case],
    side: (Live) async throws -> ComparedSide<Case>, compare: (Sides<Case>) async throws -> ComparisonDocument
  ) async throws -> ExitCode {
    let files = try output.files()
    if simulators != nil {
      Console.say(
        "Comparing the simulator's two modes, a \"GPU\" and an \"NPU\" with a known difference; --baseline-url and "
          + "--candidate-url name real services.", readByProgram: output.report.isReadByProgram)
    }
    let transport = try target.transport()
    defer { transport.shutDown() }
    func live(
      _ address: String, _ model: String?, key: String?, _ pattern: Recording? = nil
    ) async throws -> ComparedSide<Case> {
      var options = target
      if let key { (options.apiKey, options.apiKeyVariable) = (nil, key) }
      let service = try options.service(address)
      if let exposure = options.exposure(of: service) { Console.note("Warning: \(exposure)") }
      return try await side(
        Live(transport: transport, service: service, model: model ?? target.model, pattern: pattern))
    }
    if let folder = compared.record {
      let asked = try cases(nil)
      let address = target.baseURL ?? compared.baselineURL ?? compared.candidateURL ?? ""
      let recorded = try await live(
        address, compared.baselineModel ?? compared.candidateModel,
        key: compared.baselineKeyVariable ?? compared.candidateKeyVariable)
      return try await record(recorded, asked, in: folder)
    }
    let sides: Sides<Case>
    if let against = compared.against {
      let recording = try read(against)
      let asked = try cases(recording)
      let candidate: ComparedSide<Case>
      if let folder = compared.candidateRecording {
        let other = try read(folder)
        try recording.requireComparable(with: other.manifest)
        candidate = ComparedSide(other)
      } else {
        candidate = try await live(
          compared.candidateURL ?? "", compared.candidateModel, key: compared.candidateKeyVariable, recording)
        // What a recording cannot restore, such as an image that every request had, must not be left out in silence.
        try recording.requireComparable(with: candidate.manifest)
      }
      let recorded = (recording.cases.map(\.repetition).max() ?? 0) + 1
      sides = self.sides(
        asked, ComparedSide(recording), candidate, repeats: compared.repeats ?? recorded)
    } else {
      // What is asked is known before anybody is.
      let asked = try cases(nil)
      let addresses = simulators ?? (compared.baselineURL ?? "", compared.candidateURL ?? "")
      let baseline = try await live(addresses.0, compared.baselineModel, key: compared.baselineKeyVariable)
      let candidate = try await live(addresses.1, compared.candidateModel, key: compared.candidateKeyVariable)
      sides = self.sides(asked, baseline, candidate, repeats: compared.repeats ?? usualRepeats)
    }
    let document = try await compare(sides)
    let forms = ReportForms(
      json: { try document.jsonText() }, markdown: { ComparisonText(document).markdown },
      console: { ComparisonText(document, style: .ofDescriptor(1)).console }, junit: { document.junit })
    return try files.write(forms) ? ExitCode(document.exitStatus) : ExitCode(2)
  }

  private func read(_ folder: String) throws -> Recording {
    let recording = try Recording(folder: folder)
    try recording.require(kind)
    if recording.cutBytes > 0 {
      Console.note("Warning: the last line of \(folder) is cut; the case in it is left out.")
    }
    return recording
  }

  private func sides<Case: AskedCase>(
    _ cases: [Case], _ baseline: ComparedSide<Case>, _ candidate: ComparedSide<Case>, repeats: Int
  ) -> Sides<Case> {
    let asked = [baseline, candidate].contains { $0.folder == nil }
    let total = cases.count
    let progress: (Int) -> Void = { done in
      // Ten notes for a run that takes long enough to want them.
      if asked, total >= 20, done % (total / 10) == 0 { Console.note("\(done) of \(total) cases") }
    }
    return Sides(cases: cases, baseline: baseline, candidate: candidate, repeats: repeats, progress: progress)
  }

  private func record<Case: AskedCase>(
    _ side: ComparedSide<Case>, _ cases: [Case], in folder: String
  ) async throws -> ExitCode {
    var manifest = side.manifest
    manifest.created = Date().formatted(.iso8601)
    let writer = try RecordingWriter(folder: folder, manifest: manifest)
    let before = writer.count
    let repeats = compared.repeats ?? usualRepeats
    let leftOut: Int
    do {
      leftOut = try await TerminationSignals.cancelling(
        notice: "Interrupted: what was recorded stays; the same command goes on with it."
      ) {
        try await side.record(cases, repeats: repeats, into: writer)
      }
    } catch let fault as CaseFault {
      throw Failure(
        kind: fault.kind,
        message: "\(fault.message); \(writer.count - before) responses were recorded, and the same command goes on.")
    }
    let text = "Recorded \(writer.count - before) responses to \(cases.count) cases in \(folder)"
    let status: ExitCode = leftOut > 0 ? ExitCode(2) : .success
    if leftOut > 0 {
      Console.note(
        "Warning: \(leftOut) cases failed in passing, such as at a busy service, and were not recorded; the same command "
          + "asks them again.")
    }
    guard output.report.json else {
      try Console.line(text + (before > 0 ? ", beside \(before) of before." : "."))
      return status
    }
    try Console.line(
      try Console.json([
        "recorded": writer.count - before, "before": before, "cases": cases.count, "left_out": leftOut,
      ]))
    return status
  }
}
