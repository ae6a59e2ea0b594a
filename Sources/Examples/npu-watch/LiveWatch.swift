import ExampleSupport
import Foundation
import NPUMetrics
import NPUTestKit
import ToolSupport

/// Asks npu-smi until it is interrupted, shows each response and logs it.
struct LiveWatch {
  /// Moves to the first line and clears what is below it.
  private static let home = "\u{1B}[H\u{1B}[J"

  var options: LiveOptions

  func run() async throws {
    for path in [options.csv, options.log] { try MeasurementFile.check(path, overwrite: options.overwrite) }
    let logs = try [(options.csv, ChipLogFormat.csv), (options.log, .jsonLines)].compactMap { path, format in
      try path.map { try ChipLogWriter(path: $0, format: format, replacing: options.overwrite) }
    }
    let (command, plan) = (try options.sampling.command, options.sampling.plan)
    let (count, printsJSON) = (options.count, options.jsonLines)
    let understood = try await TerminationSignals.cancelling {
      var (calls, understood) = (0, 0)
      for await sample in NPUSampler(command: command, plan: plan) {
        if sample.gap?.kind == .cancelled { break }
        calls += 1
        if sample.reading != nil { understood += 1 }
        let readings = sample.map { $0.chips.map { ChipReading($0) } }
        for log in logs { try log.add(readings) }
        try printsJSON ? Self.printJSON(readings) : Self.show(sample)
        if calls == count { break }
      }
      return understood
    }
    if understood == 0 {
      throw Failure(kind: "no_response", message: "no response was understood; see the messages above")
    }
  }

  private static func printJSON(_ readings: TelemetrySample<[ChipReading]>) throws {
    if let gap = readings.gap { Console.note("npu-watch: \(gap)") }
    try Console.write(ChipLogFormat.jsonLines.lines(readings))
  }

  private static func show(_ sample: TelemetrySample<ChipReport>) throws {
    let milliseconds = Int((sample.duration / .milliseconds(1)).rounded())
    let missed = sample.missedBefore == 0 ? "" : ", \(sample.missedBefore) calls missed before"
    var lines = ["call \(sample.tick + 1), \(milliseconds) ms\(missed)"]
    switch sample.result {
    case .success(let report): lines += ChipReportText(report).lines
    case .failure(let gap): lines.append("no response: \(gap)")
    }
    let isTerminal = isatty(STDOUT_FILENO) == 1
    try Console.write((isTerminal ? home : "") + lines.joined(separator: "\n") + (isTerminal ? "\n" : "\n\n"))
  }
}
