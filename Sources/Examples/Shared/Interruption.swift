import Dispatch
import Foundation

/// Calls a function on the first Control-C or request to terminate; the second one ends the process as usual.
package final class Interruption {
  private static let signals = [SIGINT, SIGTERM]
  private var sources: [any DispatchSourceSignal] = []

  package init(_ action: @escaping @Sendable () -> Void) {
    for number in Self.signals {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .main)
      source.setEventHandler {
        Console.note("Interrupted: the requests in flight are cancelled. Press Control-C again to leave at once.")
        for number in Self.signals { signal(number, SIG_DFL) }
        action()
      }
      source.resume()
      sources.append(source)
    }
  }

  /// Gives the signals back their usual effect.
  package func end() {
    for source in sources { source.cancel() }
    for number in Self.signals { signal(number, SIG_DFL) }
  }
}
