internal import NPUBase

/// Takes samples in a task of its own, on a thread that gives way to every other, until it is stopped.
///
/// Beside a load this neither touches the thread that stamps responses nor competes with it: samples are read and
/// parsed at the lowest priority. Programs that a source starts run at the usual one.
package final class TelemetryRecorder<Source: TelemetrySource>: Sendable {
  private let firstTaken = OneShot<Void>()
  private let sampling: Task<TelemetrySampler<Source>.Iterator, Never>
  private let finish: @Sendable (TelemetrySampler<Source>.Iterator) async -> Void

  /// Starts sampling.
  ///
  /// - Parameters:
  ///   - source: What is read.
  ///   - plan: How often.
  ///   - receive: Gets every sample, one at a time.
  package convenience init(
    source: Source, plan: SamplingPlan, receive: @escaping @Sendable (TelemetrySample<Source.Reading>) -> Void
  ) {
    self.init(sampler: TelemetrySampler(source: source, plan: plan), receive: receive)
  }

  init(sampler: TelemetrySampler<Source>, receive: @escaping @Sendable (TelemetrySample<Source.Reading>) -> Void) {
    // Without a thread of its own the work is done on the common ones: less quietly, and as well.
    let executor = try? BackgroundExecutor()
    sampling = Task(executorPreference: executor, priority: .utility) { [firstTaken] in
      var samples = sampler.makeAsyncIterator()
      while let sample = await samples.next() {
        // The call that the end interrupts is no gap, as the last sample follows at once, unless it hung over others.
        if Task.isCancelled, sample.gap?.kind == .cancelled {
          if let hung = samples.withOwnMisses(sample) { receive(hung) }
          break
        }
        receive(sample)
        firstTaken.give(())
      }
      firstTaken.give(())
      return samples
    }
    finish = { samples in
      await Task(executorPreference: executor, priority: .utility) {
        var samples = samples
        if let last = await samples.final() { receive(last) }
      }.value
    }
  }

  /// Waits until the first sample was taken, or the source failed once.
  ///
  /// To be called once, before a load: then its figures before the load are known, and a first call that is slow is
  /// over. A source that hangs holds no load up.
  ///
  /// - Parameter limit: How long to wait at most.
  package func waitForFirst(atMost limit: Duration) async {
    let timer = Task(priority: .utility) { [firstTaken] in
      try await Task.sleep(for: limit)
      firstTaken.give()
    }
    defer { timer.cancel() }
    await firstTaken.wait()
  }

  /// Ends sampling with one last sample.
  ///
  /// To be called once. A source that hangs gets no last sample; one that hangs only now delays the end by a second or
  /// two more than its readings took before.
  package func stop() async {
    sampling.cancel()
    await finish(await sampling.value)
  }

  deinit { sampling.cancel() }
}
