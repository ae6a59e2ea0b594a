internal import NPUBase
internal import NPUServices
internal import NPUTransport

extension DrillStage {
  /// Waits beside clients that hold on to the server until enough probes had their time, and notes when that was: what
  /// ``DrillDemand/holdsUpNobody`` is judged by.
  ///
  /// - Parameters:
  ///   - isOver: Whether the server has let go of the clients before their time.
  ///   - shortcoming: What that means, in a few words.
  /// - Throws: `CancellationError`, or the error of a transport that is gone.
  public func hold(unless isOver: () -> Bool, _ shortcoming: String) async throws {
    var noted = noted
    noted.probes = traffic.results
    let allowance = noted.allowance(hold: limits.hold, limit: limits.probe)
    let began = now
    // Those that wait already are not to keep others from being sent.
    traffic.renew()
    let (least, most) = (began.advanced(by: limits.hold), began.advanced(by: limits.longestHold))
    while !isOver(), now < most {
      let latest = now.advanced(by: .zero - allowance)
      if now >= least, latest >= began, traffic.sent(in: began...latest) >= max(2, limits.settled) { break }
      try await service.transport.wait(until: now.advanced(by: limits.interval / 4))
    }
    let hold = DrillEvidence.Hold(
      began: began, ended: now, allowance: allowance, shortcoming: isOver() ? shortcoming : nil)
    change { $0.hold = hold }
  }

  /// Waits until readers have stopped and what lies on the way to them is full, and holds the server by them.
  ///
  /// - Parameter pause: The pause of the readers, which is not ended here.
  /// - Throws: `CancellationError`, or the error of a transport that is gone.
  func hold(by pause: ReadingPause) async throws {
    let end = now.advanced(by: limits.longestHold)
    // Of a server that serves one client at a time the others do not even get as far as to stop.
    while !pause.hasEnded, !pause.isComplete, now < pause.began?.advanced(by: limits.hold) ?? end {
      try await service.transport.wait(until: now.advanced(by: limits.interval / 4))
    }
    while !pause.hasEnded, let full = pause.full, now < min(full, end) {
      try await service.transport.wait(until: now.advanced(by: limits.interval / 4))
    }
    guard pause.began != nil else { return }
    try await hold(unless: { pause.hasEnded }, "the responses had come whole before the readers were to go on")
    change { evidence in
      guard let hold = evidence.hold, hold.shortcoming == nil, let full = pause.full, full > hold.began else { return }
      evidence.hold?.shortcoming =
        "the streams are too slow for the server to feel a slow reader within "
        + "\(NumberText.plain(limits.longestHold)): raise the limit of a probe"
    }
  }

  /// Notes what became of the pause of readers whose responses have ended.
  func note(_ pause: ReadingPause) {
    guard pause.felt == 0 else { return }
    let buffers = "\(ReadingPause.buffered >> 10) KiB"
    change { evidence in
      guard evidence.hold?.shortcoming == nil else { return }
      evidence.hold?.shortcoming =
        "the responses were too short for the server to feel a slow reader: what lies on the way holds \(buffers), "
        + "and less than that came afterwards"
    }
  }
}

/// Does something in a task of its own, which the cancellation of the present one does not reach.
///
/// - Parameter work: What must not stay half done.
/// - Returns: What it returns.
/// - Throws: What it throws.
func whole<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result {
  try await Task { try await work() }.value
}
