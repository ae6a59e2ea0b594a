import ArgumentParser
import ExampleSupport
import Foundation
import NPUSimulator
import NPUTestKit
import Synchronization
import ToolSupport

/// Carries a comparison out: asks, records, reads, and puts both sides together.
struct Comparer: Sendable {
  let sides: SideOptions
  let asking: AskingOptions
  let target: ServiceOptions

  /// A comparison with what else is to be said.
  struct Outcome: Sendable {
    var comparison: LanguageModelComparison
    var notes: [String] = []
  }

  /// Compares two files of responses.
  func answers(_ baseline: String, _ candidate: String) throws -> Outcome {
    let services = try AnswerFile.services(
      baseline: AnswerFile(path: baseline), candidate: AnswerFile(path: candidate), named: (baseline, candidate))
    return try outcome(services.baseline, services.candidate)
  }

  /// Compares two recordings.
  func recordings(_ baseline: String, _ candidate: String) throws -> Outcome {
    let (own, other) = (try Recording(folder: baseline), try Recording(folder: candidate))
    try own.requireComparable(with: other.manifest)
    if own.manifest.kind != .completion { try own.require(.chat) }
    let cases = try asking.chosenCases()
    let recorded = Set((own.cases + other.cases).map(\.id))
    var notes: [String] = []
    if asking.cases != nil {
      let known = Set(cases.map(\.id))
      guard !known.isDisjoint(with: recorded) else {
        throw Failure(
          kind: "other_cases",
          message: "No case of \(asking.cases ?? "") is in a recording; name the file whose cases were recorded.")
      }
      notes =
        Self.noted(
          cases.map(\.id).filter { !recorded.contains($0) }, "of the file are in neither recording")
        + Self.noted(recorded.subtracting(known).sorted(), "of the recordings are not in the file and not judged")
    }
    return try outcome(
      try side(own, cases), try side(other, cases), notes: notes,
      temperature: own.manifest.parameters["temperature"]?.number ?? 0)
  }

  /// Cases by their number and the first of them; nothing where there are none.
  private static func noted(_ ids: [String], _ what: String) -> [String] {
    guard !ids.isEmpty else { return [] }
    let shown = ids.prefix(5).joined(separator: ", ") + (ids.count > 5 ? ", ..." : "")
    return ["\(ids.count) cases \(what): \(shown)."]
  }

  /// Records a service.
  func record(_ folder: String, _ address: String) async throws {
    let model = sides.baselineModel ?? sides.candidateModel
    let keyVariable = sides.baselineApiKeyVariable ?? sides.candidateApiKeyVariable
    let (transport, runner) = try await runner(address, model: model, keyVariable: keyVariable)
    defer { transport.shutDown() }
    let cases = try asking.chosenCases()
    let writer = try RecordingWriter(
      folder: folder, manifest: runner.manifest(created: Date.now.formatted(.iso8601)))
    let before = writer.count
    if writer.manifest.service != runner.name {
      Console.note(
        "Warning: what \(folder) holds was said by \(writer.manifest.service), and \(runner.name) is asked now.")
    }
    let failed = Mutex((all: 0, inRow: 0, last: ""))
    // Not as the recording has it: of one that was broken off nobody knows how far it should go.
    let passes = asking.passes()
    try Self.check(passes, try Recording(folder: folder))
    try await runner.run(
      cases, passes: passes, in: writer.manifest,
      unless: { id, repetition, request in try writer.contains(id, repetition: repetition, request: request) },
      keep: { entry in
        guard entry.response.failedInPassing else {
          failed.withLock { $0.inRow = 0 }
          return try writer.append(entry)
        }
        let inRow = failed.withLock { failed in
          failed = (failed.all + 1, failed.inRow + 1, entry.response.error ?? "")
          return failed.inRow
        }
        guard !entry.response.deniesAccess else {
          throw Failure(
            kind: "access_denied",
            message: "The service denies access: \(entry.response.error ?? ""). What was recorded stays in \(folder); "
              + "give a valid key and run the command again to go on.")
        }
        guard inRow < Self.mostFailures else {
          throw Failure(
            kind: "service_gone",
            message:
              "\(inRow) requests in a row failed, the last with \(entry.response.error ?? "no response"). What was "
              + "recorded stays in \(folder); run the command again to go on.")
        }
      })
    let (failures, _, last) = failed.withLock { $0 }
    try Console.line("Recorded \(writer.count - before) responses in \(folder); \(before) were there before.")
    guard failures > 0 else { return }
    Console.note(
      "\(failures) requests failed, the last with \(last). They are not recorded; run the command again to ask them.")
    throw ExitCode(2)
  }

  /// Requests in a row that may fail before a service counts as gone.
  private static let mostFailures = 10

