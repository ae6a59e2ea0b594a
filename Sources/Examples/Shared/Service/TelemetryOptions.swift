package import ArgumentParser
package import NPUTestKit
package import ToolSupport

/// What is watched beside the load.
package struct TelemetryOptions: ParsableArguments {
  @Flag(
    help:
      "Watch the NPUs with npu-smi: memory, AI Core, power, temperature, health, energy. --npu-command implies it."
  )
  package var npu = false
  @OptionGroup package var sampling: ChipSamplingOptions
  @Option(
    help: ArgumentHelp("Keep every sample, as CSV if the name ends in .csv, else as JSON Lines.", valueName: "file"))
  package var npuLog: String?
  @Option(help: ArgumentHelp("Temperature from which a chip counts as too hot.", valueName: "celsius"))
  package var npuTemperatureLimit = TelemetryLimits().temperatureCelsius
  @Option(help: ArgumentHelp("Growth of memory in use that counts as a leak.", valueName: "MB/hour"))
  package var npuLeakLimit = TelemetryLimits().leakMegabytesPerHour
  @Option(
    help: ArgumentHelp(
      "Metrics of the server, read beside the load: http://host:1027/metrics, or a path of the measured service.",
      valueName: "url"))
  package var metricsURL: String?
  @Option(help: ArgumentHelp("Time between two readings of the metrics.", valueName: "seconds"))
  package var metricsInterval = Seconds(1)

  package init() {}
}

extension TelemetryOptions {
  package var watchesChips: Bool { npu || sampling.npuCommand != nil }

  package var limits: TelemetryLimits {
    TelemetryLimits(temperatureCelsius: npuTemperatureLimit, leakMegabytesPerHour: npuLeakLimit)
  }

  /// Refuses what cannot work, before anything is sent.
  package func check(overwrite: Bool) throws {
    try MeasurementFile.check(npuLog, overwrite: overwrite)
    try ValidationError.unless("--metrics-interval", metricsInterval.number, isAbove: 0, unit: "seconds")
    try ValidationError.unless("--npu-temperature-limit", npuTemperatureLimit, isAbove: 0)
    try ValidationError.unless("--npu-leak-limit", npuLeakLimit, isAbove: 0)
  }
}

extension TelemetryOptions {
  /// Which of the flags need or exclude which.
  package static let rules: [FlagRule] = [
    .needs(
      ["--npu-interval", "--npu-timeout", "--npu-log", "--npu-temperature-limit", "--npu-leak-limit"],
      oneOf: ["--npu", "--npu-command"], "the NPUs are not watched"),
    .needs(["--metrics-interval"], oneOf: ["--metrics-url"]),
  ]
}
