internal import NPUBase

/// Something that can be read again and again: a tool, a file, an address.
public protocol TelemetrySource<Reading>: Sendable {
  /// What one reading gives.
  associatedtype Reading: Sendable

  /// Reads once.
  ///
  /// Must return soon after the timeout, and soon after its task is cancelled. A sampler never calls it twice at a
  /// time.
  ///
  /// - Parameter timeout: After how long to give up.
  /// - Returns: The reading.
  /// - Throws: ``SampleGap``.
  func read(timeout: Duration) async throws(SampleGap) -> Reading
}

/// The clock of a sampler; tests have one that jumps.
protocol TelemetryClock: Sendable {
  /// The present instant.
  var now: MonotonicInstant { get }

  /// Suspends the task until an instant.
  ///
  /// - Throws: `CancellationError` if the task is cancelled first.
  func sleep(until instant: MonotonicInstant) async throws
}

extension MonotonicClock: TelemetryClock {
  func sleep(until instant: MonotonicInstant) async throws { try await sleep(until: instant, tolerance: nil) }
}
