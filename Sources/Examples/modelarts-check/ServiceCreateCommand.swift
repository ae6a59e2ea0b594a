public import ArgumentParser
public import NPUTestKit
import ToolSupport

/// Deploys a service.
struct ServiceCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Deploy a real-time service.",
    discussion: "With --dry-run it prints the JSON that would be sent, and sends nothing.")

  /// By which network clients reach the service.
  enum Channel: String, ExpressibleByArgument, CaseIterable {
    case publicNetwork = "public"
    case vpc
    case vpcHighSpeed = "vpc-high-speed"
  }

  @OptionGroup var api: DeploymentAPIOptions
  @OptionGroup var waiting: WaitingOptions
  @Option(help: ArgumentHelp("The name of the service.", valueName: "text")) var name: String
  @Option(help: ArgumentHelp("The path of the container image in SWR.", valueName: "path")) var image: String
  @Option(help: ArgumentHelp("The resources of a node; see service flavors.", valueName: "id")) var flavor: String
  @Option(help: ArgumentHelp("The least instances.", valueName: "count")) var instances = 1
  @Option(help: ArgumentHelp("The most instances. Default: the least.", valueName: "count")) var maxInstances: Int?
  @Option(help: ArgumentHelp("The dedicated resource pool. Default: the public one.", valueName: "id"))
  var pool: String?
  @Option(help: "By which network clients reach the service.") var channel = Channel.publicNetwork
  @Option(help: ArgumentHelp("The network of --channel vpc.", valueName: "id")) var vpc: String?
  @Option(help: ArgumentHelp("A subnet of --vpc.", valueName: "id")) var subnet: String?
  @Option(help: ArgumentHelp("The load balancer of --channel vpc-high-speed.", valueName: "id"))
  var loadBalancer: String?
  @Option(help: "What the gateway asks of whoever sends a request: TOKEN, API_KEY or NONE.")
  var access = RealTimeService.Access.token
  @Option(help: "By what protocol the container is asked: HTTP, HTTPS, WS or WSS.")
  var scheme = RealTimeService.Scheme.http
  @Option(help: ArgumentHelp("The port of the container.", valueName: "port")) var port = 8080
  @Option(help: "The software that serves: COMMON, VLLM or MINDIE.") var framework = RealTimeService.Framework.common
  @Option(help: ArgumentHelp("The command of the container. Default: that of the image.", valueName: "text"))
  var command: String?
  @Option(
    help: ArgumentHelp("A variable of the container, which is no secret. Can be repeated.", valueName: "name=value"))
  var environment: [String] = []
  @Option(help: ArgumentHelp("How long the gateway waits for a response.", valueName: "seconds"))
  var requestTimeout = Seconds(300)
  @Option(help: ArgumentHelp("How long the deployment may take.", valueName: "seconds"))
  var deploymentTimeout = Seconds(3600)
  @Option(help: "What is started anew after a failure: Instance, Role (all of a unit) or Pod.")
  var restart: RealTimeService.Restart?
  @Flag(help: "Print the JSON that would be sent, and send nothing.") var dryRun = false

  func validate() throws {
    try ValidationError.unless("--instances", instances, isIn: 1...128)
    try ValidationError.unless("--max-instances", maxInstances, isIn: instances...128)
    try ValidationError.unless("--port", port, isIn: 1...65_535)
    for (flag, value, owner) in [
      ("--vpc", vpc, Channel.vpc), ("--subnet", subnet, .vpc), ("--load-balancer", loadBalancer, .vpcHighSpeed),
    ] where value != nil && channel != owner {
      throw ValidationError("\(flag) needs --channel \(owner.rawValue); found \(channel.rawValue).")
    }
    if channel == .vpc, vpc == nil || subnet == nil {
      throw ValidationError("--channel vpc needs --vpc and --subnet.")
    }
    if dryRun, waiting.wait { throw ValidationError("--dry-run and --wait do not go together; leave one out.") }
    _ = try variables()
  }

  private func variables() throws -> [String: String] {
    var variables: [String: String] = [:]
    for text in environment {
      let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, !sides[0].isEmpty else {
        throw ValidationError("--environment takes name=value; the name or the = is missing.")
      }
      variables[String(sides[0])] = String(sides[1])
    }
    return variables
  }

  private func service() throws -> RealTimeService {
    var service = RealTimeService(name: name, image: image, flavor: flavor)
    service.instances = instances...max(instances, maxInstances ?? instances)
    service.pool = pool
    service.channel =
      switch channel {
      case .publicNetwork: .publicNetwork
      case .vpc: .vpc(vpc ?? "", subnet: subnet ?? "")
      case .vpcHighSpeed: .vpcHighSpeed(loadBalancer: loadBalancer)
      }
    service.access = access
    service.scheme = scheme
    service.port = port
    service.framework = framework
    service.unit.command = command
    service.unit.environment = try variables()
    service.unit.restart = restart
    service.requestTimeout = requestTimeout.duration
    service.deploymentTimeout = deploymentTimeout.duration
    return service
  }

  func run() async throws {
    if dryRun {
      return try Failure.told(by: "modelarts-check", json: api.json) {
        do { try Console.line(try Console.json(try service().document())) } catch { throw Failure.of(error) }
      }
    }
    let described = try service()
    try await api.ask { [policy = waiting.policy] client -> DeployedService in
      guard let policy else { return try await client.submit(described) }
      return try await client.deploy(described, policy: policy)
    } lines: {
      $0.lines
    }
  }
}

extension RealTimeService.Access: ExpressibleByArgument {}
extension RealTimeService.Scheme: ExpressibleByArgument {}
extension RealTimeService.Framework: ExpressibleByArgument {}
extension RealTimeService.Restart: ExpressibleByArgument {}
