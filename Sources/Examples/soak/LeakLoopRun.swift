import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// One generation after another, with the memory of the chips after each.
struct LeakLoopRun {
  let generations: Int
  /// The growth for each generation that counts as a leak, in MB; `nil` for the usual one.
  let limit: Double?
  let workload: any Workload
  let transport: any Transport
  let telemetry: TelemetryOptions

  /// Runs the loop and prints its report.
  ///
  /// - Throws: `ExitCode` 1 where a chip leaks, nothing was shown or the loop ended before its time, 2 where nothing
  ///   was generated or read.
  func run(_ files: ReportFiles) async throws {
    var loop = LeakLoop(
      workload, over: transport, generations: generations,
      chips: ChipCommandSource(command: try telemetry.sampling.command))
    loop.timeout = telemetry.sampling.plan.timeout
    if let limit { loop.limitMegabytes = limit }
    let failures = FailureLog()
    let report = try await TerminationSignals.cancelling(notice: "Interrupted: the loop ends with this generation.") {
      [loop] in
      var memory: [ChipIdentity: Int] = [:]
      return try await loop.run { record, read in
        for line in failures.lines(for: record) { Console.note(line) }
        // A line where something changed: what stays says nothing new.
        guard read != memory, !read.isEmpty else { return }
        memory = read
        let chips = read.sorted { $0.key < $1.key }.map { "chip \($0.key) \($0.value >> 20) MB" }
        Console.note("generation \(record.index + 1)  " + chips.joined(separator: "  "))
      }
    }
    for line in failures.rest() { Console.note(line) }
    let forms = ReportForms(
      json: { try Console.json(report) }, markdown: { report.lines.map { "- \($0)\n" }.joined() },
      console: { report.lines.map { $0 + "\n" }.joined() })
    let isWritten = try files.write(forms)
    if report.completed == 0 || report.verdicts.isEmpty || !isWritten { throw ExitCode(2) }
    if report.missing > 0 || report.verdicts.contains(where: { $0.outcome != .pass }) { throw ExitCode(1) }
  }
}

extension LeakLoopReport {
  /// The report for people.
  fileprivate var lines: [String] {
    var lines = [
      "\(completed) of \(planned) generations, \(failures.values.reduce(0, +)) failed, "
        + "\(missedReadings) readings missed"
    ]
    if missing > 0 { lines.append("ended before its time: \(missing) generations are missing") }
    lines += failures.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    if let firstGap { lines.append("first missed reading: \(firstGap)") }
    lines += verdicts.map { "\($0.outcome.rawValue) chip \($0.target ?? ""): \($0.reason)" }
    return lines
  }
}
