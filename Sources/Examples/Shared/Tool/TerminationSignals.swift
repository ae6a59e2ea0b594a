import Dispatch
import Foundation
import Synchronization

/// The first signal that asks the process to end, such as Control-C or the end of its terminal; the second one ends it as
/// usual.
package final class TerminationSignals {
  /// Under nohup the end of the terminal is no reason to end, and stays none.
  private static let numbers = [SIGINT, SIGTERM] + (ignoresHangUp ? [] : [SIGHUP])
  private static let ignoresHangUp: Bool = {
    var action = sigaction()
    guard unsafe sigaction(SIGHUP, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
      return unsafe unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self) == 1
    #else
      return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    #endif
  }()
  private let arrivals: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private let number: Int

  private init(_ number: Int) {
    self.number = number
    (arrivals, continuation) = AsyncStream.makeStream(of: Void.self)
  }

  /// Catches it: once this has returned, it is not lost, unless one of the signals has come before in this process.
  package static func caught() async -> TerminationSignals {
    _ = await watch.value
    return listeners.withLock { listeners in
      let caught = TerminationSignals(listeners.next)
      listeners.next += 1
      listeners.continuations[caught.number] = caught.continuation
      return caught
    }
  }

  /// Suspends until it arrives.
  package func first() async {
    for await _ in arrivals { return }
  }

  /// Gives the signals back their usual effect.
  package func release() {
    _ = Self.listeners.withLock { $0.continuations.removeValue(forKey: number) }
    continuation.finish()
  }

  private struct Listeners {
    var next = 0
    var continuations: [Int: AsyncStream<Void>.Continuation] = [:]
  }

  private static let listeners = Mutex(Listeners())

  /// The one watch of the process, which is never given up: on Linux a source of Dispatch that follows another one for
  /// the same signal finds the signal ignored, and is told nothing.
  private static let watch = Task {
    // A queue of its own has a thread when it needs one, however busy all others are.
    let queue = DispatchQueue(label: "termination")
    var sources: [any DispatchSourceSignal] = []
    for number in numbers {
      // The default action would end the process before the source is told.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { arrived(number) }
      // A source is registered some time after it is resumed, and a signal that comes before that does nothing.
      await withCheckedContinuation { registered in
        source.setRegistrationHandler { registered.resume() }
        source.resume()
      }
      sources.append(source)
    }
    return Sources(all: sources)
  }

  /// What a watch lasts as long as; nobody touches them once they are made.
  private struct Sources: @unchecked Sendable {
    let all: [any DispatchSourceSignal]
  }

  private static func arrived(_ number: Int32) {
    for number in numbers { signal(number, SIG_DFL) }
    let waiting = listeners.withLock { Array($0.continuations.values) }
    // Nobody is to be told: it ends the process as usual.
    if waiting.isEmpty { raise(number) }
    for continuation in waiting { continuation.yield() }
  }
}

extension TerminationSignals {
  /// Runs work that the first of the signals cancels.
  ///
  /// - Parameters:
  ///   - notice: What is said on standard error when it is cancelled.
  ///   - work: The work; how it ends when it is cancelled is its own matter.
  /// - Returns: What the work gives.
  /// - Throws: What the work throws.
  package static func cancelling<Value: Sendable>(
    notice: String? = nil, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let signals = await caught()
    defer { signals.release() }
    let running = Task { try await work() }
    let waiting = Task { [arrivals = signals.arrivals] in
      for await _ in arrivals {
        if let notice { Console.note(notice) }
        running.cancel()
      }
    }
    defer { waiting.cancel() }
    return try await running.value
  }
}
