internal import NPUBase
internal import NPUServices
internal import NPUTransport

/// Runs one question to a service within a limit of time, and keeps the evidence.
struct TimedRun<Context: CheckContext>: Sendable {
  var context: Context
  var limits: CheckLimits

  /// What came of a question.
  struct Outcome<Value: Sendable>: Sendable {
    var result: Result<Value, Finding>
    var evidence: Evidence
    var duration: Duration
  }

  /// Asks; an error or the end of the time becomes a finding without secrets.
  func ask<Value: Sendable>(
    _ question: @escaping @Sendable (Context) async throws -> Value
  ) async -> Outcome<Value> {
    let redactor = Redactor(context.service, over: context.transport)
    let recorder = EvidenceRecorder(context.transport, redactor: redactor)
    var watched = context
    watched.transport = recorder
    let (result, duration) = await timed(limits.clock, watched, question)
    return Outcome(result: result.mapError(redactor.clean), evidence: recorder.evidence, duration: duration)
  }

  private func timed<C: Clock<Duration>, Value: Sendable>(
    _ clock: C, _ context: Context, _ question: @escaping @Sendable (Context) async throws -> Value
  ) async -> (Result<Value, Finding>, Duration) {
    let start = clock.now
    guard let timeout = limits.timeout else {
      return (await Self.answer(context, question), start.duration(to: clock.now))
    }
    // Not a group of tasks, which waits for all of them: whoever computes does not notice that it is cancelled.
    let first = OneShot<Result<Value, Finding>>()
    let asking = Task { first.give(await Self.answer(context, question)) }
    let timing = Task {
      // Woken early means that the response came first, or that the whole run was cancelled.
      guard (try? await clock.sleep(until: start.advanced(by: timeout), tolerance: nil)) != nil else { return }
      first.give(
        .failure(.fail("no verdict after the limit of \(timeout); the service answers too slowly or not at all")))
    }
    defer {
      asking.cancel()
      timing.cancel()
    }
    let result = await withTaskCancellationHandler {
      await first.wait()
    } onCancel: {
      first.give(.failure(.inconclusive("the check was cancelled")))
    }
    return (result, start.duration(to: clock.now))
  }

  private static func answer<Value>(
    _ context: Context, _ question: @Sendable (Context) async throws -> Value
  ) async -> Result<Value, Finding> {
    do {
      return .success(try await question(context))
    } catch {
      return .failure(Task.isCancelled ? .inconclusive("the check was cancelled") : Finding(error))
    }
  }
}
