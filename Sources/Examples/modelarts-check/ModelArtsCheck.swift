import ArgumentParser
import ToolSupport

/// What can be looked at before a model is uploaded to ModelArts, and before its service is asked.
@main
struct ModelArtsCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modelarts-check",
    abstract: "Check a model package, sign a request or send one to a service of ModelArts, deploy services.",
    subcommands: [PackageCommand.self, SignCommand.self, SendCommand.self, ServiceCommand.self])

  static func main() async { await runAsTool() }
}