  /// Refuses to go on with a recording in another way: a response among others is none alone.
  private static func check(_ passes: [CaseRunner.Pass], _ recording: Recording) throws {
    let planned = Dictionary(passes.map { ($0.repetition, $0.concurrency) }) { first, _ in first }
    for entry in recording.cases {
      guard let concurrency = planned[entry.repetition], concurrency != entry.concurrency ?? 1 else { continue }
      throw Failure(
        kind: "other_recording",
        message:
          "Repetition \(entry.repetition) was recorded with \(entry.concurrency ?? 1) requests at a time, and now "
          + "\(concurrency) are asked for; go on with the same --repeats and --concurrency, or record into another folder."
      )
    }
  }

  /// Compares a service with a recording of the baseline.
  func against(_ folder: String, _ address: String) async throws -> Outcome {
    let recording = try Recording(folder: folder)
    let (transport, runner) = try await runner(
      address, model: sides.candidateModel, keyVariable: sides.candidateApiKeyVariable)
    defer { transport.shutDown() }
    try recording.require(asking.kind.kind)
    try recording.requireComparable(with: runner.manifest())
    let cases = try asking.chosenCases()
    let baseline = try side(recording, cases)
    let known = Set(baseline.cases.map(\.id))
    let asked = try await ask(runner, cases.filter { known.contains($0.id) }, asking.passes(like: recording))
    var candidate = service(runner.name, asked, cases)
    // Not asked, since there is nothing to compare them with; named all the same.
    candidate.cases += cases.filter { !known.contains($0.id) }.map { CaseResponses(id: $0.id, alone: []) }
    let (scored, notes) = try await scores(of: baseline, cases, baseline: nil, candidate: runner)
    return try outcome(baseline, candidate, scored: scored, notes: notes)
  }

  /// Compares two services.
  func live(_ baseline: String, _ candidate: String) async throws -> Outcome {
    let (own, first) = try await runner(
      baseline, model: sides.baselineModel, keyVariable: sides.baselineApiKeyVariable)
    defer { own.shutDown() }
    let (other, second) = try await runner(
      candidate, model: sides.candidateModel, keyVariable: sides.candidateApiKeyVariable)
    defer { other.shutDown() }
    return try await compare(first, second, try asking.chosenCases())
  }

  /// Compares the two modes of the simulator, which knows what the cases expect.
  func simulators() async throws -> Outcome {
    let cases = try asking.chosenCases()
    let known = Dictionary(cases.compactMap(Self.known)) { first, _ in first }
    return try await withSimulator(behaviour: .gpu.with { $0.knownResponses = known }) { gpu in
      try await withSimulator(behaviour: .npu.with { $0.knownResponses = known }) { npu in
        let transport = try target.transport()
        defer { transport.shutDown() }
        let services = try [gpu, npu].map { try ServiceConfiguration($0.baseURL) }
        let pattern = asking.pattern(model: nil)
        return try await compare(
          CaseRunner(transport: transport, service: services[0], pattern: pattern, name: "simulator, GPU mode"),
          CaseRunner(transport: transport, service: services[1], pattern: pattern, name: "simulator, NPU mode"), cases)
      }
    }
  }

  /// The prompt of a case and what it expects.
  private static func known(_ entry: AccuracyCase) -> (String, String)? {
    let expected = entry.expectation.reference ?? entry.expectation.keywords.joined(separator: " ")
    guard !expected.isEmpty else { return nil }
    switch entry.prompt.content {
    case .text(let text): return (text, expected)
    case .messages(let messages): return messages.last.map { ($0.text, expected) }
    case .tokens: return nil
    }
  }

  private func compare(_ first: CaseRunner, _ second: CaseRunner, _ cases: [AccuracyCase]) async throws -> Outcome {
    let passes = asking.passes()
    let baseline = service(first.name, try await ask(first, cases, passes), cases)
    let candidate = service(second.name, try await ask(second, cases, passes), cases)
    let (scored, notes) = try await scores(of: baseline, cases, baseline: first, candidate: second)
    return try outcome(baseline, candidate, scored: scored, notes: notes)
  }

  /// What asks a service at an address.
  private func runner(
    _ address: String, model: String?, keyVariable: String?
  ) async throws -> (CurlTransport, CaseRunner) {
    var options = target
    if let keyVariable { (options.apiKey, options.apiKeyVariable) = (nil, keyVariable) }
    let service = try options.service(address)
    if let exposure = options.exposure(of: service) { Console.note("Warning: \(exposure)") }
    let transport = try options.transport()
    do {
      let choice = try await Waiting.noted("the list of models of \(service.endpoint)") {
        try await HealthClient(transport: transport, service: service).chooseModel(model ?? target.model)
      }
      if let warning = choice.warning { Console.note("Warning: \(warning)") }
      let pattern = asking.pattern(model: choice.name)
      return (transport, CaseRunner(transport: transport, service: service, pattern: pattern))
    } catch {
      transport.shutDown()
      throw error
    }
  }

