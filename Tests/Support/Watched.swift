internal import Synchronization

/// A value that tasks and threads change and whose changes tasks wait for, so that no test has to sleep.
package final class Watched<Value: Sendable>: Sendable {
  private struct Waiter: Sendable {
    let number: Int
    let condition: @Sendable (Value) -> Bool
    let continuation: CheckedContinuation<Value, Never>
  }

  private struct State: Sendable {
    var value: Value
    var waiters: [Waiter] = []
    var counter = 0
    var cancelled: Set<Int> = []
  }

  private let state: Mutex<State>

  package init(_ value: Value) { state = Mutex(State(value: value)) }

  package var value: Value { state.withLock(\.value) }

  @discardableResult
  package func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
    let (result, value, ready) = state.withLock { state in
      let result = body(&state.value)
      guard !state.waiters.isEmpty else { return (result, Value?.none, [Waiter]()) }
      let value = state.value
      let ready = state.waiters.filter { $0.condition(value) }
      state.waiters.removeAll { $0.condition(value) }
      return (result, value, ready)
    }
    if let value { for waiter in ready { waiter.continuation.resume(returning: value) } }
    return result
  }

  /// Suspends until the value meets a condition, and gives the value that did.
  ///
  /// When the test runs out of time its task is cancelled, and the value is given as it is.
  @discardableResult
  package func wait(until condition: @escaping @Sendable (Value) -> Bool) async -> Value {
    let number = state.withLock { state in
      state.counter += 1
      return state.counter
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let value = state.withLock { state -> Value? in
          if condition(state.value) || state.cancelled.contains(number) { return state.value }
          state.waiters.append(Waiter(number: number, condition: condition, continuation: continuation))
          return nil
        }
        if let value { continuation.resume(returning: value) }
      }
    } onCancel: {
      let (waiter, value) = state.withLock { state in
        state.cancelled.insert(number)
        let waiter = state.waiters.first { $0.number == number }
        state.waiters.removeAll { $0.number == number }
        return (waiter, state.value)
      }
      waiter?.continuation.resume(returning: value)
    }
  }
}

/// A gate that threads wait at until a test opens it.
package final class Gate: Sendable {
  private let isOpen = Watched(false)
  private let semaphore = GateSemaphore()

  package init() {}

  package func open() {
    isOpen.change { $0 = true }
    semaphore.signal()
  }

  /// Suspends until the gate is open.
  package func passed() async { await isOpen.wait { $0 } }

  /// Blocks the thread until the gate is open; for the threads of servers.
  package func pass() { semaphore.wait() }
}
