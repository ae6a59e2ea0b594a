internal import NPUBase

extension DrillEvidence {
  /// What a busy machine delays a probe by, however quick the service is.
  private static let leastAllowance = Duration.milliseconds(100)
  /// How many times the slowest probe before the fault a probe beside it may take: one in six is slower than the
  /// slowest of five by chance alone, none by so much.
  private static let spread = 5
  /// The part of the hold that a probe may take: one that is held up waits for half of it in the mean, and its like are
  /// most of all.
  private static let part = 4

  /// How long a probe may take beside clients that hold on to the server without counting as held up.
  ///
  /// - Parameters:
  ///   - hold: How long they hold on.
  ///   - limit: The limit of a probe, of which half is enough: one that takes longer fails in any case.
  /// - Returns: The time.
  func allowance(hold: Duration, limit: Duration) -> Duration {
    let began = faultBegan ?? MonotonicInstant(nanoseconds: .max)
    let slowest = probes.filter { $0.isGood && $0.ended <= began }.compactMap(\.latency).max() ?? .zero
    return min(max(Self.leastAllowance, slowest * Self.spread, hold / Self.part), limit / 2)
  }

  /// The probes that were sent while clients held on to the server, early enough to have their time.
  func timelyProbes(beside hold: Hold) -> [ProbeResult] {
    probes.filter { $0.started >= hold.began && $0.started.advanced(by: hold.allowance) <= hold.ended }
  }
}

extension ProbeResult {
  /// To its first token; to its end where none came.
  var time: Duration { latency ?? started.duration(to: ended) }
}
