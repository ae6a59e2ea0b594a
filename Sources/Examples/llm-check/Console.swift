import Dispatch
import Foundation
import NPUTestKit

/// The terminal: notes and progress on standard error, results on standard output.
enum Console {
  static func note(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

  /// Says something on the output of the result, unless another program reads that.
  static func say(_ line: String, _ output: OutputOptions) {
    if output.json { return note(line) }
    print(line)
    fflush(nil)  // before the progress that follows on the other stream
  }

  /// One word for each check that has ended.
  @Sendable static func show(_ result: CheckResult) {
    note("\(result.check.identifier): \(result.finding.verdict.rawValue)")
  }

  static func style(of descriptor: Int32) -> TerminalStyle {
    TerminalStyle(isTerminal: isatty(descriptor) == 1, environment: ProcessInfo.processInfo.environment)
  }

  /// Calls a function on the first Control-C; the second one ends the process as usual.
  static func onInterrupt(_ action: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler {
      note("Interrupted: the checks under way are cancelled. Press Control-C again to leave at once.")
      signal(SIGINT, SIG_DFL)
      action()
    }
    source.resume()
    return source
  }
}
