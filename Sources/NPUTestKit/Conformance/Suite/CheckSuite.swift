internal import NPUBase
internal import NPUServices

/// The checks of one kind of service.
///
/// ```swift
/// let context = try await LLMCheckContext(Service("http://127.0.0.1:8000"))
/// let report = await CheckSuite.llm.run(in: context)
/// try report.require()
/// ```
public struct CheckSuite<Context: CheckContext>: Sendable {
  /// The name for reports, such as `llm`.
  public var name: String
  /// Finds out whether anybody answers at all; without that nothing is checked.
  public var prerequisite: Probe<Context>
  /// Sends one ordinary request, by which a run finds out whether checks may run beside each other; `nil` to believe it.
  public var ordinaryRequest: (@Sendable (Context) async throws -> Void)?
  /// The checks; those that run alone come last and keep their order.
  public var checks: [Check<Context>]

  /// Creates a suite.
  ///
  /// - Parameters:
  ///   - name: The name for reports.
  ///   - prerequisite: Finds out whether anybody answers; by default any HTTP response to a health probe will do.
  ///   - ordinaryRequest: Sends one ordinary request. Before the checks a run sends a few at once; where a service
  ///     answers them one at a time only, the checks run one after another, and the report says so.
  ///   - checks: The checks, each with an identifier of its own.
  public init(
    _ name: String, prerequisite: Probe<Context> = .reachable,
    ordinaryRequest: (@Sendable (Context) async throws -> Void)? = nil, checks: [Check<Context>]
  ) {
    self.name = name
    self.prerequisite = prerequisite
    self.ordinaryRequest = ordinaryRequest
    self.checks = checks
  }

  /// Every tag of its checks, sorted.
  public var tags: [CheckTag] {
    Set(checks.flatMap(\.about.tags)).sorted { $0.rawValue < $1.rawValue }
  }
}

extension CheckSuite {
  /// Runs the checks against a service.
  ///
  /// First the prerequisite and the probes, then the checks that may run together, then the others one by one. Where
  /// the service answers ordinary requests one at a time only, all run one by one, and the report says so. If the
  /// service stops answering on the way, the rest is not asked and says so. When the task is cancelled the report has
  /// what was found until then.
  ///
  /// - Parameters:
  ///   - context: The service.
  ///   - limits: Concurrency, and the limit of time for each check.
  ///   - progress: Gets each result as it comes, one call at a time.
  /// - Returns: The results in the order of the suite.
  public func run(
    in context: Context, limits: CheckLimits = CheckLimits(),
    progress: @escaping @Sendable (CheckResult) -> Void = { _ in }
  ) async -> ConformanceReport {
    await run(in: context, limits: limits, clock: limits.clock, progress: progress)
  }

  private func run<C: Clock<Duration>>(
    in context: Context, limits: CheckLimits, clock: C, progress: @escaping @Sendable (CheckResult) -> Void
  ) async -> ConformanceReport {
    let start = clock.now
    var run = CheckSuiteRun(suite: self, context: context, limits: limits, progress: progress)
    await run.play()
    return ConformanceReport(
      suite: name, service: context.service.endpoint.description,
      results: checks.indices.compactMap { run.results[$0] }, unreachable: run.unreachable,
      isInterrupted: Task.isCancelled, notes: run.notes, duration: start.duration(to: clock.now))
  }
}

/// One run of a suite: what is known so far.
private struct CheckSuiteRun<Context: CheckContext> {
  let suite: CheckSuite<Context>
  let context: Context
  var limits: CheckLimits
  let progress: @Sendable (CheckResult) -> Void
  var results: [Int: CheckResult] = [:]
  var unreachable: String?
  var notes: [String] = []
  private var answers: [String: ProbeResponse] = [:]

  init(
    suite: CheckSuite<Context>, context: Context, limits: CheckLimits,
    progress: @escaping @Sendable (CheckResult) -> Void
  ) {
    self.suite = suite
    self.context = context
    self.limits = limits
    self.progress = progress
  }

  mutating func play() async {
    let prerequisite = await suite.prerequisite.answer(in: context, limits: limits)
    if let reason = prerequisite.reason {
      unreachable = reason
      for position in suite.checks.indices { skip(position, reason, prerequisite.evidence) }
      return
    }
    for check in suite.checks {
      for probe in check.needs where answers[probe.name] == nil {
        answers[probe.name] = await probe.answer(in: context, limits: limits)
      }
    }
    let shared = suite.checks.indices.filter { suite.checks[$0].isolation == .shared }
    if limits.concurrency > 1, shared.count > 1, let ask = suite.ordinaryRequest,
      let objection = await SideBySide(ask: ask).objection(in: context, limits: limits)
    {
      limits.concurrency = 1
      notes.append(
        "The service did not answer \(SideBySide<Context>.width) ordinary requests at once, so the checks ran one after "
          + "another: \(objection)")
    }
    await playTogether(shared)
    for position in suite.checks.indices where suite.checks[position].isolation == .alone {
      await playAlone(position)
    }
  }

  /// Runs some checks, a bounded number at a time.
  private mutating func playTogether(_ positions: [Int]) async {
    let (suite, context, limits, answers) = (suite, context, limits, answers)
    await withTaskGroup(of: (Int, CheckResult).self) { group in
      var waiting = positions[...]
      func start() {
        guard let position = waiting.popFirst() else { return }
        group.addTask { (position, await suite.checks[position].run(in: context, limits: limits, answers: answers)) }
      }
      for _ in 0..<max(1, limits.concurrency) { start() }
      while let (position, result) = await group.next() {
        take(position, result)
        start()
      }
    }
  }

  /// Runs one check by itself, unless an earlier one has brought the service down.
  private mutating func playAlone(_ position: Int) async {
    if let lost = lossReason {
      skip(position, lost, Evidence())
      return
    }
    let check = suite.checks[position]
    let result = await check.run(in: context, limits: limits, answers: answers)
    take(position, result)
    guard result.finding.verdict == .fail || result.finding.verdict == .inconclusive else { return }
    let answer = await suite.prerequisite.answer(in: context, limits: limits)
    if answer.finding != nil {
      lossReason = "not asked: the service has stopped answering since the check \(check.id)"
    }
  }

  private var lossReason: String?

  private mutating func take(_ position: Int, _ result: CheckResult) {
    results[position] = result
    progress(result)
  }

  private mutating func skip(_ position: Int, _ reason: String, _ evidence: Evidence) {
    take(position, CheckResult(check: suite.checks[position].about, finding: .inconclusive(reason), evidence: evidence))
  }
}
