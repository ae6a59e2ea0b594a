internal import NPUBase
internal import NPUTransport

/// How long nothing came from a service although responses had begun, from records in any order, second by second.
///
/// A response that has not begun is no part of it: how long a service may think is not known here, and what never
/// begins fails at a limit that says so.
struct SilenceCounter {
  /// The longest silence.
  struct Silence: Hashable {
    /// Its first whole second on the clock of the run.
    var second: Int64
    /// Whole seconds without a sign of life: the silence was as long at least, and less than two seconds longer.
    var seconds: Int
    /// The most responses that had begun and not ended in one of its seconds.
    var responses: Int
  }

  private struct Second {
    var wasHeard = false
    var begun = 0
    var ended = 0
  }

  /// How a response ends of which nothing more came.
  private static let signsOfSilence: Set<Outcome.Kind> = Set(
    [.firstByteTimeout, .idleTimeout, .contentTimeout, .totalTimeout, .cancelled, .shutDown].map { Outcome.Kind($0) })

  private var seconds: [Int64: Second] = [:]
  /// Whether a record lacked some of its instants, which would look like silence.
  private var lacksInstants = false

  /// Adds a request, if its response was a stream that began.
  mutating func add(_ record: RequestRecord) {
    let timeline = record.timeline
    guard let begin = timeline.head ?? timeline.firstByte, let closed = timeline.closed, !timeline.events.isEmpty else {
      return
    }
    if timeline.omittedTokenEvents > 0 { lacksInstants = true }
    seconds[Self.second(begin), default: Second()].begun += 1
    hear([begin])
    hear(timeline.events.lazy.map(\.instant))
    seconds[Self.second(closed), default: Second()].ended += 1
    if !Self.signsOfSilence.contains(record.outcome.kind) { hear([closed]) }
  }

  private mutating func hear(_ instants: some Sequence<MonotonicInstant>) {
    var last: Int64?
    for second in instants.lazy.map(Self.second) where second != last {
      seconds[second, default: Second()].wasHeard = true
      last = second
    }
  }

  private static func second(_ instant: MonotonicInstant) -> Int64 { instant.nanoseconds / 1_000_000_000 }

  /// The longest silence; `nil` where there was none of a whole second, or where it is not known.
  var longest: Silence? {
    guard !lacksInstants else { return nil }
    var (longest, present): (Silence?, Silence?)
    var open = 0
    var next: Int64?
    /// Counts seconds in which nothing was heard.
    func pass(_ first: Int64, _ count: Int) {
      guard open > 0 else {
        present = nil
        return
      }
      guard count > 0 else { return }
      var silence = present ?? Silence(second: first, seconds: 0, responses: 0)
      silence.seconds += count
      silence.responses = max(silence.responses, open)
      present = silence
      if silence.seconds > longest?.seconds ?? 0 { longest = silence }
    }
    for (second, events) in seconds.sorted(by: { $0.key < $1.key }) {
      if let next { pass(next, Int(second - next)) }
      // A second in which the last response ended was not silent as a whole.
      if events.wasHeard || open <= events.ended { present = nil } else { pass(second, 1) }
      open += events.begun - events.ended
      next = second + 1
    }
    return longest
  }
}
