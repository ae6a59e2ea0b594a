internal import NPUBase
internal import NPUMetrics

/// Counts what was found in responses, in memory that does not grow with their number.
///
/// Two kinds are decided when all responses are known, whatever their order: a length that collapsed, and a script that
/// nothing asked for.
struct QualityCounter {
  /// Examples of each kind.
  private static let exampleLimit = 10
  /// Up to which share of the responses a script that nothing asked for is foreign; beyond it is the model's language.
  static let foreignShare = 0.05
  /// Responses by which a script is judged.
  static let leastForScripts = 20

  private(set) var answers = 0
  private var unexamined = 0
  private var wrong = 0
  private var canary: [ResponseFindings.Canary: Int] = [:]
  private var kinds: [AnomalyKind: Tally] = [:]
  private var groups: [Group: [Int: Counts]] = [:]
  private var shortest: [Short] = []
  private var unasked: [String: Tally] = [:]
  /// Right and completed so far, and of those the good ones; what the whole run decides is taken away in the end.
  private var right = 0
  private var rightAndGood = 0

  /// The requests whose response is known.
  var canaries: Int { canary.values.reduce(0, +) }

  private struct Tally {
    var count = 0
    var examples: [Place] = []

    /// Adds what another tally counted.
    mutating func add(all other: Tally?) {
      guard let other else { return }
      count += other.count
      examples = Array((examples + other.examples).prefix(QualityCounter.exampleLimit))
    }

    mutating func add(_ place: @autoclosure () -> Place) {
      count += 1
      if examples.count < QualityCounter.exampleLimit { examples.append(place()) }
    }
  }

  private struct Place {
    var index: Int
    var requestID: String?
    var started: MonotonicInstant
    var detail: String
  }

  /// What responses have in common of which the whole run decides whether it is wrong.
  private struct Group: Hashable {
    var unaskedScript: String?
  }

  /// How many responses have a length, of those how many nothing is wrong with yet, and of those how many are good.
  private struct Counts {
    var all = 0
    var right = 0
    var good = 0
    /// Ended by the model itself, so that their length says something.
    var ended = 0
    /// Ended by a limit: at least so long.
    var cut = 0
    var endedRight = 0
    var endedGood = 0
  }

  private struct Short {
    var characters: Int
    var place: Place
  }

  /// Adds a request; of a response that was not examined only the number.
  mutating func add(_ record: RequestRecord, isGood: Bool) {
    guard let findings = record.findings else {
      if record.outcome.isSuccess { unexamined += 1 }
      return
    }
    answers += 1
    func place(_ detail: String) -> Place {
      Place(
        index: record.index, requestID: record.requestID,
        started: record.timeline.intended ?? record.timeline.started, detail: detail)
    }
    for anomaly in findings.anomalies { kinds[anomaly.kind, default: Tally()].add(place(anomaly.detail)) }
    if let result = findings.canary { canary[result, default: 0] += 1 }
    if findings.logprobs == .missing { kinds[.nanLogprob, default: Tally()].add(place("none came")) }
    if let script = findings.unaskedScript { unasked[script, default: Tally()].add(place("begins in \(script)")) }
    let isWrong = !findings.anomalies.isEmpty || findings.canary == .wrong || findings.logprobs == .missing
    if isWrong { wrong += 1 }
    let isRight = !isWrong && record.outcome.isSuccess
    if isRight { right += 1 }
    if isRight, isGood { rightAndGood += 1 }
    guard record.outcome.isSuccess else { return }
    let group = Group(unaskedScript: findings.unaskedScript)
    // A canary's response is short because it is asked to be.
    let hasLength = findings.endedByItself && findings.canary == nil && findings.characters > 0
    var counts = groups[group]?[Self.bucket(findings.characters)] ?? Counts()
    counts.all += 1
    if isRight { counts.right += 1 }
    if isRight, isGood { counts.good += 1 }
    if !findings.endedByItself, findings.canary == nil, findings.characters > 0 { counts.cut += 1 }
    if hasLength {
      counts.ended += 1
      if isRight { counts.endedRight += 1 }
      if isRight, isGood { counts.endedGood += 1 }
    }
    groups[group, default: [:]][Self.bucket(findings.characters)] = counts
    if hasLength { keep(Short(characters: findings.characters, place: place("\(findings.characters) characters"))) }
  }

  /// Keeps the shortest responses, one after the other as they came.
  private mutating func keep(_ short: Short) {
    guard shortest.count >= 4 * Self.exampleLimit else { return shortest.append(short) }
    guard let longest = shortest.indices.max(by: { shortest[$0].characters < shortest[$1].characters }),
      short.characters < shortest[longest].characters
    else { return }
    shortest[longest] = short
  }

