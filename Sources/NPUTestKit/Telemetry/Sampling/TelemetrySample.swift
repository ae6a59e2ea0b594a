public import NPUBase

/// One reading of a source, or the gap where one should be.
public struct TelemetrySample<Reading: Sendable>: Sendable {
  /// The number of the interval that it was taken for, from 0.
  public var tick: Int
  /// When the source was asked, on the clock that stamps requests.
  public var start: MonotonicInstant
  /// How long the reading took.
  public var duration: Duration
  /// How many intervals before this one went by without a reading, because the one before took too long.
  public var missedBefore: Int
  /// What the source said, or why there is nothing.
  public var result: Result<Reading, SampleGap>

  /// Creates a sample.
  public init(
    tick: Int, start: MonotonicInstant, duration: Duration, missedBefore: Int = 0, result: Result<Reading, SampleGap>
  ) {
    self.tick = tick
    self.start = start
    self.duration = duration
    self.missedBefore = missedBefore
    self.result = result
  }

  /// The instant that the reading stands for: the middle of the call.
  ///
  /// The source looked at some moment during the call, so the error is at most half its duration.
  public var instant: MonotonicInstant { start.advanced(by: duration / 2) }
  /// The reading, or `nil` in a gap.
  public var reading: Reading? { try? result.get() }
  /// Why there is no reading, or `nil`.
  public var gap: SampleGap? {
    if case .failure(let gap) = result { gap } else { nil }
  }

  /// The same sample with its reading in another form.
  public func map<Other>(_ transform: (Reading) -> Other) -> TelemetrySample<Other> {
    TelemetrySample<Other>(
      tick: tick, start: start, duration: duration, missedBefore: missedBefore, result: result.map(transform))
  }
}

extension TelemetrySample: Equatable where Reading: Equatable {}
extension TelemetrySample: Hashable where Reading: Hashable {}
