internal import Synchronization

/// A value that is given once and waited for once; of several givers the first counts.
package final class OneShot<Value: Sendable>: Sendable {
  private struct State {
    var value: Value?
    var waiter: CheckedContinuation<Value, Never>?
  }

  private let state = Mutex(State())

  /// Creates a signal without a value.
  package init() {}

  /// Gives the value; without effect if there is one.
  package func give(_ value: Value) {
    let waiter = state.withLock { state -> CheckedContinuation<Value, Never>? in
      guard state.value == nil else { return nil }
      state.value = value
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: value)
  }

  /// Waits for the value.
  ///
  /// To be called once. It does not mind cancellation: who cancels gives a value that says so.
  package func wait() async -> Value {
    await withCheckedContinuation { continuation in
      let value = state.withLock { state in
        if state.value == nil { state.waiter = continuation }
        return state.value
      }
      if let value { continuation.resume(returning: value) }
    }
  }
}

extension OneShot<Void> {
  /// Wakes who waits.
  package func give() { give(()) }
}