  private func ask(
    _ runner: CaseRunner, _ cases: [AccuracyCase], _ passes: [CaseRunner.Pass]
  ) async throws -> [RecordedCase] {
    var asked: [RecordedCase] = []
    let all = cases.count * passes.count
    try await runner.run(cases, passes: passes, in: runner.manifest()) { recorded in
      asked.append(recorded)
      if asked.count % max(1, all / 4) == 0 { Console.note("\(runner.name): \(asked.count) of \(all) responses") }
    }
    return asked
  }

  /// One side of a comparison, judged by the cases.
  private func service(_ name: String, _ asked: [RecordedCase], _ cases: [AccuracyCase]) -> ComparedService {
    let known = Dictionary(cases.map { ($0.id, $0) }) { first, _ in first }
    return ComparedService(name: name, recorded: asked) { recorded, text in
      known[recorded.id]?.expectation.isMet(by: text)
    }
  }

  /// A recording as one side of a comparison; a case that asks something else now is refused.
  private func side(_ recording: Recording, _ cases: [AccuracyCase]) throws -> ComparedService {
    let known = Dictionary(cases.map { ($0.id, $0) }) { first, _ in first }
    let pattern = CasePattern(kind: recording.manifest.kind, model: recording.manifest.model)
    for recorded in recording.cases {
      if let entry = known[recorded.id] { try recording.requireUnchanged(recorded, asking: pattern.recorded(entry)) }
    }
    if recording.cutBytes > 0 {
      Console.note("Warning: \(recording.folder) ends in a line that was cut; its case is missing.")
    }
    return service(recording.folder, recording.cases, cases)
  }

  /// The baseline's responses as both services score them, where log-probabilities are wanted and can be had.
  ///
  /// - Parameters:
  ///   - baseline: What the baseline said.
  ///   - cases: The cases.
  ///   - runner: The baseline; without it the log-probabilities that were recorded stand in.
  ///   - candidate: The candidate.
  /// - Returns: The scored responses, and what is to be said where there are none.
  /// - Throws: `CancellationError`.
  private func scores(
    of baseline: ComparedService, _ cases: [AccuracyCase], baseline runner: CaseRunner?, candidate: CaseRunner
  ) async throws -> ([ScoredResponse], notes: [String]) {
    guard asking.logprobs else { return ([], []) }
    guard asking.kind == .completion else {
      return (
        [],
        [
          "Chats are not scored by both services; --protocol completion does that. Log-probabilities are "
            + "compared up to the first different token."
        ]
      )
    }
    let said = Dictionary(baseline.cases.map { ($0.id, $0) }) { first, _ in first }
    var scored: [ScoredResponse] = []
    var (asked, recorded) = (0, 0)
    for entry in cases {
      guard let response = said[entry.id]?.compared.first, let text = response.text else { continue }
      asked += 1
      guard let other = try await candidate.scores(of: text, to: entry) else {
        // A service that does not do it for the first few does it for none.
        if scored.isEmpty, asked >= 3 { break }
        continue
      }
      var own = try await runner?.scores(of: text, to: entry)
      if own == nil {
        own = response.response.tokens
        recorded += own == nil ? 0 : 1
      }
      if let own { scored.append(ScoredResponse(id: entry.id, baseline: own, candidate: other)) }
    }
    guard !scored.isEmpty else {
      return (
        [],
        [
          "\(candidate.name) does not score the prompt of /v1/completions (echo with logprobs). Log-probabilities are "
            + "compared up to the first different token."
        ]
      )
    }
    var notes: [String] = []
    if scored.count < asked { notes.append("\(asked - scored.count) of \(asked) responses could not be scored.") }
    if recorded > 0 {
      notes.append(
        "Of \(recorded) responses the baseline's log-probabilities are those of their generation: it does not score them "
          + "again.")
    }
    return (scored, notes)
  }

  private func outcome(
    _ baseline: ComparedService, _ candidate: ComparedService, scored: [ScoredResponse] = [], notes: [String] = [],
    temperature: Double? = nil
  ) throws -> Outcome {
    let comparison = try LanguageModelComparison(
      baseline: baseline, candidate: candidate, tolerance: asking.tolerance, nearTie: asking.nearTie, scored: scored)
    var notes = notes
    notes += Self.noted(
      comparison.onlyInBaseline,
      "are only on the side of the baseline and count as requests that failed with the candidate")
    notes += Self.noted(comparison.onlyInCandidate, "are only on the side of the candidate and not compared")
    if temperature ?? asking.temperature > 0 {
      notes.append("At a temperature above 0 responses part by chance; near ties and defects cannot be told apart.")
    }
    return Outcome(comparison: comparison, notes: notes)
  }
}
