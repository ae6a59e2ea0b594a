/// A real-time service of ModelArts as it is to be deployed: what runs, on what, and who reaches it how.
///
/// ```swift
/// var described = RealTimeService(
///   name: "qwen2-7b", image: "swr.cn-north-4.myhuaweicloud.com/org/vllm-ascend:0.18.0", flavor: "modelarts.npu.d910b.1")
/// described.instances = 1...4
/// described.channel = .vpc("vpc-id", subnet: "subnet-id")
/// described.access = .apiKey
/// print(described.problems)
/// ```
///
/// Names and ranges are those of the API `/v2/{project_id}/services`; ``ModelArtsClient`` deploys it.
public struct RealTimeService: Sendable, Hashable {
  /// What the gateway asks of whoever sends a request.
  public enum Access: String, Sendable, Hashable, Codable, CaseIterable {
    /// A token of the identity service.
    case token = "TOKEN"
    /// A key of ModelArts, see ``ModelArtsClient/createKey(_:scope:description:)``.
    case apiKey = "API_KEY"
    /// Nothing.
    case none = "NONE"
  }

  /// By what protocol the container is asked.
  public enum Scheme: String, Sendable, Hashable, Codable, CaseIterable {
    /// HTTP.
    case http = "HTTP"
    /// HTTP over TLS.
    case https = "HTTPS"
    /// WebSocket; a service with it has no limit on the rate of requests.
    case webSocket = "WS"
    /// WebSocket over TLS.
    case secureWebSocket = "WSS"

    /// Whether connections become WebSockets.
    public var isWebSocket: Bool { self == .webSocket || self == .secureWebSocket }
  }

  /// The software that serves, for which ModelArts has settings of its own.
  public enum Framework: String, Sendable, Hashable, Codable, CaseIterable {
    /// Any.
    case common = "COMMON"
    /// vLLM.
    case vLLM = "VLLM"
    /// MindIE.
    case mindIE = "MINDIE"
  }

  /// What is started anew when a part of an instance fails.
  public enum Restart: String, Sendable, Hashable, Codable, CaseIterable {
    /// The whole instance.
    case instance = "Instance"
    /// All pods of the unit that the pod is part of.
    case unit = "Role"
    /// The pod that failed.
    case pod = "Pod"
  }

  /// How many requests a time are let through.
  public struct RateLimit: Sendable, Hashable {
    /// How many; 1 to 10,000.
    public var count: Int
    /// Whether they are counted for each minute, rather than for each second.
    public var perMinute: Bool

    /// Creates a limit.
    public init(_ count: Int, perMinute: Bool = false) {
      self.count = count
      self.perMinute = perMinute
    }
  }

  /// The name; unique among the services of the project.
  public var name: String
  /// What people read about it.
  public var description = ""
  /// Its version, such as 1.0.0.
  public var version = "1.0.0"
  /// The workspace; `nil` for the default one.
  public var workspace: String?
  /// The dedicated resource pool; `nil` for the public one.
  public var pool: String?
  /// What one instance runs.
  public var unit: Unit
  /// The least and the most instances; more than the least are started and stopped by a scaling policy.
  public var instances = 1...1
  /// How many nodes one instance takes; more than one is what ModelArts calls a service of several machines.
  public var nodesPerInstance = 1
  /// The software that serves.
  public var framework = Framework.common
  /// By which network clients reach it.
  public var channel = ServiceChannel.publicNetwork
  /// What the gateway asks of whoever sends a request.
  public var access = Access.token
  /// By what protocol the container is asked.
  public var scheme = Scheme.http
  /// The port of the container.
  public var port = 8080
  /// How long the gateway waits for a response, or for more of one: 1 to 7,200 seconds.
  public var requestTimeout = Duration.seconds(300)
  /// The longest body of a request, in megabytes: 1 to 50.
  public var bodyLimit = 12
  /// How many requests are let through; by default as many as ModelArts lets at all, so that a load is not shaped.
  public var rateLimit: RateLimit? = RateLimit(10_000)
  /// How long the deployment may take, in whole minutes: 1 to 300.
  public var deploymentTimeout = Duration.seconds(60 * 60)

