extension Check {
  /// Asks for what it needs, then judges; nothing is thrown, whatever happens.
  ///
  /// - Parameters:
  ///   - context: The service.
  ///   - limits: The limit of time and its clock.
  /// - Returns: The finding with its evidence.
  public func run(in context: Context, limits: CheckLimits = CheckLimits()) async -> CheckResult {
    var answers: [String: ProbeResponse] = [:]
    for probe in needs { answers[probe.name] = await probe.answer(in: context, limits: limits) }
    return await run(in: context, limits: limits, answers: answers)
  }

  /// Judges, with what the probes found before.
  func run(in context: Context, limits: CheckLimits, answers: [String: ProbeResponse]) async -> CheckResult {
    for probe in needs {
      guard let answer = answers[probe.name], let finding = answer.finding else { continue }
      return CheckResult(check: about, finding: finding, evidence: answer.evidence, seconds: answer.seconds)
    }
    let outcome = await TimedRun(context: context, limits: limits).ask(judge)
    let finding =
      switch outcome.result {
      case .success(let finding): Redactor(context.service).clean(finding)
      case .failure(let finding): finding
      }
    return CheckResult(check: about, finding: finding, evidence: outcome.evidence, seconds: outcome.seconds)
  }
}

/// What a probe found out, with its evidence.
struct ProbeResponse: Sendable {
  /// The finding of every check that needs the ability; `nil` if the service has it.
  var finding: Finding?
  /// What the probe itself says, without the name of the ability.
  var reason: String?
  var evidence: Evidence
  var seconds: Double
}

extension Probe {
  /// Asks within the limit of time.
  func answer(in context: Context, limits: CheckLimits) async -> ProbeResponse {
    let outcome = await TimedRun(context: context, limits: limits).ask(ask)
    let redactor = Redactor(context.service)
    var answer = ProbeResponse(evidence: outcome.evidence, seconds: outcome.seconds)
    switch outcome.result {
    case .success(.supported): break
    case .success(.notSupported(let reason)):
      answer.reason = redactor.clean(reason)
      answer.finding = .notApplicable(redactor.clean("the service does not have \(name): \(reason)"))
    case .failure(let finding):
      // A probe that fails has not shown that the ability is missing.
      answer.reason = finding.reason
      answer.finding = .inconclusive(
        "it could not be found out whether the service has \(name): \(finding.reason)")
    }
    return answer
  }
}
