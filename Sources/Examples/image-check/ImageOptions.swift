import ArgumentParser
import ExampleSupport
import NPUTestKit
import ToolSupport

/// Which suite, and what images its checks ask for.
struct ImageOptions: ParsableArguments {
  @Option(help: "Which checks: image for a service that responds with images, task for one with a queue.")
  var suite = CheckSuiteName.image
  @Option(
    name: .customLong("protocol"),
    help: "diffusers for POST /generate, openai for /v1/images/generations. Default: found out by asking.")
  var wireProtocol: ImageRequest.WireProtocol?
  @Option(
    help: ArgumentHelp("Size of most images. Default: the service's own; 512x512 for tasks.", valueName: "WIDTHxHEIGHT")
  )
  var size: PixelSize?
  @Option(
    help: ArgumentHelp("Size of an image for which the request names none, if it is known.", valueName: "WIDTHxHEIGHT"))
  var defaultSize: PixelSize?
  @Option(help: ArgumentHelp("Size that the check of sizes asks for.", valueName: "WIDTHxHEIGHT"))
  var customSize = PixelSize(width: 768, height: 1024)
  @Option(help: ArgumentHelp("Steps of most images. Default: the service's own; 4 for tasks.", valueName: "count"))
  var steps: Int?
  @Option(help: ArgumentHelp("How many times eight images of one seed are asked for at once.", valueName: "count"))
  var rounds = 5
  @Option(help: ArgumentHelp("Name or path of LoRA weights that the service has.", valueName: "path"))
  var lora: String?

  enum CheckSuiteName: String, ExpressibleByArgument, CaseIterable { case image, task }

  func validate() throws {
    try ValidationError.unless("--steps", steps, isIn: 1...1_000_000)
    try ValidationError.unless("--rounds", rounds, isIn: 1...1_000_000)
    for (name, size) in [("--size", size), ("--default-size", defaultSize), ("--custom-size", customSize)] {
      try size?.check(name, sides: 1...8192)
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
    context.size = size.map(Self.size)
    context.defaultSize = defaultSize.map(Self.size)
    context.customSize = Self.size(customSize)
    context.steps = steps
    context.parallelRounds = rounds
    context.loraPath = lora
    return context
  }

  func taskContext(
    _ transport: CurlTransport, _ service: ServiceConfiguration, limit: Duration
  ) throws -> TaskCheckContext {
    var context = TaskCheckContext(transport: transport, service: service)
    context.task.resolution = size.map { "\($0)" } ?? context.task.resolution
    context.task.steps = steps ?? context.task.steps
    // The end of the wait for one task comes before the end of the check, so that its reason is told.
    context.polling.deadline = limit * 4 / 5
    return context
  }

  private static func size(_ size: PixelSize) -> ImageCheckContext.ImageSize {
    .init(width: size.width, height: size.height)
  }
}
