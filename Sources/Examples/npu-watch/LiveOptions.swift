import ArgumentParser
import Foundation
import NPUTestKit

/// How npu-smi is asked again and again, and where its responses go.
struct LiveOptions: ParsableArguments {
  @Option(help: "The command in place of npu-smi, such as \"ssh host npu-smi\".") var npuCommand: String?
  @Option(help: "Seconds from one call to the next.") var interval: Double?
  @Option(help: "Seconds after which a call is given up.") var timeout: Double?
  @Option(help: "After how many calls to end; without it, when interrupted.") var count: Int?
  @Option(help: "A CSV file with a line for each chip and call.") var csv: String?
  @Option(help: "A JSON Lines file with a line for each call.") var log: String?
  @Flag(help: "Print a JSON object for each call instead of tables.") var jsonLines = false

  func validate() throws {
    for (name, seconds) in [("interval", interval), ("timeout", timeout)] {
      guard let seconds else { continue }
      guard (0.01...86_400).contains(seconds) else {
        throw ValidationError("--\(name) takes 0.01 to 86400 seconds, not \(seconds).")
      }
    }
    if let count, count < 1 { throw ValidationError("--count takes at least 1, not \(count).") }
    if let csv, let log, URL(filePath: csv).standardizedFileURL == URL(filePath: log).standardizedFileURL {
      throw ValidationError("--csv and --log both name \(csv); give each a file of its own.")
    }
    do { _ = try command } catch { throw ValidationError("--npu-command: \(error)") }
  }

  /// Whether any of them was given.
  var isUsed: Bool {
    npuCommand != nil || interval != nil || timeout != nil || count != nil || csv != nil || log != nil || jsonLines
  }

  var command: [String] {
    get throws { try npuCommand.map { try CommandWords.split($0) } ?? ["npu-smi"] }
  }

  var plan: SamplingPlan {
    SamplingPlan(interval: .seconds(interval ?? 1), timeout: .seconds(timeout ?? 10))
  }
}
