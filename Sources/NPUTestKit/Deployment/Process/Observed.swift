internal import Synchronization

/// A value that tasks wait for, for as long as they like.
final class Observed<Value: Sendable>: Sendable {
  private enum Waiter: Sendable {
    /// About to wait.
    case coming
    case waiting(condition: @Sendable (Value) -> Bool, CheckedContinuation<Value?, Never>)
    /// Has given up before it waited.
    case late
  }

  private struct State: Sendable {
    var value: Value
    var waiters: [Int: Waiter] = [:]
    var next = 0
  }

  private let state: Mutex<State>

  init(_ value: Value) { state = Mutex(State(value: value)) }

  var value: Value { state.withLock(\.value) }

  /// Changes the value, and wakes those whose condition it meets.
  @discardableResult
  func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
    let (result, value, met) = state.withLock { state in
      let result = body(&state.value)
      var met: [CheckedContinuation<Value?, Never>] = []
      for (number, waiter) in state.waiters {
        guard case .waiting(let condition, let continuation) = waiter, condition(state.value) else { continue }
        state.waiters[number] = nil
        met.append(continuation)
      }
      return (result, state.value, met)
    }
    for continuation in met { continuation.resume(returning: value) }
    return result
  }

  /// Suspends until the value meets a condition.
  ///
  /// - Parameters:
  ///   - limit: How long at most.
  ///   - condition: What is waited for.
  /// - Returns: The value that met it; `nil` if none did in time, or the task is cancelled.
  func wait(within limit: Duration, until condition: @escaping @Sendable (Value) -> Bool) async -> Value? {
    let number = state.withLock { state in
      state.next += 1
      state.waiters[state.next] = .coming
      return state.next
    }
    let timer = Task {
      try await Task.sleep(for: limit)
      giveUp(number)
    }
    defer { timer.cancel() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let (isOver, value) = state.withLock { state -> (Bool, Value?) in
          let isMet = condition(state.value)
          if case .coming = state.waiters[number], !isMet {
            state.waiters[number] = .waiting(condition: condition, continuation)
            return (false, nil)
          }
          state.waiters[number] = nil
          return (true, isMet ? state.value : nil)
        }
        if isOver { continuation.resume(returning: value) }
      }
    } onCancel: {
      giveUp(number)
    }
  }

  private func giveUp(_ number: Int) {
    let continuation = state.withLock { state -> CheckedContinuation<Value?, Never>? in
      switch state.waiters[number] {
      case .coming: state.waiters[number] = .late
      case .waiting(_, let continuation):
        state.waiters[number] = nil
        return continuation
      case .late, nil: break
      }
      return nil
    }
    continuation?.resume(returning: nil)
  }
}
