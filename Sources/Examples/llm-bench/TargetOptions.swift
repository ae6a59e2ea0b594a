import ArgumentParser
import ExampleSupport

/// Which service, and what of it.
struct TargetOptions: ParsableArguments {
  @OptionGroup var connection: ConnectionOptions
  @Option(help: "openai-chat for chats, openai for completions.")
  var backend = Backend.chat
  @Option(help: ArgumentHelp("Path of the endpoint, where it is not the usual one.", valueName: "path"))
  var endpoint: String?

  enum Backend: String, ExpressibleByArgument, CaseIterable {
    case chat = "openai-chat"
    case completions = "openai"
  }
}
