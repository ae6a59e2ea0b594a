internal import NPUServices
internal import NPUTransport

/// Whether a check may run while others do.
public enum CheckIsolation: Sendable, Hashable {
  /// Beside others.
  case shared
  /// After all that may run together, and alone: a load, or a request that may harm the service.
  case alone
}

/// One thing that a service must do, and how to find out whether it does.
///
/// Checks are values: a run takes them, a test takes them as arguments, and a suite of one's own mixes its checks with
/// these.
///
/// ```swift
/// @Test(arguments: CheckSuite.llm.checks)
/// func conformance(_ check: Check<LLMCheckContext>) async throws {
///   let context = try await LLMCheckContext(Service("http://127.0.0.1:8000"))
///   try await check.run(in: context).require()
/// }
/// ```
@dynamicMemberLookup
public struct Check<Context: CheckContext>: Sendable {
  /// What is known of it before it runs.
  public var about: CheckDescription
  /// The abilities that the service must have, in the order in which they are asked for.
  public var needs: [Probe<Context>]
  /// Whether it may run while others do.
  public var isolation: CheckIsolation
  /// Asks the service and judges its responses; a thrown finding counts like a returned one.
  public var judge: @Sendable (Context) async throws -> Finding

  /// Creates a check.
  ///
  /// - Parameters:
  ///   - identifier: The name by which it is chosen.
  ///   - title: What it is about, in a few words.
  ///   - requirement: What the service must do, in one sentence.
  ///   - knownDeviations: Which known servers do otherwise, and why.
  ///   - severity: How much a failure counts.
  ///   - needs: The abilities that the service must have.
  ///   - tags: The words by which it is chosen together with others.
  ///   - isolation: Whether it may run while others do.
  ///   - judge: Asks the service and judges its responses.
  public init(
    _ identifier: String, _ title: String, requirement: String, knownDeviations: String? = nil,
    severity: CheckSeverity = .required, needs: [Probe<Context>] = [], tags: [CheckTag] = [],
    isolation: CheckIsolation = .shared, judge: @escaping @Sendable (Context) async throws -> Finding
  ) {
    about = CheckDescription(
      identifier: identifier, title: title, requirement: requirement, knownDeviations: knownDeviations,
      severity: severity, needs: needs.map(\.name), tags: tags)
    self.needs = needs
    self.isolation = isolation
    self.judge = judge
  }

  /// A property of the description.
  public subscript<Member>(dynamicMember path: KeyPath<CheckDescription, Member>) -> Member { about[keyPath: path] }
}

extension Check: Identifiable, CustomStringConvertible {
  /// The identifier.
  public var id: String { about.identifier }
  /// Identifier and title, as tests and lists show them.
  public var description: String { "\(about.identifier): \(about.title)" }
}

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
      return CheckResult(check: about, finding: finding, evidence: answer.evidence, duration: answer.duration)
    }
    let outcome = await TimedRun(context: context, limits: limits).ask(judge)
    let finding =
      switch outcome.result {
      case .success(let finding): Redactor(context.service, over: context.transport).clean(finding)
      case .failure(let finding): finding
      }
    return CheckResult(check: about, finding: finding, evidence: outcome.evidence, duration: outcome.duration)
  }
}
