import Foundation
package import NPUTestKit
import Synchronization
import ToolSupport

/// How far a run has come, on standard error.
package final class ProgressLine: Sendable {
  private let printer: Mutex<ProgressPrinter>

  package init() { printer = Mutex(ProgressPrinter(style: .ofDescriptor(2))) }

  @Sendable package func show(_ snapshot: ProgressSnapshot) {
    if let text = printer.withLock({ $0.update(snapshot) }) { Console.tell(text) }
  }

  /// Says something beside the progress, on lines of its own.
  package func note(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    printer.withLock { printer in
      if let text = printer.finish() { Console.tell(text) }
      for line in lines { Console.note(line) }
    }
  }

  package func finish() {
    if let text = printer.withLock({ $0.finish() }) { Console.tell(text) }
  }
}

extension TerminalStyle {
  /// The style of a stream of this process.
  package static func ofDescriptor(_ descriptor: Int32) -> TerminalStyle {
    TerminalStyle(isTerminal: isatty(descriptor) == 1, environment: ProcessInfo.processInfo.environment)
  }
}
