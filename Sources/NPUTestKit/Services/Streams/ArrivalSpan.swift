package import NPUBase

/// When the token-bearing events of one response arrived, as far as it says whether they came as a stream.
package struct ArrivalSpan: Sendable, Hashable {
  /// When the first arrived.
  package var first: MonotonicInstant
  /// When the last arrived.
  package var last: MonotonicInstant
  /// How many there were.
  package var count: Int

  /// Creates a span.
  package init(first: MonotonicInstant, last: MonotonicInstant, count: Int) {
    self.first = first
    self.last = last
    self.count = count
  }

  /// The mean gap up to which events count as having come at once.
  ///
  /// No model sends 10,000 events a second in one stream, and what is buffered comes faster: several in one read, and
  /// the reads as fast as the client takes them.
  private static let atOnce = Duration.microseconds(100)

  /// Whether there are several events, which came practically at once: their stamps then say nothing of the pace at
  /// which they were generated.
  package var isOnePiece: Bool { count >= 2 && first.duration(to: last) <= Self.atOnce * (count - 1) }
}
