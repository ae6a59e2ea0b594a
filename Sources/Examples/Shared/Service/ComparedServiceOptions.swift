package import ArgumentParser
import NPUTestKit
package import ToolSupport

/// Which two services are compared, each asked now or recorded before.
package struct ComparedServiceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Base address of the service that is the measure.", valueName: "url"))
  package var baselineURL: String?
  @Option(help: ArgumentHelp("Base address of the service that is judged.", valueName: "url"))
  package var candidateURL: String?
  @Option(help: ArgumentHelp("Model of the baseline, where it has another name than --model.", valueName: "name"))
  package var baselineModel: String?
  @Option(help: ArgumentHelp("Model of the candidate, where it has another name than --model.", valueName: "name"))
  package var candidateModel: String?
  @Option(
    help: ArgumentHelp(
      "Environment variable with the key of the baseline, where it has one of its own.", valueName: "name"))
  package var baselineApiKeyVariable: String?
  @Option(
    help: ArgumentHelp(
      "Environment variable with the key of the candidate, where it has one of its own.", valueName: "name"))
  package var candidateApiKeyVariable: String?
  @Option(
    help: ArgumentHelp(
      "Record what the one service that is named says, and compare nothing. A folder that holds a part is gone on with.",
      valueName: "folder"))
  package var record: String?
  @Option(
    help: ArgumentHelp("Take the baseline out of a recording; the candidate is asked the same.", valueName: "folder"))
  package var against: String?
  @Option(help: ArgumentHelp("Take the candidate out of a recording, too.", valueName: "folder"))
  package var candidateRecording: String?
  @Option(
    help: ArgumentHelp(
      "How often the baseline is asked each case, to know its own noise. Default: 2 for images and speech, else 1; of a "
        + "recording, as often as it was recorded.", valueName: "count"))
  package var repeats: Int?
  @Option(help: ArgumentHelp("How many cases each service is asked at a time.", valueName: "count"))
  package var concurrency = 1

  package init() {}

  package func validate() throws {
    try ValidationError.unless("--repeats", repeats, isIn: 1...1000)
    try ValidationError.unless("--concurrency", concurrency, isIn: 1...1024)
    if record == nil, against == nil, (baselineURL == nil) != (candidateURL == nil) {
      throw ValidationError("--baseline-url and --candidate-url belong together; give both, or record one first.")
    }
    if against != nil, candidateURL == nil, candidateRecording == nil {
      throw ValidationError("--against has nothing to compare; give --candidate-url or --candidate-recording.")
    }
  }

  /// Which of the flags need or exclude which.
  package static let rules: [FlagRule] =
    ServiceOptions.rules + [
      AuthenticationOptions.ofOneService,
      .excludes(["--record"], ["--against", "--candidate-recording"], "a recording is made of one service"),
      .excludes(["--junit", "--markdown"], ["--record"], "a recording compares nothing"),
      .excludes(["--against"], ["--baseline-url", "--baseline-model"], "the recording is the baseline"),
      .excludes(["--candidate-recording"], ["--candidate-url", "--candidate-model"], "the recording is the candidate"),
      .needs(["--candidate-recording"], oneOf: ["--against"]),
      .needs(["--baseline-model", "--baseline-api-key-variable"], oneOf: ["--baseline-url"]),
      .needs(["--candidate-model", "--candidate-api-key-variable"], oneOf: ["--candidate-url"]),
      .needs(["--base-url"], oneOf: ["--record"], "two services have --baseline-url and --candidate-url"),
      FlagRule(["--record"], others: ["--base-url", "--baseline-url", "--candidate-url"]) { flag, given in
        let named = ["--base-url", "--baseline-url", "--candidate-url"].filter(given.has)
        return named.count == 1 ? nil : "\(flag) takes one service: --base-url, --baseline-url or --candidate-url."
      },
      .excludes(["--concurrency"], ["--record", "--candidate-recording"], "nothing is asked at the same time"),
      .filesApart(outputs: ["--junit", "--markdown"], inputs: ["--cacert", "--cert", "--key"]),
    ]

  /// The services.
  package var services: ComparedServices {
    var services = ComparedServices()
    (services.baselineURL, services.candidateURL) = (baselineURL, candidateURL)
    (services.baselineModel, services.candidateModel) = (baselineModel, candidateModel)
    (services.baselineKeyVariable, services.candidateKeyVariable) = (baselineApiKeyVariable, candidateApiKeyVariable)
    (services.record, services.against, services.candidateRecording) = (record, against, candidateRecording)
    services.repeats = repeats
    return services
  }

  /// What the help of every tool that compares services says of its end.
  package static let exitStatus = """
    Exit status: 0 when the candidate is as good as the baseline or better, 1 when it is worse or the cases leave it \
    open, 2 when nothing could be compared, or the report could not be written. A recording that is made ends with 0, \
    or with 2 where a service that was busy left cases out; the same command asks them again.
    """
}
