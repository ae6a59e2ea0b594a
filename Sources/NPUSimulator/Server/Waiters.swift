/// Who waits for a value to meet a condition; the value is kept elsewhere, under the same lock.
struct Waiters<Value: Sendable>: Sendable {
  private struct Waiter: Sendable {
    var condition: @Sendable (Value) -> Bool
    var continuation: CheckedContinuation<Value, any Error>
  }

  private var waiters: [Int: Waiter] = [:]
  private var next = 0

  /// Whether nobody waits.
  var isEmpty: Bool { waiters.isEmpty }

  /// The number of somebody who is about to wait.
  mutating func number() -> Int {
    next += 1
    return next
  }

  /// Adds somebody who waits.
  mutating func add(
    _ number: Int, condition: @escaping @Sendable (Value) -> Bool,
    continuation: CheckedContinuation<Value, any Error>
  ) {
    waiters[number] = Waiter(condition: condition, continuation: continuation)
  }

  /// Takes out those whose condition a value meets, to be resumed with it once the lock is free.
  mutating func met(by value: Value) -> [CheckedContinuation<Value, any Error>] {
    let met = waiters.filter { $0.value.condition(value) }
    for number in met.keys { waiters[number] = nil }
    return met.values.map(\.continuation)
  }

  /// Takes one out.
  mutating func remove(_ number: Int) -> CheckedContinuation<Value, any Error>? {
    waiters.removeValue(forKey: number)?.continuation
  }

  /// Takes all out.
  mutating func removeAll() -> [CheckedContinuation<Value, any Error>] {
    defer { waiters.removeAll() }
    return waiters.values.map(\.continuation)
  }
}
