internal import NPUServices

/// Finds out, by asking the service, whether it has an ability that some checks need.
///
/// A run asks each probe once, before the checks.
public struct Probe<Context: CheckContext>: Sendable {
  /// What the service says of an ability.
  public enum Support: Sendable, Hashable {
    /// It has it.
    case supported
    /// It does not have it; the reason is the service's own response.
    case notSupported(String)
  }

  /// The ability, such as `tool calling`; probes of one suite have different names.
  public var name: String
  /// What is to be said where the ability is missing, before the reason; some abilities are for the tester to give.
  var lack: String
  /// Asks the service; an error means that it could not be found out.
  public var ask: @Sendable (Context) async throws -> Support

  /// Creates a probe.
  ///
  /// - Parameters:
  ///   - name: The ability.
  ///   - ask: How to find out.
  public init(_ name: String, ask: @escaping @Sendable (Context) async throws -> Support) {
    self.init(name, lack: "the service does not have \(name)", ask: ask)
  }

  init(_ name: String, lack: String, ask: @escaping @Sendable (Context) async throws -> Support) {
    self.name = name
    self.lack = lack
    self.ask = ask
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

/// What a probe found out, with its evidence.
struct ProbeResponse: Sendable {
  /// The finding of every check that needs the ability; `nil` if the service has it.
  var finding: Finding?
  /// What the probe itself says, without the name of the ability.
  var reason: String?
  var evidence: Evidence
  var duration: Duration
}

extension Probe {
  /// Asks within the limit of time.
  func answer(in context: Context, limits: CheckLimits) async -> ProbeResponse {
    let outcome = await TimedRun(context: context, limits: limits).ask(ask)
    let redactor = Redactor(context.service, over: context.transport)
    var answer = ProbeResponse(evidence: outcome.evidence, duration: outcome.duration)
    switch outcome.result {
    case .success(.supported): break
    case .success(.notSupported(let reason)):
      answer.reason = redactor.clean(.notApplicable(reason)).reason
      answer.finding = redactor.clean(.notApplicable("\(lack): \(reason)"))
    case .failure(let finding):
      // A probe that fails has not shown that the ability is missing.
      answer.reason = finding.reason
      answer.finding = .inconclusive(
        "it could not be found out whether the service has \(name): \(finding.reason)")
    }
    return answer
  }
}
