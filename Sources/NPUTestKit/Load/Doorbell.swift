internal import Synchronization

/// Wakes one task that waits; rings while nobody waits are remembered as one.
final class Doorbell: Sendable {
  private struct State {
    var hasRung = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Wakes the waiting task, or lets the next wait return at once.
  func ring() {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard let waiter = state.waiter else {
        state.hasRung = true
        return nil
      }
      state.waiter = nil
      return waiter
    }
    waiter?.resume()
  }

  /// Returns after the next ring.
  ///
  /// Does not mind cancellation: whoever rings knows of it. One task at a time may wait.
  func wait() async {
    await withCheckedContinuation { continuation in
      let hasRung = state.withLock { state in
        if !state.hasRung { state.waiter = continuation }
        defer { state.hasRung = false }
        return state.hasRung
      }
      if hasRung { continuation.resume() }
    }
  }
}