  /// Creates a description of one instance on one node.
  ///
  /// - Parameters:
  ///   - name: The name of the service.
  ///   - image: The path of the container image in SWR.
  ///   - flavor: The resources of one node, see ``ModelArtsClient/flavors(_:limit:)``.
  public init(name: String, image: String, flavor: String) {
    self.name = name
    unit = Unit(image: image, flavor: flavor)
  }
}

extension RealTimeService {
  /// What one instance runs: a container with its files, variables and probes.
  public struct Unit: Sendable, Hashable {
    /// The path of the container image in SWR.
    public var image: String
    /// The resources of a node.
    public var flavor: String
    /// The command; `nil` for that of the image.
    public var command: String?
    /// Variables of the environment; they are kept by ModelArts, and hold no secrets therefore.
    public var environment: [String: String] = [:]
    /// Weights and code that are mounted.
    public var files: [MountedFiles] = []
    /// When the container has started.
    public var startup: ContainerProbe?
    /// When it takes requests.
    public var readiness: ContainerProbe?
    /// Whether it still lives.
    public var liveness: ContainerProbe?
    /// What is started anew after a failure; `nil` leaves it to whoever looks.
    public var restart: Restart?
    /// Whether the NPUs are reset before that.
    public var resetsNPUs = false

    /// Creates a unit.
    public init(image: String, flavor: String) {
      self.image = image
      self.flavor = flavor
    }
  }

  /// Weights or code that a container finds in a folder.
  public struct MountedFiles: Sendable, Hashable {
    /// Where files come from.
    public enum Source: String, Sendable, Hashable, Codable, CaseIterable {
      /// Object storage.
      case obs = "OBS"
      /// Object storage as a file system.
      case obsFileSystem = "OBSFS"
      /// A shared file system (SFS Turbo).
      case sharedFiles = "EFS"
      /// A folder of the node.
      case local = "LOCAL"
    }

    /// Where they come from.
    public var source: Source
    /// Their address there.
    public var address: String
    /// The folder in the container: begins and ends with `/`.
    public var mountPath: String
    /// Whether the container can only read them.
    public var isReadOnly: Bool

    /// Creates files.
    public init(_ source: Source, _ address: String, at mountPath: String, isReadOnly: Bool = true) {
      self.source = source
      self.address = address
      self.mountPath = mountPath
      self.isReadOnly = isReadOnly
    }
  }

  /// How ModelArts finds out how a container is.
  public struct ContainerProbe: Sendable, Hashable {
    /// What is looked at.
    public enum Method: Sendable, Hashable {
      /// A `GET` of a path, by the scheme of the service.
      case http(path: String)
      /// A command in the container.
      case command(String)
    }

    /// What is looked at.
    public var method: Method
    /// When first: from 1 second.
    public var initialDelay = Duration.seconds(30)
    /// How often: from 1 second.
    public var period = Duration.seconds(10)
    /// How long a look may take: from 1 second.
    public var timeout = Duration.seconds(30)
    /// After how many failed looks in a row the container counts as failed.
    public var failureThreshold = 3

    /// Creates a probe.
    public init(_ method: Method) { self.method = method }
  }
}

/// By which network clients reach a service.
public enum ServiceChannel: Sendable, Hashable {
  /// The internet, through the gateway.
  case publicNetwork
  /// A network of the account (VPC), through the gateway: ModelArts makes an endpoint in a subnet of it.
  case vpc(String, subnet: String)
  /// A network of the account that is joined with that of a dedicated pool, past the gateway: nobody is asked who he
  /// is, and without a load balancer requests go to the addresses of single instances.
  case vpcHighSpeed(loadBalancer: String?)
}
