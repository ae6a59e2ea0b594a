import Foundation
import NPUMetrics
import NPUTestKit

/// Asks npu-smi until it is interrupted, shows each response and logs it.
struct LiveWatch {
  /// Moves to the first line and clears what is below it.
  private static let home = "\u{1B}[H\u{1B}[J"

  var options: LiveOptions

  func run() async throws {
    let logs = try [(options.csv, ChipLogFormat.csv), (options.log, .jsonLines)].compactMap { path, format in
      try path.map { try ChipLogWriter(path: $0, format: format) }
    }
    // Before anything is shown: whoever reads a line may send a signal.
    let signals = TerminationSignals()
    let watching = Task { try await watch(logs) }
    let waiting = Task {
      await signals.first()
      watching.cancel()
    }
    defer { waiting.cancel() }
    let understood = try await watching.value
    if understood == 0 { throw NPUWatch.failure("no response was understood; see the messages above") }
  }

  /// How many answers were understood.
  private func watch(_ logs: [ChipLogWriter]) async throws -> Int {
    var understood = 0
    var calls = 0
    for await sample in NPUSampler(command: try options.command, plan: options.plan) {
      if sample.gap?.kind == .cancelled { break }
      calls += 1
      if sample.reading != nil { understood += 1 }
      let readings = sample.map { $0.chips.map { ChipReading($0) } }
      for log in logs { try log.add(readings) }
      try show(sample, readings)
      if calls == options.count { break }
    }
    return understood
  }

  private func show(_ sample: TelemetrySample<ChipReport>, _ readings: TelemetrySample<[ChipReading]>) throws {
    guard !options.jsonLines else {
      if let gap = sample.gap { FileHandle.standardError.write(Data("npu-watch: \(gap)\n".utf8)) }
      return try NPUWatch.write(ChipLogFormat.jsonLines.lines(readings))
    }
    let milliseconds = Int((sample.duration / .milliseconds(1)).rounded())
    let missed = sample.missedBefore == 0 ? "" : ", \(sample.missedBefore) calls missed before"
    var lines = ["call \(sample.tick + 1), \(milliseconds) ms\(missed)"]
    switch sample.result {
    case .success(let report): lines += ReportTable(report: report).lines
    case .failure(let gap): lines.append("no response: \(gap)")
    }
    let isTerminal = isatty(STDOUT_FILENO) == 1
    try NPUWatch.write((isTerminal ? Self.home : "") + lines.joined(separator: "\n") + (isTerminal ? "\n" : "\n\n"))
  }
}
