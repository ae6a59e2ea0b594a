import Foundation
import NPUTestKit
import Synchronization
import ToolSupport

/// How far a batch has come, and which items failed, on standard error.
final class BatchConsole: Sendable {
  private struct State {
    var told = 0
    var lastLine = MonotonicInstant.now
    var failures: [String: Int] = [:]
  }

  private let state = Mutex(State())
  /// How long nothing is said of the progress.
  private static let interval = Duration.seconds(5)
  /// Failures of a kind that have a line each.
  private static let shownOfKind = 5

  /// Takes note of an outcome.
  func tell(_ outcome: BatchOutcome, _ done: Int) {
    let lines = state.withLock { state -> [String] in
      var lines: [String] = []
      if let error = outcome.error {
        let count = (state.failures[error.kind] ?? 0) + 1
        state.failures[error.kind] = count
        if count <= Self.shownOfKind {
          lines.append("\(outcome.id) \(outcome.status): \(error.kind): \(error.message)")
        }
      }
      if state.lastLine.duration(to: .now) >= Self.interval {
        state.lastLine = .now
        lines.append("\(done) items have an outcome.")
      }
      return lines
    }
    for line in lines { Console.note(line) }
  }

  /// Says what was held back.
  func finish() {
    for (kind, count) in state.withLock(\.failures).sorted(by: { $0.key < $1.key }) where count > Self.shownOfKind {
      Console.note("\(count - Self.shownOfKind) more by \(kind), \(count) in all.")
    }
  }
}

/// A report as lines for people.
struct BatchText {
  private let report: BatchReport

  init(_ report: BatchReport) { self.report = report }

  var text: String {
    var lines = [
      "Batch: \(end)",
      "  items        \(report.items)", "  completed    \(report.completed)", "  failed       \(report.failed)",
    ]
    if report.interrupted > 0 { lines.append("  interrupted  \(report.interrupted)") }
    if report.left > 0 { lines.append("  left         \(report.left)") }
    lines.append("  parts        \(report.sessions)")
    if report.restarted > 0 { lines.append("  under way at the last kill  \(report.restarted)") }
    if report.retries > 0 { lines.append("  retries      \(report.retries)") }
    for (kind, count) in report.failures.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      lines.append("  \(kind)  \(count)")
    }
    let figures = ["mean", "p50", "p90", "p99", "max"].compactMap { name in
      report.latency[name].map { "\(name) \(String(format: "%.1f", $0))" }
    }
    if !figures.isEmpty { lines.append("  latency, ms  \(figures.joined(separator: "  "))") }
    lines.append("  duration     \(String(format: "%.1f", report.seconds)) s")
    lines.append("  outcomes     \(report.outcomes)")
    return lines.map(\.withoutSteering).joined(separator: "\n")
  }

  private var end: String {
    switch report.end {
    case .complete: "every item has an outcome"
    case .cancelled: "interrupted; --resume goes on with it"
    case .failuresInARow: "ended after too many failures in a row; --resume goes on with it"
    default: "ended by an error; --resume goes on with it: \(report.error?.message ?? "")"
    }
  }
}
