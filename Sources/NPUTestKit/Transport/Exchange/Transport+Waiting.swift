package import NPUBase

extension Transport {
  /// Suspends the task until an instant of the transport's own clock.
  ///
  /// With a scripted transport no time passes in the world: a test of an hour of waiting takes none.
  ///
  /// - Throws: `CancellationError` if the task is cancelled first; ``TransportError`` of kind `shutDown` if the
  ///   transport is gone.
  package func wait(until instant: MonotonicInstant) async throws {
    let signal = OneShot<Result<Void, any Error>>()
    try await withTaskCancellationHandler {
      begin(signal, until: instant)
      try await signal.wait().get()
    } onCancel: {
      signal.give(.failure(CancellationError()))
    }
  }

  /// Apart from the waiting, so that nothing but the transport keeps the commitment alive.
  private func begin(_ signal: OneShot<Result<Void, any Error>>, until instant: MonotonicInstant) {
    let commitment = Commitment {
      signal.give(
        .failure(TransportError(kind: .shutDown, message: "the transport was shut down during a wait", request: "")))
    }
    schedule(at: instant) {
      commitment.keep()
      signal.give(.success(()))
    }
  }
}
