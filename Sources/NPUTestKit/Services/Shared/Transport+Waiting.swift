import Synchronization

extension Transport {
  /// Suspends the task until an instant of the transport's own clock.
  ///
  /// With a scripted transport no time passes in the world: a test of an hour of waiting takes none.
  ///
  /// - Throws: `CancellationError` if the task is cancelled first; ``TransportError`` of kind `shutDown` if the transport is gone.
  func wait(until instant: MonotonicInstant) async throws {
    let wait = Wait()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        wait.begin(continuation)
        let fuse = Fuse(wait)
        schedule(at: instant) { fuse.wait.end(.success(())) }
      }
    } onCancel: {
      wait.end(.failure(CancellationError()))
    }
  }
}

/// One task that waits; whoever comes first ends the wait.
private final class Wait: Sendable {
  private enum State {
    case idle
    case waiting(CheckedContinuation<Void, any Error>)
    case over(Result<Void, any Error>)
  }

  private let state = Mutex(State.idle)

  func begin(_ continuation: CheckedContinuation<Void, any Error>) {
    let result = state.withLock { state -> Result<Void, any Error>? in
      if case .over(let result) = state { return result }
      state = .waiting(continuation)
      return nil
    }
    if let result { continuation.resume(with: result) }
  }

  func end(_ result: Result<Void, any Error>) {
    let continuation = state.withLock { state -> CheckedContinuation<Void, any Error>? in
      switch state {
      case .over: return nil
      case .idle:
        state = .over(result)
        return nil
      case .waiting(let continuation):
        state = .over(result)
        return continuation
      }
    }
    continuation?.resume(with: result)
  }
}

/// Ends a wait whose call was dropped: a transport that shuts down drops what it was to call, and nobody must wait for ever.
private final class Fuse: Sendable {
  let wait: Wait

  init(_ wait: Wait) { self.wait = wait }

  deinit {
    wait.end(
      .failure(TransportError(kind: .shutDown, message: "the transport was shut down during a wait", request: "")))
  }
}
