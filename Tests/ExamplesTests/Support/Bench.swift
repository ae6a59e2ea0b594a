import Foundation
import NPUSimulator
import NPUTestKit

/// Runs of llm-bench against a simulator in this process.
enum Bench {
  /// Fast enough for many runs, slow enough to have an order of its instants.
  static let behaviour = Behaviour(
    timeToFirstToken: .milliseconds(5), interTokenLatency: .milliseconds(1), outputTokens: 6)

  /// A short load.
  static let small = ["--num-prompts", "6", "--random-input-len", "12", "--random-output-len", "5"]

  /// Runs llm-bench to its end against a simulator.
  ///
  /// - Parameters:
  ///   - arguments: What follows the address and the short load.
  ///   - behaviour: How the simulator answers.
  ///   - load: The load, where it is not the short one.
  ///   - environment: More variables.
  ///   - inspect: Gets the simulator before it is shut down.
  /// - Returns: How it ended.
  /// - Throws: What keeps it from being started, or what the inspection throws.
  static func run(
    _ arguments: [String] = [], _ behaviour: Behaviour = behaviour, load: [String] = small,
    environment: [String: String] = [:], inspect: (Simulator) throws -> Void = { _ in }
  ) async throws -> Example.End {
    try await withSimulator(behaviour: behaviour) { simulator in
      let ending = try await Example.run(
        "llm-bench", ["--base-url", simulator.baseURL] + load + arguments, environment: environment)
      try inspect(simulator)
      return ending
    }
  }

  /// The figures of a table: what comes after the first of its headings.
  static func table(_ ending: Example.End) -> [String] {
    Array(ending.lines.drop { $0 != "Requests" })
  }

  /// The value of a line of the table.
  static func value(_ name: String, _ ending: Example.End) -> String? {
    ending.lines.first { $0.hasPrefix("  \(name) ") }
      .map { $0.dropFirst(name.count + 2).trimmingCharacters(in: .whitespaces) }
  }
}
