/// A route that tells the state of a service.
public struct HealthProbe: Sendable, Hashable {
  /// The path below the endpoint.
  public var route: String

  /// Creates a probe of any route.
  public init(route: String) { self.route = route }

  /// Whether the service serves: vLLM, llama-server, and MindIE on its management port.
  public static let health = HealthProbe(route: "/health")
  /// The same under its other name in vLLM.
  public static let ping = HealthProbe(route: "/ping")
  /// Whether MindIE takes requests now; busy is a 503 here.
  public static let ready = HealthProbe(route: "/v2/health/ready")
  /// Whether MindIE runs; busy is a 200 here.
  public static let live = HealthProbe(route: "/v2/health/live")
  /// A request through the whole of MindIE, within a number of seconds from 1 to 600.
  public static func timed(seconds: Int) -> HealthProbe { HealthProbe(route: "/health/timed-\(seconds)") }
}
