internal import NPUBase
package import NPULoad
internal import NPUMetrics
package import NPUServices
package import NPUTransport
internal import Synchronization

/// Examines the images, sounds or transcriptions of one load, beside the timing: nothing of it runs on the network
/// thread, and nothing of it counts as latency.
///
/// Before the load some requests are sent alone: each once for what its responses are compared with, and then as many
/// again for how like itself the service is. The first responses of the load to the same requests, as many of each, are
/// their counterparts. If the load changes nothing, both have the same chance to be like the first one, whatever that
/// chance is, so that the exact test of McNemar holds also for services that do not repeat themselves.
package final class MediaWatch: MediaExaminer {
  private struct Case {
    var first: ReadMedia
    var repeats: [MediaLikeness] = []
    var loaded: [MediaLikeness] = []
    /// The shortest sound alone.
    var shortest: Double?
  }

  private struct Difference {
    var index: Int
    var requestID: String?
    var started: MonotonicInstant
    var detail: String
  }

  /// Sums over all responses under load that were compared.
  private struct Tally {
    var compared = 0
    var values = 0
    var sum = 0.0
    var worst: Double?
    var unlike = 0
    var words = (wrong: 0, all: 0)
    var differences: [Difference] = []
  }

  private struct State {
    var isAlone = false
    var cases: [String: Case] = [:]
    var lacksKey = false
    var lacksContent = false
    var tally = Tally()
    var start: MonotonicInstant?
  }

  private let options: MediaQualityOptions
  private let plan: LoadPlan
  private let errors: TranscriptErrors
  private let state = Mutex(State())

  /// What the responses alone may take in memory.
  private static let mostBytes = 256 << 20
  /// After so many failures in a row the service is not asked alone any more.
  private static let mostFailures = 3
  /// A sound shorter than this share of the shortest alone is cut.
  private static let leastLength = 0.75
  private static let mostExamples = 10

  /// Prepares the watch of one load.
  ///
  /// - Parameters:
  ///   - options: What is done.
  ///   - plan: The load.
  ///   - errors: How transcriptions are made comparable.
  package init(_ options: MediaQualityOptions, plan: LoadPlan, errors: TranscriptErrors = TranscriptErrors()) {
    (self.options, self.plan, self.errors) = (options, plan, errors)
  }

  /// From which request on responses are paired: a load begins with fewer requests in flight than it has later.
  private var firstPaired: Int {
    plan.requestLimit.map { $0 / 4 } ?? plan.concurrencyLimit ?? 16
  }

  /// Requests to send alone, spread over those that are paired.
  private var candidates: [Int] {
    let (first, count) = (firstPaired, options.aloneCases)
    guard let total = plan.requestLimit else { return Array(first..<first + 4 * count) }
    let step = max(1, (total - first) / max(1, count))
    // A stride alone would meet the same few prompts again and again where they repeat.
    return (0..<count).map { first + $0 * step + $0 % step }.filter { $0 < total }
  }

  // MARK: - Each response

  package func examination(of request: ExaminedMediaRequest) -> MediaExamination {
    let isAlone = state.withLock(\.isAlone)
    return { [self] media, record in
      let response = media.map { ReadMedia($0, words: request.words) }
      if isAlone {
        note(alone: response, record, request)
        return nil
      }
      return examine(response, record, request)
    }
  }

  private func note(alone response: ReadMedia?, _ record: RequestRecord, _ request: ExaminedMediaRequest) {
    guard record.outcome.isSuccess, let response, let key = request.key else { return }
    guard let known = state.withLock({ $0.cases[key]?.first }) else {
      return state.withLock { state in
        guard !response.isNothing else { return state.lacksContent = true }
        state.cases[key] = Case(first: response, shortest: response.seconds)
      }
    }
    let likeness = MediaLikeness(known, response, truth: request.words, errors: errors)
    state.withLock { state in
      state.cases[key]?.repeats.append(likeness)
      if let seconds = response.seconds, let shortest = state.cases[key]?.shortest, seconds < shortest {
        state.cases[key]?.shortest = seconds
      }
    }
  }

  /// What is wrong with a response under load; nil where there is none, since the request failed.
  private func examine(
    _ response: ReadMedia?, _ record: RequestRecord, _ request: ExaminedMediaRequest
  ) -> ResponseFindings? {
    if record.phase == .measured {
      let begin = record.timeline.intended ?? record.timeline.started
      state.withLock { $0.start = min($0.start ?? begin, begin) }
    }
    guard record.outcome.isSuccess else { return Self.findings(ofFailure: record.outcome) }
    guard let response else { return ResponseFindings(characters: 0, endedByItself: false) }
    var anomalies = response.anomalies
    if let key = request.key, let alone = state.withLock({ $0.cases[key].map { ($0.first, $0.shortest) } }) {
      let likeness = MediaLikeness(alone.0, response, truth: request.words, errors: errors)
      if record.phase == .measured { note(likeness, record, key, request.index) }
      if let seconds = response.seconds, let shortest = alone.1, seconds < Self.leastLength * shortest {
        anomalies.append(Anomaly(.truncated, "\(Self.text(seconds)) s of sound, alone \(Self.text(shortest)) s"))
      }
      // Without the truth the transcription alone says whether there are words.
      if response.hasNoWords, !alone.0.hasNoWords, !anomalies.contains(where: { $0.kind == .empty }) {
        anomalies.append(Anomaly(.empty, "no word, although there are some alone"))
      }
    }
    return ResponseFindings(
      anomalies: anomalies, characters: response.characters, endedByItself: false,
      unaskedScript: response.unaskedScript)
  }

  /// What is wrong with a response that came with a good status and failed all the same.
  private static func findings(ofFailure outcome: Outcome) -> ResponseFindings? {
    let isEmpty = outcome.kind == Outcome.Kind.emptyResponse
    let isCut =
      outcome.kind == Outcome.Kind.truncatedStream || outcome.kind == Outcome.Kind(ServiceError.Kind.damagedMedia)
    guard isEmpty || isCut else { return nil }
    let anomaly = Anomaly(isEmpty ? .empty : .truncated, outcome.message ?? "the end is missing")
    return ResponseFindings(anomalies: [anomaly], characters: 0, endedByItself: false)
  }

  private func note(_ likeness: MediaLikeness, _ record: RequestRecord, _ key: String, _ index: Int) {
    let (first, scale) = (firstPaired, state.withLock { $0.cases[key].flatMap { Self.scale(of: $0.first) } })
    state.withLock { state in
      if index >= first, let present = state.cases[key], present.loaded.count < present.repeats.count {
        state.cases[key]?.loaded.append(likeness)
      }
      if let words = likeness.words {
        state.tally.words.wrong += words.wrong
        state.tally.words.all += words.all
        let rate = Double(words.wrong) / Double(max(1, words.all))
        state.tally.worst = max(state.tally.worst ?? rate, rate)
      }
      if let value = likeness.value {
        state.tally.sum += value
        state.tally.values += 1
        let worst = state.tally.worst ?? value
        state.tally.worst = scale?.isHigherBetter == false ? max(worst, value) : min(worst, value)
      }
      state.tally.compared += 1
      guard !likeness.isAlike else { return }
      state.tally.unlike += 1
      guard state.tally.differences.count < Self.mostExamples else { return }
      state.tally.differences.append(
        Difference(
          index: index, requestID: record.requestID,
          started: record.timeline.intended ?? record.timeline.started, detail: likeness.detail))
    }
  }

  /// By what responses are compared; nil for transcriptions.
  private static func scale(of media: ReadMedia) -> SimilarityScale? {
    switch media.content {
    case .images: .ssim()
    case .sound: .logMel()
    case .text, .nothing: nil
    }
  }

  private static func text(_ seconds: Double) -> String { "\((seconds * 100).rounded() / 100)" }

  // MARK: - Alone

  /// Sends some requests alone, before the load.
  ///
  /// - Parameters:
  ///   - workload: The workload of the load.
  ///   - transport: What carries them.
  /// - Throws: What keeps requests from being made, or `CancellationError`.
  package func askAlone(_ workload: any Workload, over transport: any Transport) async throws {
    guard options.aloneCases > 0, plan.concurrencyLimit != 1 else { return }
    state.withLock { $0.isAlone = true }
    defer { state.withLock { $0.isAlone = false } }
    var known: [Int] = []
    var failures = 0
    for index in candidates {
      try Task.checkCancellation()
      let bytes = state.withLock { $0.cases.values.reduce(0) { $0 + $1.first.bytes } }
      guard known.count < options.aloneCases, bytes < Self.mostBytes, failures < Self.mostFailures else { break }
      guard let prepared = try await workload.prepare(index) else { break }
      guard let key = prepared.mediaRequest?.key else {
        state.withLock { $0.lacksKey = true }
        return
      }
      guard state.withLock({ $0.cases[key] == nil }) else { continue }
      _ = await prepared.record(over: transport)
      if state.withLock({ $0.cases[key] != nil }) {
        known.append(index)
        failures = 0
      } else {
        failures += 1
      }
    }
    guard !known.isEmpty else { return }
    for turn in 0..<options.aloneCases {
      try Task.checkCancellation()
      _ = try await workload.prepare(known[turn % known.count])?.record(over: transport)
    }
  }

  /// The comparison of the responses under load with those alone, when the load is over.
  ///
  /// - Returns: The comparison; nil if none was asked for.
  /// - Throws: Nothing but what impossible counts would.
  package func comparison() throws -> QualityFigures.AloneVersusLoad? {
    guard options.aloneCases > 0 else { return nil }
    guard plan.concurrencyLimit != 1 else {
      return .init(notComparedBecause: "the load itself sends one request at a time")
    }
    let state = state.withLock { $0 }
    guard !state.lacksKey else {
      return .init(notComparedBecause: "the requests name no seed, so that equal ones have different images anyway")
    }
    let pairs = state.cases.values.flatMap { entry in zip(entry.repeats, entry.loaded) }
    guard !pairs.isEmpty, let first = state.cases.values.first?.first else {
      let reason =
        state.lacksContent
        ? "what the service responds alone is empty, or of a format that is not read here"
        : "none of the chosen requests was completed both alone and under load"
      return .init(notComparedBecause: reason)
    }
    var result = QualityFigures.AloneVersusLoad(
      try PairedFlips(baseline: pairs.map(\.0.isAlike), candidate: pairs.map(\.1.isAlike)))
    result.likeness = Self.likeness(state, Self.scale(of: first))
    let start = state.start
    result.examples = state.tally.differences.map { difference in
      QualityFigures.Example(
        index: difference.index, requestID: difference.requestID,
        offset: start.map { $0.duration(to: difference.started).seconds } ?? 0, detail: difference.detail)
    }
    return result
  }

  private static func likeness(_ state: State, _ scale: SimilarityScale?) -> QualityFigures.Likeness {
    let tally = state.tally
    let repeats = state.cases.values.flatMap(\.repeats)
    guard let scale else {
      let alone = repeats.compactMap(\.words).reduce((wrong: 0, all: 0)) { ($0.wrong + $1.wrong, $0.all + $1.all) }
      return QualityFigures.Likeness(
        measure: "wer", limit: nil, compared: tally.compared, alone: rate(alone), underLoad: rate(tally.words),
        worst: tally.worst, unlike: tally.unlike)
    }
    let values = repeats.compactMap(\.value)
    return QualityFigures.Likeness(
      measure: scale.isHigherBetter ? "ssim" : "log_mel_db", limit: scale.limit, compared: tally.compared,
      alone: values.isEmpty ? nil : values.reduce(0, +) / Double(values.count),
      underLoad: tally.values > 0 ? tally.sum / Double(tally.values) : nil, worst: tally.worst,
      unlike: tally.unlike)
  }

  private static func rate(_ words: (wrong: Int, all: Int)) -> Double? {
    words.all > 0 ? Double(words.wrong) / Double(words.all) : nil
  }
}
