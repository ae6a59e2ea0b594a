import ExampleSupport
import NPUTestKit
import ToolSupport

/// Says on standard error what happens while a soak goes on: failures, a line for each window, and why it ends.
final class SoakConsole: Sendable {
  private let failures = FailureLog()

  @Sendable func tell(_ event: Soak.Event) {
    switch event {
    case .resumed(let requests, let seconds):
      Console.note("Going on behind \(requests) requests and \(Int(seconds)) s of soaking.")
    case .failed(let record): for line in failures.lines(for: record) { Console.note(line) }
    case .window(let window): Console.note(SoakWindowLine(window).description)
    case .stopping(let reason): Console.note("The soak ends: \(reason).")
    @unknown default: break
    }
  }

  /// Says what was held back.
  func finish() {
    for line in failures.rest() { Console.note(line) }
  }
}
