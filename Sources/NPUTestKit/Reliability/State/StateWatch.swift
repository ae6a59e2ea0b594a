public import NPUBase
public import NPUServices
internal import NPUTransport
internal import Synchronization

/// Watches the state of a service beside whatever else is done with it.
///
/// ```swift
/// let watch = service.watchState(every: .seconds(5))
/// let report = try await service.chat.load(.closedLoop(concurrency: 8), .requests(500), prompts: .fixed("Why?"))
/// for change in await watch.stop() { print(change.instant, change.reading.state, change.reading.reason) }
/// ```
public final class StateWatch: Sendable {
  /// A reading whose state is another than the one before.
  public struct Change: Sendable, Hashable {
    /// When the reading was complete, by the clock of the service's transport.
    public var instant: MonotonicInstant
    /// The reading.
    public var reading: StateReading
  }

  /// Changes that are kept; of more the last ones.
  private static let mostChanges = 10_000

  private let seen = Mutex<[Change]>([])
  private let task: Mutex<Task<Void, Never>?>

  /// Starts to watch.
  ///
  /// - Parameters:
  ///   - service: The service.
  ///   - probe: How its state is found out.
  ///   - interval: The pause between two readings.
  init(_ service: Service, _ probe: StateProbe, every interval: Duration) {
    task = Mutex(nil)
    let watching = Task { [weak self] in
      while !Task.isCancelled {
        // A reading that was broken off says nothing.
        if let reading = try? await service.state(probe) { self?.add(reading, at: service.transport.now) }
        do { try await service.transport.wait(until: service.transport.now.advanced(by: interval)) } catch { return }
      }
    }
    task.withLock { $0 = watching }
  }

  deinit { task.withLock { $0?.cancel() } }

  /// The changes until now, the first reading among them.
  public var changes: [Change] { seen.withLock(\.self) }

  /// Ends the watch.
  ///
  /// - Returns: The changes, the first reading among them.
  @discardableResult
  public func stop() async -> [Change] {
    let task = task.withLock(\.self)
    task?.cancel()
    await task?.value
    return changes
  }

  private func add(_ reading: StateReading, at instant: MonotonicInstant) {
    seen.withLock { changes in
      guard changes.last?.reading.state != reading.state else { return }
      if changes.count == Self.mostChanges { changes.removeFirst() }
      changes.append(Change(instant: instant, reading: reading))
    }
  }
}

extension Service {
  /// Watches the state of the service until the watch is stopped or let go.
  ///
  /// - Parameters:
  ///   - probe: How the state is found out; each canary is a small request of its own.
  ///   - interval: The pause between two readings.
  /// - Returns: The watch.
  public func watchState(_ probe: StateProbe = StateProbe(), every interval: Duration = .seconds(5)) -> StateWatch {
    StateWatch(self, probe, every: interval)
  }
}
