import ArgumentParser
import ExampleSupport
import NPUTestKit

/// Which suite, and what images its checks ask for.
struct ImageOptions: ParsableArguments {
  @Option(help: "Which checks: image for a service that responds with images, task for one with a queue.")
  var suite = CheckSuiteName.image
  @Option(
    name: .customLong("protocol"),
    help: "diffusers for POST /generate, openai for /v1/images/generations. Default: found out by asking.")
  var wireProtocol: ImageRequest.WireProtocol?
  @Option(
    help: ArgumentHelp("Size of most images. Default: the service's own; 512x512 for tasks.", valueName: "size"))
  var size: String?
  @Option(help: ArgumentHelp("Size of an image for which none is asked, if it is known.", valueName: "size"))
  var defaultSize: String?
  @Option(help: ArgumentHelp("Size that the check of sizes asks for.", valueName: "size"))
  var customSize = "768x1024"
  @Option(help: ArgumentHelp("Steps of most images. Default: the service's own; 4 for tasks.", valueName: "count"))
  var steps: Int?
  @Option(help: ArgumentHelp("How often eight images of one seed are asked for at once.", valueName: "count"))
  var rounds = 5
  @Option(help: ArgumentHelp("Name or path of LoRA weights that the service has.", valueName: "path"))
  var lora: String?

  enum CheckSuiteName: String, ExpressibleByArgument, CaseIterable { case image, task }

  func validate() throws {
    for (name, value) in [("steps", steps ?? 1), ("rounds", rounds)] where !(1...1_000_000).contains(value) {
      throw ValidationError("--\(name) is \(value); it must be at least 1 and at most 1000000.")
    }
    for (name, text) in [("size", size), ("default-size", defaultSize), ("custom-size", customSize)] {
      if let text { _ = try Self.size(text, name) }
    }
  }

  /// The context; a service that does not answer is left to the report to tell.
  func imageContext(
    _ transport: CurlTransport, _ service: ServiceConfiguration, route: String?, model: String?
  ) async throws -> ImageCheckContext {
    let found = try? await ImageCheckContext.findProtocol(transport: transport, service: service)
    var context = ImageCheckContext(
      transport: transport, service: service, wireProtocol: wireProtocol ?? found ?? .diffusers)
    context.route = route
    context.model = model
    context.size = try size.map { try Self.size($0, "size") }
    context.defaultSize = try defaultSize.map { try Self.size($0, "default-size") }
    context.customSize = try Self.size(customSize, "custom-size")
    context.steps = steps
    context.parallelRounds = rounds
    context.loraPath = lora
    return context
  }

  func taskContext(
    _ transport: CurlTransport, _ service: ServiceConfiguration, limit: Duration
  ) throws -> TaskCheckContext {
    var context = TaskCheckContext(transport: transport, service: service)
    context.task.resolution = size ?? context.task.resolution
    context.task.steps = steps ?? context.task.steps
    // The end of the wait for one task comes before the end of the check, so that its reason is told.
    context.polling.deadline = limit * 4 / 5
    return context
  }

  private static func size(_ text: String, _ name: String) throws -> ImageCheckContext.ImageSize {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1], (1...8192).contains(width),
      (1...8192).contains(height)
    else {
      throw ValidationError("--\(name) is \"\(text)\"; it must be WIDTHxHEIGHT, each in 1...8192.")
    }
    return .init(width: width, height: height)
  }
}
