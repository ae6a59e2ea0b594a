public import NPUBase
public import NPUMetrics
public import NPUTelemetry

/// Waits until the memory of the chips is as free as it was before a service ran.
///
/// A killed service may leave a process behind that holds the memory of the chips, and the next start fails with an
/// error that says nothing of it. The driver takes some seconds to give memory back even so.
///
/// ```swift
/// let memory = FreeMemoryWait()
/// let baseline = try await memory.baseline()
/// // … the service runs and is killed …
/// print("free again after", try await memory.waitForFreeHBM(baseline, within: .seconds(120)))
/// ```
public struct FreeMemoryWait: Sendable {
  /// How many bytes more than before may be in use on each chip; npu-smi shows whole megabytes.
  public var toleranceBytes: Int
  /// The time from one reading to the next.
  public var interval: Duration
  /// How long one reading may take.
  public var timeout: Duration
  private let read: @Sendable (Duration) async throws(SampleGap) -> [ChipReading]
  private let clock: any Clock<Duration>

  /// Creates a wait on the chips of a machine.
  public init(
    on host: ServiceHost = .local, npuSMI: String = "npu-smi", toleranceBytes: Int = 64 << 20,
    interval: Duration = .seconds(1), timeout: Duration = .seconds(30)
  ) {
    self.init(
      source: ChipCommandSource(command: host.run([npuSMI, "info"]), arguments: []), toleranceBytes: toleranceBytes,
      interval: interval, timeout: timeout)
  }

  /// Creates a wait on the chips that a source reads.
  ///
  /// - Parameters:
  ///   - source: What reads the chips.
  ///   - toleranceBytes: How many bytes more than before may be in use on each chip.
  ///   - interval: The time from one reading to the next.
  ///   - timeout: How long one reading may take.
  ///   - clock: On which it waits.
  public init(
    source: some TelemetrySource<ChipReport>, toleranceBytes: Int = 64 << 20, interval: Duration = .seconds(1),
    timeout: Duration = .seconds(30), clock: any Clock<Duration> = MonotonicClock()
  ) {
    read = { (timeout: Duration) async throws(SampleGap) -> [ChipReading] in
      try await source.read(timeout: timeout).chipReadings
    }
    self.toleranceBytes = toleranceBytes
    self.interval = interval
    self.timeout = timeout
    self.clock = clock
  }

  /// Reads how much memory is in use now.
  ///
  /// - Returns: Bytes in use by chip; chips whose memory is not shown are left out.
  /// - Throws: ``SampleGap``.
  public func baseline() async throws(SampleGap) -> [ChipIdentity: Int] {
    var used: [ChipIdentity: Int] = [:]
    for chip in try await read(timeout) { used[chip.chip] = chip.memoryUsedBytes }
    return used
  }

  /// Waits until no chip has more memory in use than before.
  ///
  /// - Parameters:
  ///   - baseline: Bytes in use by chip before.
  ///   - limit: How long at most.
  /// - Returns: How long it took.
  /// - Throws: ``EnvironmentError`` that names the chips that are not free, or says why they cannot be read;
  ///   `CancellationError` if the task is cancelled.
  @discardableResult
  public func waitForFreeHBM(_ baseline: [ChipIdentity: Int], within limit: Duration) async throws -> Duration {
    guard !baseline.isEmpty else {
      throw Self.error(.unknown, "no chip had its memory shown before; take the baseline from a tool that shows it")
    }
    return try await wait(on: clock, baseline, limit)
  }

  private func wait<C: Clock<Duration>>(
    on clock: C, _ baseline: [ChipIdentity: Int], _ limit: Duration
  ) async throws -> Duration {
    let start = clock.now
    while true {
      let problem = await problem(baseline)
      try Task.checkCancellation()
      let elapsed = start.duration(to: clock.now)
      guard let problem else { return elapsed }
      guard elapsed < limit else {
        throw Self.error(
          problem.isRead ? .failed : .unknown,
          "after \(limit) \(problem.text); a process of the service that was left behind may hold it: see the end of "
            + "npu-smi info")
      }
      try await clock.sleep(for: interval, tolerance: nil)
    }
  }

  /// What is not as before; `nil` if everything is.
  private func problem(_ baseline: [ChipIdentity: Int]) async -> (text: String, isRead: Bool)? {
    let now: [ChipIdentity: Int]
    do throws(SampleGap) { now = try await self.baseline() } catch {
      return ("the memory cannot be read: \(error)", false)
    }
    let held = baseline.sorted { $0.key < $1.key }.compactMap { chip, before -> String? in
      guard let used = now[chip] else { return "\(chip) is not shown" }
      return used <= before + toleranceBytes ? nil : "\(chip) holds \((used - before) >> 20) MiB more than before"
    }
    return held.isEmpty ? nil : (held.joined(separator: ", "), true)
  }

  private static func error(_ verdict: EnvironmentFinding.Verdict, _ message: String) -> EnvironmentError {
    EnvironmentError(findings: [EnvironmentFinding(.freeMemory, verdict, message)])
  }
}
