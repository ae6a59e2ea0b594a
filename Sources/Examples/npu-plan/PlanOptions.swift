public import ArgumentParser
import Foundation
public import NPUTestKit
import ToolSupport

/// What is planned.
struct PlanOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The model: a name such as Qwen2-72B, or the folder of its weights.", valueName: "name"))
  var model: String?
  @Option(
    help: ArgumentHelp(
      "Precision of the weights: FP32, BF16, FP16, FP8, INT8 (W8A8) or INT4 (W4). Default: that of --config, or FP16.",
      valueName: "name"))
  var precision: ModelPrecision?
  @Option(help: ArgumentHelp("The kind of NPU; --tables lists them.", valueName: "name"))
  var device = NPUDevice.ascend910B
  @Option(help: ArgumentHelp("How many NPUs there are to be. Default: the least.", valueName: "count"))
  var npus: Int?
  @Option(
    help: ArgumentHelp(
      "The config.json of the model, for an estimate of its real layers and heads. Without --model its folder is the "
        + "model.", valueName: "file"))
  var config: String?
  @Option(
    help: ArgumentHelp("How many weights the model has, such as 7.6B, for an estimate.", valueName: "number"))
  var parameters: ParameterCount?
  @Option(
    help: ArgumentHelp("Tokens of a prompt and its response, for an estimate. Default: 4096.", valueName: "count"))
  var context: Int?
  @Option(help: ArgumentHelp("Requests at once, for an estimate. Default: 8.", valueName: "count"))
  var concurrency: Int?
  @Option(help: "What serves the model. Default: vllm for what has text as output, and the server of the guides else.")
  var server: GuideServer?

  /// Every flag of the group.
  static let flags = [
    "--model", "--precision", "--device", "--npus", "--config", "--parameters", "--context", "--concurrency",
    "--server",
  ]

  func validate() throws {
    try ValidationError.unless("--npus", npus, isIn: 1...1024)
    try ValidationError.unless("--context", context, isIn: 1...100_000_000, unit: "tokens")
    try ValidationError.unless("--concurrency", concurrency, isIn: 1...1_000_000, unit: "requests")
  }

  /// The plan.
  ///
  /// - Parameters:
  ///   - server: The server, where it is not the one of the options.
  ///   - options: How it is started.
  ///   - devices: The chips, where they are named.
  /// - Returns: The plan.
  /// - Throws: `ValidationError` without a model, ``Failure``, ``PlanningError``.
  func suggested(
    for server: GuideServer? = nil, options: GuideServerOptions = GuideServerOptions(), devices: [Int]? = nil
  ) throws -> DeploymentPlan {
    try DeploymentPlan.suggest(
      model: try name(for: server), precision: precision, device: device, npus: devices?.count ?? npus, demand: demand,
      shape: try shape, server: server ?? self.server, options: options)
  }

  /// The model: the one that is named, or that of the configuration, or the one that the guides start.
  private func name(for server: GuideServer?) throws -> String {
    if let model { return model }
    guard let config else {
      if let server { return server.usualModel }
      throw ValidationError("Give --model or --config, or one of --launch, --check-environment and --tables.")
    }
    guard let folder = Self.folder(of: config) else {
      throw ValidationError(
        "Give --model: \(config) is not called config.json, so that its folder need not be that of the model.")
    }
    return folder
  }

  /// The folder of a model by its `config.json`; `nil` for a file with another name.
  static func folder(of config: String) -> String? {
    let file = URL(filePath: config).standardizedFileURL
    return file.lastPathComponent == "config.json" ? file.deletingLastPathComponent().path : nil
  }

  /// The demand, if any of it was asked for.
  private var demand: ServingDemand? {
    guard context != nil || concurrency != nil else { return nil }
    var demand = ServingDemand()
    demand.contextTokens = context ?? demand.contextTokens
    demand.concurrency = concurrency ?? demand.concurrency
    return demand
  }

  private var shape: ModelShape? {
    get throws {
      if let parameters { return .typical(parameters: parameters.number) }
      guard let config else { return nil }
      var bytes: [UInt8] = []
      do throws(FileError) {
        let file = try File(readingRegular: config)
        while bytes.count <= ModelShape.configurationLimit, try file.read(upTo: 1 << 16, into: &bytes) > 0 {}
      } catch { throw Failure.unreadable(config) }
      return try ModelShape(configuration: bytes)
    }
  }
}

/// A number of weights on a command line: `7.6B`, `300M`, `7600000000`.
struct ParameterCount: ExpressibleByArgument {
  let number: Double

  init?(argument: String) {
    let units = ["B": 1e9, "b": 1e9, "M": 1e6, "m": 1e6]
    let unit = argument.last.flatMap { units[String($0)] }
    guard let number = Double(unit == nil ? argument : String(argument.dropLast())) else { return nil }
    let product = number * (unit ?? 1)
    // Fewer than a million are billions without their unit, and not to be guessed.
    guard product >= 1e6, product <= 1e14 else { return nil }
    self.number = product
  }
}

extension ModelPrecision: ExpressibleByArgument {
  /// Reads a name as people write it.
  public init?(argument: String) { self.init(named: argument) }
}

extension NPUDevice: ExpressibleByArgument {
  /// Reads the name of a kind.
  public init?(argument: String) {
    guard let device = NPUDevice.named(argument) else { return nil }
    self = device
  }

  /// The name.
  public var defaultValueDescription: String { name }
}
