import Dispatch
import Foundation

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
  private let sources: [any DispatchSourceSignal]

  private init(_ arrivals: AsyncStream<Void>, _ sources: [any DispatchSourceSignal]) {
    (self.arrivals, self.sources) = (arrivals, sources)
  }

  /// Catches it: once this has returned, it is not lost.
  package static func caught() async -> TerminationSignals {
    let (arrivals, continuation) = AsyncStream.makeStream(of: Void.self)
    // A queue of its own has a thread when it needs one, however busy all others are.
    let queue = DispatchQueue(label: "termination")
    var sources: [any DispatchSourceSignal] = []
    for number in numbers {
      // The default action would end the process before the source is told.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        Self.restore()
        continuation.yield()
      }
      // A source is registered some time after it is resumed, and a signal that comes before that does nothing.
      await withCheckedContinuation { registered in
        source.setRegistrationHandler { registered.resume() }
        source.resume()
      }
      sources.append(source)
    }
    return TerminationSignals(arrivals, sources)
  }

  /// Suspends until it arrives.
  package func first() async {
    for await _ in arrivals { return }
  }

  /// Gives the signals back their usual effect.
  package func release() {
    for source in sources { source.cancel() }
    Self.restore()
  }

  private static func restore() {
    for number in numbers { signal(number, SIG_DFL) }
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
