public import NPUBase

/// Plays audio as it arrives, in thought, to find the gaps that a listener would have heard.
///
/// A player keeps a jitter buffer: it begins when as much audio has arrived as the buffer holds, or when no more comes.
/// From then on it plays in real time. When it has played all that arrived and the audio is not over, that is an
/// underrun: it falls silent until the buffer is filled again, or no more comes. A buffer of zero begins with the first
/// sample.
///
/// The states are filling (silent, nothing due), playing and ended; ``arrive(_:at:)`` and ``end(at:)`` move between
/// them. Times must not go backwards; one that does is taken as the time before it.
public struct PlaybackBuffer: Sendable, Hashable {
  private enum State: Sendable, Hashable {
    /// Silent, with as much audio waiting.
    case filling(waiting: Duration, isFirst: Bool)
    /// Audible; all that has arrived will have been played then.
    case playing(until: MonotonicInstant)
    case ended
  }

  /// What the listener heard.
  public struct Report: Sendable, Hashable {
    /// When playing began; `nil` if there was no audio.
    public var begin: MonotonicInstant?
    /// How often playing stopped for want of audio.
    public var underruns = 0
    /// The silence of all underruns together.
    public var silence = Duration.zero
    /// The longest silence.
    public var longestSilence = Duration.zero
    /// When the last sample was played; `nil` if there was no audio.
    public var end: MonotonicInstant?

    /// Creates a report of nothing.
    public init() {}
  }

  /// How much audio must wait before playing begins or goes on.
  public let jitterBuffer: Duration
  /// What the listener heard so far.
  public private(set) var report = Report()
  private var state = State.filling(waiting: .zero, isFirst: true)
  private var stalledAt: MonotonicInstant?
  private var last: MonotonicInstant?

  /// Creates an empty buffer; a negative size is none.
  public init(jitterBuffer: Duration) {
    self.jitterBuffer = max(.zero, jitterBuffer)
  }

  /// Takes audio that arrived; nothing of no length, and nothing after the end.
  public mutating func arrive(_ audio: Duration, at instant: MonotonicInstant) {
    guard audio > .zero, state != .ended else { return }
    let now = advance(to: instant)
    switch state {
    case .filling(let waiting, let isFirst):
      let waiting = waiting + audio
      state = .filling(waiting: waiting, isFirst: isFirst)
      if waiting >= jitterBuffer { play(waiting, at: now) }
    case .playing(let until): state = .playing(until: until.advanced(by: audio))
    case .ended: break
    }
  }

  /// Takes the end of the audio: what waits is played out.
  public mutating func end(at instant: MonotonicInstant) {
    guard state != .ended else { return }
    let now = advance(to: instant)
    if case .filling(let waiting, let isFirst) = state {
      if waiting > .zero {
        play(waiting, at: now)
      } else if !isFirst {
        // The silence at the very end: all audio had been heard, so it was none.
        report.underruns -= 1
        report.end = stalledAt
      }
    }
    if case .playing(let until) = state { report.end = until }
    state = .ended
  }

  /// Lets time pass, in which playing may have run dry.
  private mutating func advance(to instant: MonotonicInstant) -> MonotonicInstant {
    let now = max(instant, last ?? instant)
    last = now
    if case .playing(let until) = state, until < now {
      report.underruns += 1
      stalledAt = until
      state = .filling(waiting: .zero, isFirst: false)
    }
    return now
  }

  private mutating func play(_ waiting: Duration, at now: MonotonicInstant) {
    if report.begin == nil { report.begin = now }
    if let stalledAt {
      let silence = stalledAt.duration(to: now)
      report.silence += silence
      report.longestSilence = max(report.longestSilence, silence)
    }
    stalledAt = nil
    state = .playing(until: now.advanced(by: waiting))
  }
}
