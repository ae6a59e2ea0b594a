internal import NPUBase

/// What a service says of its own state.
public struct HealthReport: Sendable, Hashable {
  /// A state, as far as the protocols of servers can be told apart.
  @nonexhaustive
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// It serves.
    case healthy
    /// It serves, but is at capacity.
    case busy
    /// It does not serve yet, or its engine is gone: a 503 that gives no reason.
    case unavailable
    /// It is being stopped.
    case stopping
    /// It is changing its number of engines.
    case scaling
    /// It runs, but something in it is broken.
    case abnormal
    /// It asks for credentials, or refuses the ones that were sent.
    case unauthorized
    /// It has no such route.
    case notSupported = "not_supported"
    /// Nobody answers there.
    case unreachable
  }

  /// The state.
  public var state: State
  /// The HTTP status; `nil` if nobody answered.
  public var status: Int?
  /// What the service says, or why it was not reached.
  public var message: String

  /// Creates a report.
  public init(state: State, status: Int?, message: String = "") {
    self.state = state
    self.status = status
    self.message = message
  }

  /// Reads a response to a health probe: status first, then the words of vLLM, MindIE and llama-server.
  ///
  /// A 2xx answer is healthy unless its body says otherwise; 503 with the word busy is busy; a 5xx without a known word
  /// is unavailable for 502 to 504 and abnormal for the others.
  public init(status: Int, body: [UInt8]) {
    let error = ErrorBody(body)
    var message = error.message
    let words = message.lowercased()
    let state: State
    switch status {
    case 200...299:
      let word = (try? JSONCoding.decode(JSONValue.self, from: body))?["status"]?.string
      if let word { message = Excerpt.of(word) }
      switch word?.lowercased() {
      case "ok", "healthy", "ready", "running", "up", nil: state = words.contains("busy") ? .busy : .healthy
      case "busy": state = .busy
      case "loading model", "loading", "starting": state = .unavailable
      default: state = .abnormal
      }
    case 401, 403: state = .unauthorized
    case 404, 405, 501: state = .notSupported
    case 502, 503, 504:
      if words.contains("busy") {
        state = .busy
      } else if words.contains("scaling") {
        state = .scaling
      } else if words.contains("stopped") || words.contains("stopping") {
        state = .stopping
      } else {
        state = .unavailable
      }
    default: state = .abnormal
    }
    self.init(state: state, status: status, message: message)
  }

  /// Whether a request sent now should be answered.
  public var isServing: Bool { state == .healthy || state == .busy }
}

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
  /// A request through the whole of MindIE, within a time from 1 to 600 seconds; fractions of a second are left out.
  public static func timed(within limit: Duration) -> HealthProbe {
    HealthProbe(route: "/health/timed-\(limit.components.seconds)")
  }
}
