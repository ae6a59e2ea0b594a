import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// By what a drill tells what the service is doing, beside its responses.
struct StateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Metrics of the server, which prove that abandoned requests have left it, and tell hung from busy: "
        + "http://host:1027/metrics, or a path of the service. Default: /metrics.", valueName: "url"))
  var metricsURL: String?
  @Flag(
    help: """
      Tell hung from busy by the use of the AI Cores, too, where the metrics do not: npu-smi is asked while a canary \
      waits. It counts all chips that the command shows. --npu-command implies it.
      """)
  var npu = false
  @OptionGroup var sampling: ChipSamplingOptions

  /// Which of the flags need or exclude which.
  static let rules: [FlagRule] = [
    .needs(["--npu-interval", "--npu-timeout"], oneOf: ["--npu", "--npu-command"], "the NPUs are not watched")
  ]

  /// How the state of a service is found out.
  ///
  /// - Parameters:
  ///   - target: How the service is reached.
  ///   - address: Where it is.
  /// - Returns: The probe.
  /// - Throws: `ValidationError` or `ServiceError` for what cannot be meant.
  func probe(_ target: ServiceOptions, at address: String) throws -> StateProbe {
    var probe = StateProbe()
    if let metricsURL {
      let (service, route) = try target.metrics(at: metricsURL, of: address)
      probe.metricsRoute = route
      // A path of the service goes the way that the service is asked by.
      if !metricsURL.hasPrefix("/") { probe.metricsService = service }
    }
    if npu || sampling.npuCommand != nil {
      probe.aiCore = StateProbe.aiCoreUse(by: try sampling.command, timeout: sampling.plan.timeout)
      probe.aiCoreInterval = sampling.plan.interval
    }
    return probe
  }
}
