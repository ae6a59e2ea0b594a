internal import NPUServices

/// The checks of one kind of service.
///
/// ```swift
/// let report = await CheckSuite.llm.run(in: LLMCheckContext(transport: transport, service: service, model:
/// "Qwen2-7B-Chat")) try report.require()
/// ```
public struct CheckSuite<Context: CheckContext>: Sendable {
  /// The name for reports, such as `llm`.
  public var name: String
  /// Finds out whether anybody answers at all; without that nothing is checked.
  public var prerequisite: Probe<Context>
  /// The checks; those that run alone come last and keep their order.
  public var checks: [Check<Context>]

  /// Creates a suite.
  ///
  /// - Parameters:
  ///   - name: The name for reports.
  ///   - prerequisite: Finds out whether anybody answers; by default any HTTP response to a health probe will do.
  ///   - checks: The checks, each with an identifier of its own.
  public init(_ name: String, prerequisite: Probe<Context> = .reachable, checks: [Check<Context>]) {
    self.name = name
    self.prerequisite = prerequisite
    self.checks = checks
  }

  /// Every tag of its checks, sorted.
  public var tags: [CheckTag] {
    Set(checks.flatMap(\.about.tags)).sorted { $0.rawValue < $1.rawValue }
  }

  /// The suite with some of its checks.
  ///
  /// - Throws: ``CheckSelection/UnknownName`` if a name of the selection stands for nothing: a typing error must not
  ///   pass as a run without failures.
  public func selecting(_ selection: CheckSelection) throws -> CheckSuite {
    try selection.validate(identifiers: checks.map(\.id), tags: tags.map(\.rawValue))
    var suite = self
    suite.checks = checks.filter { selection.contains($0.about) }
    return suite
  }
}

extension Probe {
  /// Whether anybody answers at the address: any HTTP response but a refusal of the credentials will do.
  public static var reachable: Probe {
    Probe("a service that responds") { context in
      let report = try await HealthClient(transport: context.transport, service: context.service).check()
      let address = context.service.endpoint.description
      switch report.state {
      case .unreachable:
        return .notSupported(
          "no service answers at \(address): \(report.message). Check the address and that the service runs.")
      case .unauthorized:
        return .notSupported(
          "the service at \(address) refuses the credentials: status \(report.status ?? 0) \(report.message). "
            + "Check the API key.")
      default: return .supported
      }
    }
  }
}