  /// The bucket of a length: exact up to 64 characters, then 16 to each doubling.
  private static func bucket(_ characters: Int) -> Int {
    guard characters > 64 else { return characters }
    let shift = Int.bitWidth - characters.leadingZeroBitCount - 5
    return shift << 16 | characters >> shift
  }

  /// The least length of a bucket.
  private static func length(of bucket: Int) -> Int {
    bucket <= 64 ? bucket : (bucket & 0xFFFF) << (bucket >> 16)
  }
}

extension QualityCounter {
  /// What the whole run decides.
  private struct Decision {
    var collapse: Int?
    var foreign: Set<String> = []
  }

  /// Lengths of the responses that the model ended.
  private var lengths: [Int: Int] {
    var lengths: [Int: Int] = [:]
    for counts in groups.values {
      for (bucket, count) in counts where count.ended > 0 {
        lengths[Self.length(of: bucket), default: 0] += count.ended
      }
    }
    return lengths
  }

  /// Lengths of the responses that a limit ended.
  private var cutLengths: [Int: Int] {
    var lengths: [Int: Int] = [:]
    for counts in groups.values {
      for (bucket, count) in counts where count.cut > 0 { lengths[Self.length(of: bucket), default: 0] += count.cut }
    }
    return lengths
  }

  private var decision: Decision {
    let lengths = lengths
    return Decision(
      collapse: LengthCollapse.threshold(lengths)
        ?? LengthCollapse.threshold(cut: cutLengths, ended: lengths.values.reduce(0, +)),
      foreign: answers >= Self.leastForScripts
        ? Set(unasked.filter { Double($0.value.count) <= Self.foreignShare * Double(answers) }.keys) : [])
  }

  /// The figures; nil where no response was examined.
  ///
  /// - Parameters:
  ///   - start: The beginning of the window.
  ///   - perSecond: Makes a rate of a count.
  ///   - hasObjectives: Whether there are limits of goodput.
  /// - Returns: The figures.
  func figures(
    since start: MonotonicInstant?, perSecond: (Int) -> Double?, hasObjectives: Bool
  ) -> QualityFigures? {
    guard answers > 0 else { return nil }
    let decision = decision
    var (kinds, wrong, right, good) = (kinds, wrong, right, rightAndGood)
    for script in decision.foreign { kinds[.foreignScript, default: Tally()].add(all: unasked[script]) }
    var collapsed = Tally()
    for (group, counts) in groups {
      let isWrong = group.unaskedScript.map(decision.foreign.contains) ?? false
      for (bucket, count) in counts {
        let isShort = decision.collapse.map { Self.length(of: bucket) < $0 } ?? false
        if isShort { collapsed.count += count.ended }
        guard isWrong || isShort else { continue }
        wrong += isWrong ? count.right : count.endedRight
        right -= isWrong ? count.right : count.endedRight
        good -= isWrong ? count.good : count.endedGood
      }
    }
    collapsed.examples = shortest.filter { short in decision.collapse.map { short.characters < $0 } ?? false }
      .sorted { $0.place.index < $1.place.index }.prefix(Self.exampleLimit).map(\.place)
    kinds[.lengthCollapse, default: Tally()].add(all: collapsed)
    let interval = interval(wrong)
    return QualityFigures(
      answers: answers, unexamined: unexamined > 0 ? unexamined : nil, wrong: wrong,
      wrongRate: Double(wrong) / Double(answers), wrongLow: interval?.low, wrongHigh: interval?.high,
      kinds: Dictionary(
        uniqueKeysWithValues: AnomalyKind.allCases.map { ($0, figures(of: kinds[$0] ?? Tally(), since: start)) }),
      canaries: canaries == 0
        ? nil
        : QualityFigures.CanaryFigures(
          sent: canaries, right: canary[.right] ?? 0, wrong: canary[.wrong] ?? 0, undecided: canary[.undecided] ?? 0,
          leaks: kinds[.leak]?.count ?? 0),
      right: right, rightPerSecond: perSecond(right), goodAndRight: hasObjectives ? good : nil,
      goodAndRightPerSecond: hasObjectives ? perSecond(good) : nil, collapseThreshold: decision.collapse)
  }

  private func interval(_ count: Int) -> ProportionInterval? {
    try? ProportionInterval(successes: min(count, answers), trials: answers)
  }

  private func figures(of tally: Tally, since start: MonotonicInstant?) -> QualityFigures.KindFigures {
    let interval = interval(tally.count)
    let examples = tally.examples.map { place in
      QualityFigures.Example(
        index: place.index, requestID: place.requestID,
        offset: start.map { $0.duration(to: place.started).seconds } ?? 0, detail: place.detail)
    }
    return QualityFigures.KindFigures(
      count: tally.count, low: interval?.low, high: interval?.high, requestIDs: examples.compactMap(\.requestID),
      examples: examples)
  }
}
