import ArgumentParser
package import NPUTestKit
package import ToolSupport

/// What is looked for in images, sounds and transcriptions, beside the timing.
package struct MediaQualityOptionGroup: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Examine every response: blank images, silence, cut files, loops and broken characters in transcriptions; and "
        + "compare responses under load with those of the same requests alone."))
  package var quality = false
  @Option(
    help: ArgumentHelp(
      "Responses under load that are compared with as many alone, asked for before the load; 0 for none. Needs more "
        + "than one request at once.", valueName: "count"))
  package var aloneCases = 16

  package init() {}

  package func validate() throws {
    try ValidationError.unless("--alone-cases", aloneCases, isIn: 0...10_000)
  }

  /// Which of the flags need or exclude which.
  package static let rules: [FlagRule] = [
    .needs(["--alone-cases"], oneOf: ["--quality"], "no response is examined")
  ]

  /// What examines the responses of a load; `nil` where nobody does.
  ///
  /// - Parameters:
  ///   - plan: The load.
  ///   - errors: How transcriptions are made comparable.
  /// - Returns: The watch.
  package func watch(_ plan: LoadPlan, errors: TranscriptErrors = TranscriptErrors()) -> MediaWatch? {
    quality ? MediaWatch(MediaQualityOptions(aloneCases: aloneCases), plan: plan, errors: errors) : nil
  }

  /// Sends some requests alone, before the load; who waits is told so.
  ///
  /// - Parameters:
  ///   - watch: What examines the responses, if somebody does.
  ///   - workload: What is sent.
  ///   - bench: The way to the service.
  /// - Throws: What keeps requests from being made.
  package func askAlone(_ watch: MediaWatch?, _ workload: any Workload, _ bench: ServiceBench) async throws {
    guard let watch, aloneCases > 0, bench.plan.concurrencyLimit != 1 else { return }
    Console.note("Before the load up to \(2 * aloneCases) requests are sent alone, to compare with; see --alone-cases.")
    try await watch.askAlone(workload, over: bench.transport)
  }
}
