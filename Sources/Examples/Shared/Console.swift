package import Dispatch
import Foundation
package import NPUTestKit
import Synchronization

/// The terminal: notes and progress on standard error, results on standard output.
package final class Console: Sendable {
  private let printer: Mutex<ProgressPrinter>

  package init() { printer = Mutex(ProgressPrinter(style: Console.style(of: 2))) }

  @Sendable package func show(_ snapshot: ProgressSnapshot) {
    if let text = printer.withLock({ $0.update(snapshot) }) { Console.write(text) }
  }

  package func finish() {
    if let text = printer.withLock({ $0.finish() }) { Console.write(text) }
  }

  package static func note(_ line: String) { write(line + "\n") }

  /// Says something on the output of the result, unless another program reads that.
  ///
  /// - Parameters:
  ///   - line: What to say.
  ///   - isRead: Whether another program reads the output.
  package static func say(_ line: String, isRead: Bool) {
    if isRead { return note(line) }
    print(line)
    fflush(nil)  // before the progress that follows on the other stream
  }

  package static func style(of descriptor: Int32) -> TerminalStyle {
    TerminalStyle(isTerminal: isatty(descriptor) == 1, environment: ProcessInfo.processInfo.environment)
  }

  package static var date: String {
    let now = Date()
    return VLLMResultFile.date(
      unixNanoseconds: Int64(now.timeIntervalSince1970 * 1e9), secondsFromUTC: TimeZone.current.secondsFromGMT(for: now)
    )
  }

  /// Calls a function on the first Control-C; the second one ends the process as usual.
  package static func onInterrupt(_ action: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler {
      note("Interrupted: the requests in flight are cancelled. Press Control-C again to leave at once.")
      signal(SIGINT, SIG_DFL)
      action()
    }
    source.resume()
    return source
  }

  /// Runs a session with progress, until it ends or somebody presses Control-C.
  package static func run(_ session: LoadSession) async throws -> LoadSession.Result {
    let console = Console()
    let running = Task { try await session.run(progress: console.show) }
    let interruption = onInterrupt { running.cancel() }
    defer { interruption.cancel() }
    defer { console.finish() }
    return try await running.value
  }

  private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
