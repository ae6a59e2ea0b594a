import ArgumentParser
import NPUTestKit
import ToolSupport

/// How a server of the guides is started.
struct StartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Print the start script of a server of the guides, corrected where they err; its model and size are those of the "
        + "plan."))
  var launch: GuideServer?
  @Option(
    help: ArgumentHelp(
      "Name under which clients reach the service; unless it is one of the machine itself, the service listens on all "
        + "addresses.", valueName: "text"))
  var host = "127.0.0.1"
  @Option(
    help: ArgumentHelp(
      "Port, for vllm, mindie and hidream. Default: that of the guides, and MindIE's own.", valueName: "port"))
  var port: Int?
  @Option(help: ArgumentHelp("What requests call the model, for vllm and mindie.", valueName: "name"))
  var servedModelName: String?
  @Option(help: ArgumentHelp("Where the scripts of diffusers, asr, tts and hidream lie.", valueName: "folder"))
  var folder: String?
  @Option(help: ArgumentHelp("Second model of hidream.", valueName: "folder"))
  var textEncoder = "/data/Llama-3.1-8B-Instruct"
  @Flag(help: "Let Python code that lies beside the weights be run, as the guides do, for vllm and mindie.")
  var trustRemoteCode = false

  /// Every flag of the group but the first.
  static let flags = [
    "--host", "--port", "--served-model-name", "--folder", "--text-encoder", "--trust-remote-code",
  ]

  func validate() throws {
    try ValidationError.unless("--port", port, isIn: 1...65_535)
  }

  var options: GuideServerOptions {
    GuideServerOptions(
      servedModelName: servedModelName, host: host, port: port, trustsRemoteCode: trustRemoteCode, folder: folder,
      textEncoder: textEncoder)
  }
}

/// A start script with what it is made of.
struct StartScript: Encodable {
  var server: GuideServer
  var command: String
  var environment: [String: String]
  var folder: String?
  var files: [LaunchFile]
  var baseURL: String
  var readyURL: String?
  var script: String

  private enum CodingKeys: String, CodingKey {
    case server, command, environment, folder, files, script
    case baseURL = "base_url"
    case readyURL = "ready_url"
  }

  init(_ server: GuideServer, _ plan: PlanOptions, _ start: StartOptions, devices: [Int]?) throws {
    var options = start.options
    options.devices = devices
    let (description, comments) = try Self.description(server, plan, options)
    self.server = server
    command = description.commandLine
    environment = description.environment
    folder = description.workingFolder
    files = description.files
    baseURL = description.baseURL
    readyURL = description.readiness?.url
    let isOpen = !["127.0.0.1", "localhost", "::1"].contains(start.host)
    let reach = isOpen || !server.takesModel ? [] : ["It listens on this machine alone; --host lets others in."]
    do { script = try description.startScript(comments: comments + reach + server.corrections) } catch {
      throw Failure(kind: "invalid_description", message: "\(error)")
    }
  }

  /// The description of the plan; of a model that nothing is known of, on as many chips as were asked for.
  private static func description(
    _ server: GuideServer, _ plan: PlanOptions, _ options: GuideServerOptions
  ) throws -> (LaunchDescription, [String]) {
    do {
      let made = try plan.suggested(for: server, options: options, devices: options.devices)
      guard let launch = made.launch else {
        throw Failure(kind: "several_servers", message: made.notes.last ?? "several servers are needed")
      }
      let fit = made.fits ? "" : ", which are too few"
      let what = "\(made.model) at \(made.precision) on \(made.npus) of \(made.device)\(fit) (\(made.source.rawValue))"
      return (launch, ["Planned: \(what)."] + made.notes)
    } catch let error as PlanningError where error.kind == .unknownModel {
      guard let count = options.devices?.count ?? plan.npus else { throw error }
      var options = options
      options.devices = options.devices ?? Array(0..<count)
      options.modelPath = plan.model
      options.contextTokens = plan.context ?? options.contextTokens
      options.maxBatchSize = plan.concurrency ?? options.maxBatchSize
      return (.guideServer(server, options), ["Nothing is known of how large the model is."])
    }
  }
}
