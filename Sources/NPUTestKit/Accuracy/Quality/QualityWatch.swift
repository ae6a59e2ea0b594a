internal import NPUBase
internal import NPUDigest
package import NPULoad
internal import NPUMetrics
internal import NPUServices
package import NPUTransport
internal import Synchronization

/// Examines the responses of one load, beside the timing: nothing of it runs on the network thread.
///
/// It gives some requests prompts whose response is known, examines each response where its record is made, and sends
/// some requests again when the load is over, one at a time.
package final class QualityWatch: ResponseExaminer {
  /// In which part of the run a request is prepared.
  private enum Phase {
    case trial, load
    case alone(Int)
  }

  /// The responses to one request, as digests.
  private struct Case {
    var underLoad: String?
    var alone: [Int: String] = [:]
  }

  private struct State {
    var phase = Phase.load
    var cases: [Int: Case] = [:]
    var failsCanaries = false
    var trials: [ResponseFindings.Canary] = []
  }

  private let options: QualityOptions
  private let isGreedy: Bool
  private let nonces: RequestNonces
  private let canaries: Canaries
  private let state: Mutex<State>

  /// How many canaries get a response before the load, and how many are sent for it at most.
  private static let trials = (enough: 3, most: 6)
  /// The numbers of those, beyond any request of a load.
  private static let firstTrial = 1 << 34

  /// Prepares the watch of one load.
  ///
  /// - Parameters:
  ///   - options: What is done.
  ///   - plan: The load.
  ///   - isGreedy: Whether the temperature is 0, so that equal requests have equal responses.
  ///   - secret: What binds the codes of the canaries to this run; a new one for each.
  package init(
    _ options: QualityOptions, plan: LoadPlan, isGreedy: Bool, secret: UInt64 = .random(in: 0...UInt64.max)
  ) {
    self.options = options
    self.isGreedy = isGreedy
    nonces = RequestNonces(secret: secret)
    canaries = Canaries(share: options.canaryShare, seed: plan.seed, nonces: nonces)
    var cases: [Int: Case] = [:]
    if isGreedy {
      for index in Self.cases(options.aloneCases, of: plan, without: canaries) { cases[index] = Case() }
    }
    state = Mutex(State(cases: cases))
  }

  /// Which requests are compared with themselves alone: spread over the run, or those behind the first that fill it.
  private static func cases(_ count: Int, of plan: LoadPlan, without canaries: Canaries) -> [Int] {
    let first = plan.concurrencyLimit ?? 16
    guard let total = plan.requestLimit else {
      return Array((first...).lazy.filter { !canaries.contains($0) }.prefix(count))
    }
    let chosen = (0..<count).map { (2 * $0 + 1) * total / max(1, 2 * count) }
    return Array(Set(chosen.filter { !canaries.contains($0) })).sorted()
  }

  /// The prompts of the load, some of them replaced.
  package func prompts(_ base: any PromptSource) -> any PromptSource {
    options.canaryShare > 0 ? CanaryPrompts(base: base, canaries: canaries) : base
  }

  // MARK: - Each response

  package func examination(of request: ExaminedRequest) -> ResponseExamination {
    let phase = state.withLock { $0.phase }
    return { [self] response, record in
      let findings = examine(response, record, request)
      note(response, record, findings, request.index, phase)
      return findings
    }
  }

  private func note(
    _ response: ExaminedResponse, _ record: RequestRecord, _ findings: ResponseFindings?, _ index: Int, _ phase: Phase
  ) {
    if case .trial = phase {
      // A request that failed says nothing of what the service can repeat.
      if let canary = findings?.canary { state.withLock { $0.trials.append(canary) } }
      return
    }
    guard record.outcome.isSuccess, state.withLock({ $0.cases[index] != nil }) else { return }
    let digest = ContentDigest.text(of: Array((response.reasoning + "\u{0}" + response.text).utf8))
    state.withLock { state in
      if case .alone(let turn) = phase {
        state.cases[index]?.alone[turn] = digest
      } else {
        state.cases[index]?.underLoad = digest
      }
    }
  }

  /// What is wrong with a response; nil where there is none, since the request failed.
  private func examine(
    _ response: ExaminedResponse, _ record: RequestRecord, _ request: ExaminedRequest
  ) -> ResponseFindings? {
    let kind = record.outcome.kind
    let isBroken = kind == .malformedPayload && response.brokenLogprobs > 0
    guard record.outcome.isSuccess || kind == .emptyResponse || kind == .truncatedStream || isBroken else { return nil }
    let ending = ResponseEnding(record, request, response)
    let endedByItself = ending.endedByItself
    let prompt = PromptTraits(request.text, isWhole: request.isPlain)
    var detector = TextAnomalyDetector(prompt: prompt)
    detector.feed(response.text)
    let text = detector.finish(endedByItself: endedByItself && !response.isCutOff)
    var anomalies = text.anomalies.filter { $0.kind != .empty }
    var reasoningCharacters = 0
    if !response.reasoning.isEmpty {
      var thoughts = TextAnomalyDetector(prompt: prompt, watchesScripts: false)
      thoughts.feed(response.reasoning)
      let reasoning = thoughts.finish(endedByItself: false)
      reasoningCharacters = reasoning.characters
      for anomaly in reasoning.anomalies
      where anomaly.kind != .empty && !anomalies.contains(where: { $0.kind == anomaly.kind }) {
        anomalies.append(anomaly)
      }
    }
    let characters = text.characters + reasoningCharacters
    if ending.isEmpty(text: text.characters, reasoning: reasoningCharacters) {
      anomalies.append(Anomaly(.empty, kind == .emptyResponse ? "nothing came" : "no text"))
    }
    if let detail = ending.truncation { anomalies.append(Anomaly(.truncated, detail)) }
    if response.brokenCharacters > 0, !anomalies.contains(where: { $0.kind == .replacementCharacter }) {
      anomalies.append(Anomaly(.replacementCharacter, "\(response.brokenCharacters) torn characters"))
    }
    let found = nonces.numbers(in: response.reasoning + "\n" + Self.said(response.text, to: request))
    if let other = found.first(where: { $0 != request.index }) {
      anomalies.append(Anomaly(.leak, "the code of request \(other)"))
    }
    var logprobs: ResponseFindings.Logprobs?
    if request.asksForLogprobs {
      let broken = response.brokenLogprobs + (response.lacksFirstLogprob && !request.echoes ? 1 : 0)
      if broken > 0 {
        anomalies.append(Anomaly(.nanLogprob, "\(broken) are null or no numbers"))
      } else if characters > 0 {
        logprobs = response.logprobs > 0 ? .given : .missing
      }
    }
    return ResponseFindings(
      anomalies: anomalies, characters: characters, endedByItself: endedByItself,
      unaskedScript: text.unaskedScript?.name, logprobs: logprobs,
      canary: request.prompt.isCanary ? canary(found.contains(request.index), endedByItself) : nil)
  }

  /// What a response says by itself: without the prompt, where it begins with that.
  private static func said(_ text: String, to request: ExaminedRequest) -> String {
    guard request.echoes, text.hasPrefix(request.text) else { return text }
    return String(text.dropFirst(request.text.count))
  }

  private func canary(_ isRight: Bool, _ endedByItself: Bool) -> ResponseFindings.Canary {
    if isRight { return .right }
    return endedByItself && !state.withLock(\.failsCanaries) ? .wrong : .undecided
  }

  // MARK: - Before and after

  /// Sends some canaries alone: a service that cannot repeat a code then does not go wrong under load either.
  ///
  /// - Parameters:
  ///   - transport: What carries them.
  ///   - make: Makes the workload of the load with other prompts.
  /// - Throws: What keeps requests from being made.
  package func tryCanaries(
    over transport: any Transport, with make: (any PromptSource) async throws -> any Workload
  ) async throws {
    guard options.canaryShare > 0 else { return }
    state.withLock { $0.phase = .trial }
    defer { state.withLock { $0.phase = .load } }
    let workload = try await make(TrialPrompts(canaries: canaries))
    for number in Self.firstTrial..<(Self.firstTrial + Self.trials.most)
    where state.withLock({ $0.trials.count }) < Self.trials.enough {
      _ = try await workload.prepare(number)?.record(over: transport)
    }
    state.withLock { $0.failsCanaries = $0.trials.contains { $0 != .right } }
  }

  /// Sends the chosen requests again, alone and twice each, and compares.
  ///
  /// - Parameters:
  ///   - workload: The workload of the load.
  ///   - transport: What carries them.
  /// - Returns: The comparison; nil if none was asked for.
  /// - Throws: What keeps requests from being made, or `CancellationError`.
  package func compareAlone(
    _ workload: any Workload, over transport: any Transport
  ) async throws -> QualityFigures.AloneVersusLoad? {
    guard options.aloneCases > 0 else { return nil }
    guard isGreedy else {
      return .init(
        notComparedBecause: "the temperature is not 0, so that equal requests have different responses anyway")
    }
    let indices = state.withLock { $0.cases.filter { $0.value.underLoad != nil }.keys.sorted() }
    for turn in 0..<2 {
      for index in indices {
        try Task.checkCancellation()
        state.withLock { $0.phase = .alone(turn) }
        _ = try await workload.prepare(index)?.record(over: transport)
      }
    }
    let whole = state.withLock { state in
      indices.compactMap { index -> (alone: Bool, loaded: Bool)? in
        guard let entry = state.cases[index], let first = entry.alone[0], let second = entry.alone[1] else {
          return nil
        }
        return (first == second, first == entry.underLoad)
      }
    }
    guard !whole.isEmpty else {
      return .init(notComparedBecause: "none of the chosen requests was completed both alone and under load")
    }
    return .init(try PairedFlips(baseline: whole.map(\.alone), candidate: whole.map(\.loaded)))
  }

  // MARK: - All of it

  /// Carries out a load with what goes before and after it.
  ///
  /// - Parameters:
  ///   - prompts: What is asked.
  ///   - plan: How much, how fast, how long.
  ///   - options: What the report holds.
  ///   - journal: The file of a journal.
  ///   - transport: What carries it.
  ///   - make: Makes a workload of prompts, with this watch as its examiner.
  /// - Returns: The report, with the comparison alone.
  /// - Throws: What keeps the load from being carried out.
  func load(
    _ prompts: any PromptSource, _ plan: LoadPlan, _ options: LoadReportBuilder.Options, journal: String?,
    over transport: any Transport, with make: (any PromptSource) -> any Workload
  ) async throws -> LoadReport {
    try await tryCanaries(over: transport) { make($0) }
    let sent = make(self.prompts(prompts))
    var report = try await transport.load(sent, plan, options, journal: journal)
    report.quality?.aloneVersusLoad = try await compareAlone(sent, over: transport)
    return report
  }
}
