internal import NPUBase

/// Reads a source at an interval: an asynchronous sequence of samples, gaps included.
///
/// Calls never overlap: a reading that takes longer than the interval costs the samples that it covers, which the next
/// sample counts. A source that fails or does not answer in time gives a gap, and sampling goes on. The sequence ends
/// when its task is cancelled. Nothing is buffered: a consumer that is slower than the interval misses samples in the
/// same way.
///
/// ```swift
/// for await sample in NPUSampler(command: ["ssh", "host", "npu-smi"]) {
///   for chip in sample.reading?.chips ?? [] { print(sample.start, chip.npuID, chip.hbm?.usedMegabytes as Any) }
/// }
/// ```
public struct TelemetrySampler<Source: TelemetrySource>: AsyncSequence, Sendable {
  /// One reading or gap.
  public typealias Element = TelemetrySample<Source.Reading>
  /// A sampler never fails: what goes wrong is a gap.
  public typealias Failure = Never

  /// What is read.
  public let source: Source
  /// How often.
  public let plan: SamplingPlan
  private let clock: any TelemetryClock

  /// Creates a sampler.
  public init(source: Source, plan: SamplingPlan = SamplingPlan()) {
    self.init(source: source, plan: plan, clock: MonotonicClock())
  }

  init(source: Source, plan: SamplingPlan, clock: any TelemetryClock) {
    self.source = source
    self.plan = plan
    self.clock = clock
  }

  /// Starts sampling; the first reading is taken at once.
  public func makeAsyncIterator() -> Iterator {
    Iterator(source: source, plan: plan, clock: clock)
  }

  /// The samples of one run.
  public struct Iterator: AsyncIteratorProtocol, Sendable {
    private let source: Source
    private let plan: SamplingPlan
    private let clock: any TelemetryClock
    private var schedule: SamplingSchedule?
    private var missed = 0
    /// The longest reading that succeeded.
    private var longest = Duration.zero
    private var hangs = false

    init(source: Source, plan: SamplingPlan, clock: any TelemetryClock) {
      self.source = source
      self.plan = plan
      self.clock = clock
    }

    /// Waits for the next interval and reads.
    ///
    /// - Returns: The sample; `nil` once the task is cancelled.
    public mutating func next() async -> Element? {
      var schedule = self.schedule ?? SamplingSchedule(interval: plan.interval, start: clock.now)
      do { try await clock.sleep(until: schedule.due) } catch { return nil }
      guard !Task.isCancelled else { return nil }
      let sample = await read(&schedule)
      self.schedule = schedule
      return sample
    }

    /// Reads now, whatever the interval says; for the last sample of a run.
    ///
    /// The report waits for it: a source that hangs is not asked again, and any other gets no more than a second or two
    /// beyond what it took before.
    ///
    /// - Returns: The sample; `nil` if the source hangs.
    mutating func final() async -> Element? {
      guard !hangs else { return nil }
      var schedule = self.schedule ?? SamplingSchedule(interval: plan.interval, start: clock.now)
      let start = clock.now
      let result = await Self.result(source, finalLimit)
      defer { self.schedule = schedule }
      return Element(
        tick: schedule.begin(at: start).tick, start: start, duration: start.duration(to: clock.now),
        missedBefore: missed, result: result)
    }

    private var finalLimit: Duration {
      Swift.min(plan.timeout, Swift.max(.seconds(1), longest + Swift.min(longest, .seconds(2))))
    }

    /// The last sample with the intervals that went by while it was taken, which no later one will count.
    ///
    /// - Returns: The sample; `nil` if none went by.
    mutating func withOwnMisses(_ sample: Element) -> Element? {
      guard missed > 0 else { return nil }
      defer { missed = 0 }
      var sample = sample
      sample.missedBefore += missed
      return sample
    }

    private mutating func read(_ schedule: inout SamplingSchedule) async -> Element {
      let start = clock.now
      let (tick, late) = schedule.begin(at: start)
      let result = await Self.result(source, plan.timeout)
      let end = clock.now
      let sample = Element(
        tick: tick, start: start, duration: start.duration(to: end), missedBefore: missed + late, result: result)
      missed = schedule.end(at: end)
      note(sample)
      return sample
    }

    /// Notes how long readings take, and whether the source hangs now.
    private mutating func note(_ sample: Element) {
      switch sample.gap?.kind {
      case nil:
        longest = Swift.max(longest, sample.duration)
        hangs = false
      case .timeout, .stuck: hangs = true
      case .cancelled: hangs = hangs || sample.duration > finalLimit
      default: hangs = false
      }
    }

    private static func result(_ source: Source, _ timeout: Duration) async -> Result<Source.Reading, SampleGap> {
      do throws(SampleGap) {
        return .success(try await source.read(timeout: timeout))
      } catch {
        return .failure(error)
      }
    }
  }
}
