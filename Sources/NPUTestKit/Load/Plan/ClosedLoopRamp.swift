internal import NPUBase

/// The first requests of a closed loop, spread over a ramp-up time instead of sent in one burst.
///
/// A burst of connects is the largest error of a load client: measured with plain libcurl, the last of 1,000
/// connections made at once was 55 ms late and the last of 2,000 was 120 ms late, about 60 microseconds each. It is
/// also a load that no user sends: all prompts reach the server's first batch at once, and their responses stay in
/// step.
package struct ClosedLoopRamp: Sendable, Hashable {
  /// How many requests the loop keeps in flight, at least one.
  package let concurrency: Int
  /// From the first slot's start to the last one's, plus one step; zero starts all slots at once.
  package let duration: Duration

  /// Creates a ramp; a concurrency below one counts as one, a negative duration as none.
  ///
  /// - Parameters:
  ///   - concurrency: How many requests the loop keeps in flight.
  ///   - duration: Over how long to spread the first of them; `nil` takes ``defaultDuration(concurrency:)``.
  package init(concurrency: Int, duration: Duration? = nil) {
    self.concurrency = max(1, concurrency)
    self.duration = max(.zero, duration ?? ClosedLoopRamp.defaultDuration(concurrency: concurrency))
  }

  /// The ramp-up that a plan gets when it names none: a millisecond for each slot, at most five seconds.
  ///
  /// A millisecond is about sixteen times what one connect costs the client, so each connection is made before the next
  /// one is due and the client is idle for more than nine tenths of the time. The limit of five seconds, reached at
  /// 5,000 slots, keeps the ramp short beside any run that needs so many, and still leaves half a millisecond for each
  /// of 10,000 slots. TLS handshakes cost the client and the server about a millisecond of work each: give a longer
  /// time for many of them.
  package static func defaultDuration(concurrency: Int) -> Duration {
    .milliseconds(min(max(0, concurrency), 5_000))
  }

  /// When a slot sends its first request, counted from the start of the run: slots are evenly spaced, the first at
  /// zero.
  ///
  /// - Parameter slot: The slot, from 0; one outside the loop is held at its ends.
  /// - Returns: The offset, at least zero and less than ``duration`` unless that is zero.
  package func offset(ofSlot slot: Int) -> Duration {
    let position = Double(min(max(0, slot), concurrency - 1)) / Double(concurrency)
    return .nanoseconds(Int64((Double(duration.wholeNanoseconds) * position).rounded(.down)))
  }
}
