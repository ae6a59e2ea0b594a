internal import NPUBase

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
