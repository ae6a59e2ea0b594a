internal import NPUBase
internal import NPUServices

extension Check where Context == MindIECheckContext {
  /// The server says that it lives and that it serves.
  static var mindIEHealth: Check {
    Check(
      "mindie.health", "The server says that it serves",
      requirement: "/v2/health/live and /v2/health/ready answer 200, or say that the server is busy.",
      needs: [.mindIEHealth], tags: [.health, .basic]
    ) { context in
      var shown: [String] = []
      for probe in [HealthProbe.live, .ready] {
        let report = try await context.health.check(probe)
        shown.append("\(probe.route): status \(report.status.map(String.init) ?? "none"), \(report.state.rawValue)")
        try Finding.demand(report.isServing, "\(shown.last ?? "") \(report.message)")
      }
      return .pass(shown.joined(separator: "; "))
    }
  }

  /// A request through the whole server succeeds within a time.
  static var mindIETimedHealth: Check {
    Check(
      "mindie.health.timed", "A probe through the engine succeeds",
      requirement: "/health/timed-60 answers 200, and a time beyond 600 seconds is refused with 404.",
      severity: .recommended, needs: [.mindIEHealth], tags: [.health], isolation: .alone
    ) { context in
      let report = try await context.health.check(.timed(within: .seconds(60)))
      try Finding.presume(report.state != .notSupported, "the server has no timed probe: status \(report.status ?? 0)")
      try Finding.demand(
        report.state == .healthy, "/health/timed-60: status \(report.status ?? 0) \(report.message)")
      let beyond = try await context.health.check(.timed(within: .seconds(9999)))
      try Finding.demand(beyond.status == 404, "/health/timed-9999: status \(beyond.status ?? 0), not 404")
      return .pass("/health/timed-60: status 200; /health/timed-9999: status 404")
    }
  }
}

extension Probe where Context == MindIECheckContext {
  /// Whether the management address is known.
  static var mindIEHealth: Probe {
    Probe("probes of health at the address that was given") { context in
      let report = try await context.health.check(.live)
      switch report.state {
      case .notSupported, .unreachable:
        return .notSupported(
          "\(context.management.endpoint.description) has none: \(report.status.map { "status \($0)" } ?? report.message). "
            + "MindIE has them on its management address, by default 127.0.0.2:1026")
      default: return .supported
      }
    }
  }
}
