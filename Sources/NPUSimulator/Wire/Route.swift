internal import NIOCore

/// One path of a service: which requests it takes, and what it responds to them.
///
/// A service is a list of routes. The server registers them and knows nothing else of a service.
struct Route: Sendable {
  /// The path; a last part `*` stands for any one part and `**` for any rest, which the handler finds in the context.
  var path: String
  var methods: [String] = ["GET"]
  /// Whether the body is a form, which is then read as it arrives.
  var takesForm = false
  /// For which servers there is such a route.
  var exists: @Sendable (Behaviour) -> Bool = { _ in true }
  /// Makes the response to a request.
  var respond: @Sendable (inout RequestContext) throws(ErrorResponse) -> Response

  /// A route that takes documents.
  static func post(
    _ path: String, _ respond: @escaping @Sendable (inout RequestContext) throws(ErrorResponse) -> Response
  ) -> Route {
    Route(path: path, methods: ["POST"], respond: respond)
  }

  /// A route that takes forms.
  static func form(
    _ path: String, _ respond: @escaping @Sendable (inout RequestContext) throws(ErrorResponse) -> Response
  ) -> Route {
    Route(path: path, methods: ["POST"], takesForm: true, respond: respond)
  }

  /// A route that takes no body.
  static func get(
    _ path: String, _ respond: @escaping @Sendable (inout RequestContext) throws(ErrorResponse) -> Response
  ) -> Route {
    Route(path: path, respond: respond)
  }
}

/// What is sent in response to a request, and what the server must know about it.
struct Response: Sendable {
  var script: any ResponseScript
  /// The fault that the request met.
  var fault: Fault?
  /// Whether something is generated, which counts for the limit of concurrency and for metrics.
  var isGeneration = false
  var concurrencyLimit: Int?
  /// Whether the request was refused, which some services do not survive.
  var isRefusal = false
  /// Whether what comes next on the connection are frames of a WebSocket.
  var isUpgrade = false
}

extension Response {
  /// A response whose bytes are known.
  static func fixed(_ bytes: ByteBuffer) -> Response {
    Response(script: FixedScript([.bytes(bytes)]))
  }

  /// A refusal whose bytes are known.
  static func refusal(_ bytes: ByteBuffer) -> Response {
    Response(script: FixedScript([.bytes(bytes)]), isRefusal: true)
  }
}
