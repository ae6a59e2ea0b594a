internal import NPUBase

extension StateEvidence {
  /// An AI Core in use by less than this many percent does nothing: idle chips show 0, and a sample may fall into the
  /// end of a step.
  private static let idleCore = 5.0

  /// The state and its reason.
  var judgement: (ServiceState, String) {
    switch canary {
    case .progressed: progressed
    case .rejected: (.saturated, "the canary was refused with \(shownFailure)")
    case .unreachable:
      (
        .dead,
        health == .healthy || health == .busy
          ? "no connection for the canary (\(shownFailure)), although the health route answers"
          : "no connection can be made: \(shownFailure)"
      )
    case .silent: silent
    case .empty: (.hung, "the response to the canary has no token, \(healthWords)")
    case .broken:
      health == .healthy || health == .busy
        ? (.hung, "the canary broke off without a token (\(shownFailure)), \(healthWords)")
        : (.dead, "the canary broke off without a token (\(shownFailure)), \(healthWords)")
    case .failed: failed
    case .notSent: (.unknown, "the canary could not be sent: \(shownFailure); raise the limit of this machine")
    }
  }

  private var progressed: (ServiceState, String) {
    let time = firstTokenMilliseconds.map { "after \(NumberText.fixed($0, decimals: 0)) ms" } ?? "in time"
    if health == .busy { return (.saturated, "the canary got a token \(time), and the service says that it is busy") }
    if let waiting = progress?.waiting, waiting > 0 {
      return (.saturated, "the canary got a token \(time), and \(NumberText.plain(waiting)) requests waited")
    }
    if let running = progress?.running {
      return running > 0
        ? (.serving, "the canary got a token \(time) beside \(NumberText.plain(running)) other requests")
        : (.idle, "the canary got a token \(time), and no other request was running")
    }
    if let aiCorePercent {
      let use = "AI Core \(NumberText.fixed(aiCorePercent, decimals: 0)) %"
      return aiCorePercent < Self.idleCore
        ? (.idle, "the canary got a token \(time), \(use)") : (.serving, "the canary got a token \(time), \(use)")
    }
    return (.serving, "the canary got a token \(time); nothing tells whether there are other requests")
  }

  private var silent: (ServiceState, String) {
    let bound = "no token within \(NumberText.fixed(boundMilliseconds, decimals: 0)) ms"
    if let hasMoved = progress?.hasMoved {
      return hasMoved
        ? (.saturated, "\(bound), while the engine made progress for others")
        : (.hung, "\(bound), and the engine counted nothing, \(healthWords)")
    }
    if health == .busy { return (.saturated, "\(bound), and the service says that it is busy") }
    if let aiCorePercent {
      let use = "AI Core \(NumberText.fixed(aiCorePercent, decimals: 0)) %"
      return aiCorePercent < Self.idleCore
        ? (.hung, "\(bound), \(use), \(healthWords)") : (.saturated, "\(bound), \(use)")
    }
    switch health {
    case .silent: return (.hung, "\(bound), and the health route is as silent: connections are accepted, nothing more")
    case .unavailable: return (.dead, "\(bound), and the service says that it does not serve")
    case .unreachable: return (.dead, "\(bound), and the health route cannot be reached")
    case .healthy, .busy, .absent:
      return (
        .unknown,
        "\(bound), \(healthWords); whether it hangs or is busy only its metrics or the use of its AI Cores could tell: "
          + "name them, or raise the bound"
      )
    }
  }

  private var failed: (ServiceState, String) {
    guard status.map({ $0 >= 500 }) ?? true else {
      return (.unknown, "the canary is refused with \(shownFailure): check the model, the route and the key")
    }
    if status == 503, health == .healthy || health == .busy {
      return (.saturated, "the canary was refused with \(shownFailure), \(healthWords)")
    }
    return health == .healthy || health == .busy
      ? (.hung, "the canary failed with \(shownFailure), \(healthWords)")
      : (.dead, "the canary failed with \(shownFailure), \(healthWords)")
  }

  private var shownFailure: String { failure ?? status.map { "http_\($0)" } ?? "no reason" }

  private var healthWords: String {
    switch health {
    case .healthy: "and the health route says that all is well"
    case .busy: "and the health route says that it is busy"
    case .unavailable: "and the health route says that it does not serve"
    case .silent: "and the health route is silent"
    case .unreachable: "and the health route cannot be reached"
    case .absent: "and there is no health route"
    }
  }
}
