internal import Synchronization

/// Everything that the connections of one proxy share.
final class ProxyState: Sendable {
  /// How a connection is reached from other threads.
  struct Entry: Sendable {
    /// Looks at the rules anew.
    var wake: @Sendable () -> Void
    /// Closes both sides.
    var close: @Sendable () -> Void
  }

  private struct Values {
    var rules: [FaultProxy.Rule] = []
    /// Counts the changes of the rules.
    var version = 0
    var figures = FaultProxy.Figures()
    var entries: [Int: Entry] = [:]
    var isStopping = false
    var waiters = Waiters<FaultProxy.Figures>()
    /// Whether no figure changes any more.
    var hasEnded = false
  }

  let target: ProxyTarget
  let seed: UInt64
  private let values = Mutex(Values())

  init(target: ProxyTarget, seed: UInt64) {
    self.target = target
    self.seed = seed
  }

  var figures: FaultProxy.Figures { values.withLock(\.figures) }

  /// Replaces the rules; open connections look at them at once, and at the latest before the next byte.
  func set(_ rules: [FaultProxy.Rule]) {
    let entries = values.withLock { values in
      values.rules = rules
      values.version += 1
      return Array(values.entries.values)
    }
    for entry in entries { entry.wake() }
  }

  /// The rules if they are others than those of a version.
  func rules(unless version: Int?) -> (version: Int, rules: [FaultProxy.Rule])? {
    values.withLock { $0.version == version ? nil : ($0.version, $0.rules) }
  }

  /// Counts a connection that was accepted.
  ///
  /// - Returns: Its number from 0, and whether a rule refuses it; `nil` if the proxy is about to stop.
  func accept() -> (number: Int, isRefused: Bool)? {
    change { values in
      guard !values.isStopping else { return nil }
      let number = values.figures.connections
      values.figures.connections += 1
      let draw = ConnectionDraw.value(of: number, seed: seed)
      let isRefused = values.rules.contains {
        $0.fault == .refuse && $0.path == nil && $0.applies(draw: draw, path: nil)
      }
      if isRefused {
        values.figures.affectedConnections[.refuse, default: 0] += 1
      } else {
        values.figures.openConnections += 1
      }
      return (number, isRefused)
    }
  }

  /// Makes a connection known for as long as a side of it is open.
  func add(_ number: Int, _ entry: Entry) {
    let isStopping = values.withLock { values in
      values.entries[number] = entry
      return values.isStopping
    }
    if isStopping { entry.close() }
  }

  /// Forgets a connection both of whose sides are closed.
  func remove(_ number: Int) {
    change { values in
      values.entries[number] = nil
      values.figures.openConnections -= 1
    }
  }

  /// Adds to the figures.
  func count(_ change: (inout FaultProxy.Figures) -> Void) {
    self.change { change(&$0.figures) }
  }

  /// Refuses further connections.
  ///
  /// - Returns: Those that are open; `nil` if somebody stops the proxy already.
  func stop() -> [Entry]? {
    values.withLock { values in
      guard !values.isStopping else { return nil }
      values.isStopping = true
      return Array(values.entries.values)
    }
  }

  /// Wakes everyone who waits, once nothing can change any more.
  func end() {
    let waiters = values.withLock { values in
      values.hasEnded = true
      return values.waiters.removeAll()
    }
    for waiter in waiters { waiter.resume(throwing: CancellationError()) }
  }

  /// Suspends until the figures meet a condition.
  func wait(
    until condition: @escaping @Sendable (FaultProxy.Figures) -> Bool
  ) async throws -> FaultProxy.Figures {
    let number = values.withLock { $0.waiters.number() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let hasEnded = change { values in
          values.waiters.add(number, condition: condition, continuation: continuation)
          return values.hasEnded
        }
        if Task.isCancelled || hasEnded { cancel(number) }
      }
    } onCancel: {
      cancel(number)
    }
  }

  private func cancel(_ number: Int) {
    values.withLock { $0.waiters.remove(number) }?.resume(throwing: CancellationError())
  }

  /// Changes the values, and wakes those who waited for the new figures.
  private func change<Result: Sendable>(_ body: (inout Values) -> Result) -> Result {
    let (result, woken, figures) = values.withLock { values in
      let result = body(&values)
      let figures = values.figures
      return (result, values.waiters.isEmpty ? [] : values.waiters.met(by: figures), figures)
    }
    for waiter in woken { waiter.resume(returning: figures) }
    return result
  }
}
