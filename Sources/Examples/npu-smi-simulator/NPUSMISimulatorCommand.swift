import ArgumentParser
import Foundation
import NPUSimulator
import ToolSupport

/// Answers the command line of npu-smi without a device.
@main
struct NPUSMISimulatorCommand {
  /// Options for processes that cannot be given any, such as those that a sampler starts.
  private static let variable = "NPU_SMI_SIMULATOR"

  static func main() async {
    let given = ProcessInfo.processInfo.environment[variable]?.split(separator: " ").map(String.init) ?? []
    let (options, command) = ScenarioOptions.split(
      NegativeNumbers.joined(given + CommandLine.arguments.dropFirst()))
    do {
      if command == ["--help"] || CommandLine.arguments == [CommandLine.arguments.first, "--help"] {
        return try Console.line(
          ScenarioOptions.helpMessage()
            + "\nBehind the options comes the command line of npu-smi. Options may also stand in \(variable).")
      }
      let scenario = try ScenarioOptions.parse(options)
      try ScenarioOptions.rules(isWatch: command.contains("watch")).check(GivenFlags(options))
      try await run(scenario, SMICommandLine(command))
    } catch {
      ScenarioOptions.end("npu-smi-simulator", with: error)
    }
  }

  private static func run(_ options: ScenarioOptions, _ command: SMICommandLine) async throws {
    let simulator = SMISimulator(options.scenario)
    let stated = try options.elapsed ?? options.state.map { try ScenarioStart.elapsed(file: $0) }
    // Each call is a process of its own: by the clock on the wall a wave goes on from one to the next.
    let elapsed = stated ?? Date().timeIntervalSince1970
    if options.delay > 0 { try await Task.sleep(for: .seconds(options.delay)) }
    guard let output = simulator.output(for: command, elapsed: elapsed, load: await load(options)) else {
      // Until somebody ends the process.
      while true { try await Task.sleep(for: .seconds(3600)) }
    }
    try Console.write(output.text)
    if case .watch(_, _, let interval, _) = command, output.exitStatus == 0 {
      for round in 1..<(options.rounds ?? .max) {
        try await Task.sleep(for: .seconds(interval))
        let now = elapsed + Double(round) * Double(interval)
        try Console.write(simulator.watchRound(command, elapsed: now, load: await load(options)) ?? "")
      }
    }
    if output.exitStatus != 0 { throw ExitCode(Int32(output.exitStatus)) }
  }

  /// The measured load; a service that does not answer is idle.
  private static func load(_ options: ScenarioOptions) async -> Double? {
    guard let url = options.metricsURL else { return nil }
    return (try? await SMIServiceLoad(url: url, fullLoad: options.fullLoad)?.read()) ?? 0
  }
}
