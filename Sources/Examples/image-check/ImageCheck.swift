import ArgumentParser
import ExampleSupport
import NPUSimulator
import NPUTestKit
import ToolSupport

/// Conformance of a service that makes images, at once or as tasks.
@main
struct ImageCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "image-check", abstract: "Check that an image service conforms to its protocol.",
    discussion: """
      Without --base-url a simulated service is checked.

        image-check --base-url URL --size 512x512 --steps 8 --junit report.xml
        image-check --base-url URL --suite task

      \(CheckReportOptions.exitStatus)
      """)

  @OptionGroup(title: "Service") var target: ServiceOptions
  @OptionGroup(title: "Checks") var choice: CheckToolChoice
  @OptionGroup(title: "Images") var images: ImageOptions
  @OptionGroup(title: "Output") var output: CheckReportOptions

  static func main() async { await runAsTool(rules: rules) }

  /// Which flags need or exclude which.
  static let rules: [FlagRule] =
    CheckToolChoice.rules + [
      .needs(
        ["--protocol", "--default-size", "--custom-size", "--rounds", "--lora", "--model"], "--suite", in: ["image"],
        byDefault: "image"),
      FlagRule(["--model"], others: ["--protocol"]) { flag, given in
        given.value("--protocol") == "diffusers" ? "\(flag) is not sent by --protocol diffusers." : nil
      },
    ]

  func run() async throws {
    switch images.suite {
    case .image:
      try await run(.image) { try await images.imageContext($0, $1, route: target.endpoint, model: target.model) }
    case .task:
      try target.refuseEndpoint("/submit, /status, /download")
      try await run(.task) { try images.taskContext($0, $1, limit: choice.checkTimeout.duration) }
    }
  }

  private func run<Context>(
    _ suite: CheckSuite<Context>, in context: (CurlTransport, ServiceConfiguration) async throws -> Context
  ) async throws {
    let suite = try choice.chosen(of: suite)
    if choice.list { return try choice.show(suite) }
    let simulator = target.baseURL == nil ? try await Simulator.start(behaviour: .exemplary) : nil
    let status = try await CheckToolRun(target, choice, output).play(
      suite, simulatorURL: simulator?.baseURL, in: context)
    try await simulator?.shutDown()
    if !status.isSuccess { throw status }
  }
}
