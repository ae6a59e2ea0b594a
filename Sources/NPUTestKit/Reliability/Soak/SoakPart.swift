internal import NPUBase
public import NPULoad
internal import NPUTransport
internal import Synchronization

/// One part of a soak while it goes on: hands requests to the recorder, ends windows in time, and stops by the rules.
final class SoakPart: Sendable {
  /// How a part ended.
  struct End: Sendable {
    var end: SoakReport.End
    var reason: String?
    var from: MonotonicInstant
    var until: MonotonicInstant
    var notes: [String] = []
  }

  private let soak: Soak
  private let recorder: SoakRecorder
  private let generator: LoadGenerator
  /// What this part is to do.
  private let plan: LoadPlan
  private let tell: @Sendable (Soak.Event) -> Void
  /// The rule that ends the soak, in words, and until when requests in flight are waited for.
  private let stop = Mutex<(reason: String, patience: MonotonicInstant)?>(nil)

  /// How long a line of the journal may wait to be written.
  private static let flushInterval = Duration.seconds(1)

  init(
    soak: Soak, recorder: SoakRecorder, generator: LoadGenerator, plan: LoadPlan,
    tell: @escaping @Sendable (Soak.Event) -> Void
  ) {
    self.plan = plan
    self.soak = soak
    self.recorder = recorder
    self.generator = generator
    self.tell = tell
  }

  /// Carries the part out, to its planned end or to an earlier one.
  func carryOut() async -> End {
    let began = soak.transport.now
    if let cut = recorder.begin(at: began, lasting: plan.stop.duration?.seconds) { tell(.window(cut)) }
    soak.watch.begin()
    let ticker = Task { await tick(from: began) }
    var end: LoadEnd?
    var failure: String?
    do {
      end = try await generator.run { receive($0, from: began) }
    } catch {
      failure = JSONCoding.describe(error)
    }
    ticker.cancel()
    await ticker.value
    await closeWindow()
    let rule = stop.withLock { $0?.reason }
    var result = End(end: .stopped, reason: rule, from: began, until: soak.transport.now)
    if let failure {
      (result.end, result.reason) = (.failed, failure)
    } else if rule != nil {
      result.end = .rule
    } else if end?.isComplete == true {
      result.end = .complete
    } else if end?.reason == .exhausted {
      (result.end, result.reason) = (.failed, "the services have no more to be asked")
    }
    if let overdue = end?.overdueRequests, overdue > 0 {
      result.notes.append(
        "\(overdue) requests of the schedule were due before the end of the last part and never began.")
    }
    recorder.close(complete: result.end == .complete, failure: failure)
    return result
  }

  /// Takes requests that have ended.
  ///
  /// What was broken off because the soak is stopped has not ended: it belongs to what is left. What did not end within
  /// the time that requests in flight have after the planned end has failed: a service that hangs must not pass.
  private func receive(_ records: [RequestRecord], from began: MonotonicInstant) {
    let isStopping = Task.isCancelled || stop.withLock { $0 != nil }
    let isDraining = !isStopping && planIsOver(since: began)
    let ended = records.compactMap { record -> RequestRecord? in
      guard record.outcome.isCancellation else { return soak.mix.judged(record) }
      guard isDraining else { return nil }
      var record = record
      record.outcome = Outcome(
        .drainTimeout, status: record.outcome.status,
        message:
          "the response did not end within \(NumberText.plain(soak.plan.drainLimit)) after "
          + "the last request was started")
      return record
    }
    recorder.add(ended)
    for record in ended where !record.outcome.isSuccess && !record.outcome.isCancellation { tell(.failed(record)) }
  }

  /// Whether the part has started all that it is to start.
  private func planIsOver(since began: MonotonicInstant) -> Bool {
    if let duration = plan.stop.duration, soak.transport.now >= began.advanced(by: duration) { return true }
    return plan.stop.requests.map { generator.progress.started >= $0 } ?? false
  }

  /// Ends windows when they are due, until it is cancelled.
  private func tick(from began: MonotonicInstant) async {
    var due = began.advanced(by: soak.plan.window)
    var recent = SoakRecentRequests(least: soak.plan.stopRules.leastRequests)
    while true {
      let pause = min(Self.flushInterval, max(.zero, soak.transport.now.duration(to: due)))
      try? await Task.sleep(for: pause, clock: .suspending)
      if Task.isCancelled { return }
      // While nothing ends nobody else writes what is buffered.
      recorder.flush()
      let now = soak.transport.now
      // A service that hangs is no reason to wait as long as its requests may take.
      if stop.withLock({ $0.map { now >= $0.patience } ?? false }) { generator.stop(cancellingRequests: true) }
      guard now >= due else { continue }
      guard let window = await closeWindow(unlessCancelled: true) else { return }
      let end = soak.transport.now
      while due <= end { due = due.advanced(by: soak.plan.window) }
      recent.add(window)
      guard let reason = soak.plan.stopRules.reason(after: window, recent, unhealthy: recorder.unhealthyWindows),
        stop.withLock({ $0 == nil })
      else { continue }
      stop.withLock { $0 = (reason, end.advanced(by: soak.plan.drainLimit)) }
      tell(.stopping(reason: reason))
      generator.stop(cancellingRequests: false)
      recorder.endLoad(at: end)
    }
  }

  @discardableResult
  private func closeWindow(unlessCancelled: Bool = false) async -> SoakWindow? {
    var resources = await soak.watch.ask()
    if unlessCancelled, Task.isCancelled { return nil }
    // Only now: who is cancelled leaves them to the last window.
    soak.watch.takeSamples(into: &resources)
    let window = recorder.closeWindow(at: soak.transport.now, resources)
    tell(.window(window))
    return window
  }
}

extension Outcome.Kind {
  /// The response did not end within the time that requests in flight have after the planned end of a soak.
  public static let drainTimeout = Outcome.Kind(rawValue: "drain_timeout")
}
