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
