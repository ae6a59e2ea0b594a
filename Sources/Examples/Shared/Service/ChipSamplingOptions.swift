package import ArgumentParser
package import NPUTestKit
package import ToolSupport

/// How npu-smi is asked again and again.
package struct ChipSamplingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Command to run in place of npu-smi, such as \"ssh host npu-smi\".", valueName: "command"))
  package var npuCommand: String?
  @Option(help: ArgumentHelp("Time between two samples of the NPUs. Default: 1.", valueName: "seconds"))
  package var npuInterval: Seconds?
  @Option(help: ArgumentHelp("Time after which a call of npu-smi is killed. Default: 10.", valueName: "seconds"))
  package var npuTimeout: Seconds?

  package init() {}

  package func validate() throws {
    for (name, seconds) in [("--npu-interval", npuInterval), ("--npu-timeout", npuTimeout)] {
      try ValidationError.unless(name, seconds?.number, isIn: 0.01...86_400, unit: "seconds")
    }
    _ = try command
  }

  /// The words of the command.
  package var command: [String] {
    get throws {
      do { return try npuCommand.map { try CommandWords.split($0) } ?? ["npu-smi"] } catch {
        throw ValidationError("--npu-command: \(error)")
      }
    }
  }

  /// When it is asked.
  package var plan: SamplingPlan {
    SamplingPlan(interval: npuInterval?.duration ?? .seconds(1), timeout: npuTimeout?.duration ?? .seconds(10))
  }
}
