package import NPUBase

/// The timeouts of an exchange.
extension TransferState {
  /// When the first of the timeouts comes that apply now.
  package var nextDeadline: MonotonicInstant? {
    let limits = [
      phaseTimeout.map { phaseBegan.advanced(by: $0.duration) }, contentLimit.map { contentBegan.advanced(by: $0) },
      request.timeouts.total.map { started.advanced(by: $0) },
    ]
    return limits.compactMap(\.self).min()
  }

  /// Which timeout has come, if any.
  package func timeout(at now: MonotonicInstant) -> (TransportError.Kind, String)? {
    if let total = request.timeouts.total, started.advanced(by: total) <= now {
      return (.totalTimeout, "the exchange did not end within \(total)")
    }
    if let limit = phaseTimeout, phaseBegan.advanced(by: limit.duration) <= now { return (limit.kind, limit.message) }
    guard let limit = contentLimit, contentBegan.advanced(by: limit) <= now else { return nil }
    return (.contentTimeout, TransferTimeouts.silenceMessage(limit))
  }

  private var contentLimit: Duration? {
    phase == .receiving && !isPaused ? request.timeouts.silence(begun: hasContent) : nil
  }

  private var phaseTimeout: (duration: Duration, kind: TransportError.Kind, message: String)? {
    switch phase {
    case .connecting:
      request.timeouts.connect.map { ($0, .connectTimeout, "no connection within \($0)") }
    case .waiting:
      request.timeouts.firstByte.map { ($0, .firstByteTimeout, "the response did not begin within \($0)") }
    case .receiving:
      isPaused ? nil : request.timeouts.idle.map { ($0, .idleTimeout, "the response was silent for \($0)") }
    }
  }
}
