internal import NPUServices

extension Check {
  /// The health route says that the service serves.
  public static var healthReady: Check {
    Check(
      "health.ready", "The service says that it serves",
      requirement: "GET /health answers 2xx, without a body or with a body that says the same.",
      knownDeviations: "MindIE has the route on its management port; llama-cpp-python has none.",
      needs: [.healthRoute], tags: [.health, .basic]
    ) { context in
      let report = try await HealthClient(transport: context.transport, service: context.service).check()
      let shown = "GET /health: status \(report.status.map(String.init) ?? "none"), \(report.state.rawValue)"
      try Finding.demand(report.isServing, "\(shown) \(report.message)")
      return .pass(shown)
    }
  }

  /// The list of models is well-formed.
  public static var healthModels: Check {
    Check(
      "health.models", "The service lists its models",
      requirement: "GET /v1/models lists at least one model, and each has a name of its own.",
      needs: [.modelList], tags: [.health, .basic]
    ) { context in
      let client = HealthClient(transport: context.transport, service: context.service)
      let names = try await client.models().value?.models.map(\.id) ?? []
      try Finding.demand(!names.isEmpty, "the list of models is empty")
      try Finding.demand(!names.contains(where: \.isBlank), "a model of the list has no name")
      try Finding.demand(
        Set(names).count == names.count, "names stand twice in the list: \(names.joined(separator: ", "))")
      return .pass("the service lists \(names.prefix(8).joined(separator: ", "))")
    }
  }
}

extension Probe {
  /// Whether there is a health route at all.
  public static var healthRoute: Probe {
    Probe("a health route") { context in
      let report = try await HealthClient(transport: context.transport, service: context.service).check()
      guard report.state == .notSupported else { return .supported }
      return .notSupported("GET /health answers status \(report.status ?? 0) \(report.message)")
    }
  }

  /// Whether there is a list of models at all.
  public static var modelList: Probe {
    Probe("a list of models") { context in
      switch try await HealthClient(transport: context.transport, service: context.service).models() {
      case .available: .supported
      case .notSupported(let status, let message):
        .notSupported("GET /v1/models answers status \(status ?? 0) \(message)")
      }
    }
  }
}
