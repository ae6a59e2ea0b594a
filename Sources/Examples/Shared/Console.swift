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
  package static func say(_ line: String, readByProgram: Bool) {
    if readByProgram { return note(line) }
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

  private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
