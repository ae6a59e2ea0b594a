internal import NPUBase
public import NPULoad
internal import NPUTelemetry
public import NPUTransport

/// A load that lasts: mixed requests for hours or days, with a snapshot of each window, a journal that survives whatever
/// ends the run, and verdicts on what drifts.
///
/// ```swift
/// let chats = try await service.chat.workload(prompts: .fixed("Summarize AI."))
/// let load = try LoadPlan(
///   arrival: .closedLoop(concurrency: 1), pause: .seconds(2), stop: .duration(.seconds(24 * 3600)))
/// var soak = Soak(try ServiceMix([.init("chat", chats)]), try SoakPlan(load), over: service.transport)
/// soak.journal = SoakJournalOptions(path: "soak.jsonl", resumes: true)
/// try await soak.run { event in if case .failed(let record) = event { print(record.outcome) } }.require()
/// ```
public struct Soak: Sendable {
  /// What is sent to which service.
  public var mix: ServiceMix
  /// How long, how fast, when to give up.
  public var plan: SoakPlan
  /// What carries the requests.
  public var transport: any Transport
  /// Where every request that has ended is kept; without it nothing can be gone on with.
  public var journal: SoakJournalOptions?
  /// What is watched beside.
  public var watch = SoakWatch()
  /// What the report says of the run; what is left out is taken from the plan and the mix.
  public var description = RunDescription()

  /// Something that happens while a soak goes on.
  @nonexhaustive
  public enum Event: Sendable {
    /// A soak that was interrupted goes on.
    case resumed(requests: Int, seconds: Double)
    /// A request failed, or its response is wrong.
    case failed(RequestRecord)
    /// A window ended.
    case window(SoakWindow)
    /// A rule ends the soak.
    case stopping(reason: String)
  }

  /// Prepares a soak.
  public init(_ mix: ServiceMix, _ plan: SoakPlan, over transport: any Transport) {
    self.mix = mix
    self.plan = plan
    self.transport = transport
  }

  /// Soaks, or goes on with what the journal holds.
  ///
  /// Cancelling the task ends it in good order: requests in flight are broken off and belong to what is left, and the
  /// report covers what was done. A journal that cannot be written takes neither the run nor the report away.
  ///
  /// - Parameter tell: Is told what happens, from several threads, one call at a time for each kind of event.
  /// - Returns: The report, over all parts.
  /// - Throws: ``JournalError`` or ``SoakError`` for a journal that cannot be begun or gone on with, or that another
  ///   soak writes to.
  public func run(_ tell: @escaping @Sendable (Event) -> Void = { _ in }) async throws -> SoakReport {
    let run = description.completed(by: plan.load, mix.target(over: transport))
    let opened = try journal.map { options in
      try SoakJournal.open(options, schedule: SoakSchedule(mix, plan.load), run: run) { [transport] in transport.now }
    }
    let before = opened?.1 ?? SoakState()
    let recorder = SoakRecorder(before, opened?.0)
    if before.sessions > 0 { tell(.resumed(requests: before.done.count, seconds: before.loaded)) }
    guard let rest = try plan.rest(after: before.loaded, leavingOut: before.done) else {
      // All is done already: what is known is reported once more.
      let isWhole = before.endedAsPlanned || before.done.count >= plan.load.stop.requests ?? .max
      recorder.close(complete: isWhole, failure: nil)
      _ = await watch.telemetry.stop()
      return recorder.report(
        of: run, plan, watch.list, end: .complete,
        notes: isWhole
          ? [] : ["The last part was broken off behind its planned end: what was in flight then is not known."])
    }
    let generator = LoadGenerator(plan: rest, workload: mix, transport: transport, leavingOut: before.done)
    let part = SoakPart(soak: self, recorder: recorder, generator: generator, plan: rest, tell: tell)
    let end = await part.carryOut()
    let readings = await watch.telemetry.stop()
    let npu = readings.chips?.summary(from: end.from, to: end.until, limits: readings.limits)
    return recorder.report(of: run, plan, watch.list, end: end.end, reason: end.reason, npu: npu, notes: end.notes)
  }
}
