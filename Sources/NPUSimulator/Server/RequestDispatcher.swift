internal import NIOCore
internal import NIOHTTP1

/// Decides how a request is answered; everything but the time at which its steps happen.
struct RequestDispatcher {
  private let state: ServerState
  private var context: RequestContext
  private let match: Router.Match

  init(_ request: IncomingRequest, number: Int, state: ServerState, router: Router) {
    self.state = state
    let (behaviour, running, waiting, leaked) = state.withValues {
      ($0.behaviour, $0.admission.running, $0.admission.waiting, $0.leakedCaches)
    }
    match = router.match(method: request.head.method.rawValue, path: request.head.uri, behaviour)
    var name = ""
    if case .route(_, let open) = match { name = open }
    let format = WireFormat(
      wireProtocol: behaviour.wireProtocol, chunks: request.head.understandsChunks,
      keepsAlive: request.head.isKeepAlive && !request.isTooLarge && !behaviour.isSerial,
      date: HTTPDate.text(WallTime.seconds),
      number: number, receivedAt: Int64(request.receivedAt.uptimeNanoseconds))
    context = RequestContext(
      request, number: number, name: name, behaviour: behaviour, format: format,
      load: (running, waiting, running + leaked),
      recentQuotes: state.recentQuotes
    ) {
      state.withValues { values in
        defer { values.counters.generations += 1 }
        return values.counters.generations
      }
    }
  }

  /// Whether the connection may serve another request after this one.
  var keepsAlive: Bool { context.format.keepsAlive }

  /// The response to the request.
  mutating func respond() -> Response {
    if context.behaviour.has(.diesAfterRefusal), state.withValues({ $0.hasRefused }) {
      return Response(script: FixedScript([.close]))
    }
    if let response = brokenResponse() { return response }
    var response: Response
    do throws(ErrorResponse) {
      response = try route()
    } catch {
      response = .refusal(context.format.response(error))
    }
    if response.isRefusal {
      state.withValues { $0.hasRefused = true }
      state.happens(.refusal, under: context.behaviour)
      if context.behaviour.has(.blamesItself) { response = .refusal(context.format.response(.page(status: 500))) }
    } else if response.isGeneration, context.behaviour.has(.refusesCompany),
      state.withValues({ $0.admission.running > 0 })
    {
      return .fixed(context.format.response(ErrorResponse.engine(status: 503)))
    }
    return response
  }

  /// What a server does to a request that has broken before, or breaks by it; nothing if it is answered as usual.
  private mutating func brokenResponse() -> Response? {
    let request = context.request
    if let breakdown = context.behaviour.breakdown, breakdown.trigger == .request,
      String(decoding: request.bytes, as: UTF8.self).contains(breakdown.text)
    {
      state.happens(.request, under: context.behaviour)
    }
    switch state.withValues(\.broken) {
    case .closes: return Response(script: FixedScript([.close]))
    case .hangs where request.head.method == .POST:
      return Response(script: FixedScript([.pauseForever]), isGeneration: true)
    case .corrupts:
      context.corrupt()
      return nil
    default: return nil
    }
  }

  private mutating func route() throws(ErrorResponse) -> Response {
    let (request, format) = (context.request, context.format)
    guard !request.isTooLarge else {
      return .fixed(format.response(413, body: ByteBuffer(string: #"{"message":"Request body too large."}"#)))
    }
    // The handshake of a message has passed them.
    guard !request.isMessage else { return try answer() }
    if let store = context.behaviour.objectStore,
      let response = state.objects.response(to: request, store, format: format)
    {
      return response
    }
    if let gateway = context.behaviour.gateway, let response = Gateway(gateway, format: format).response(to: request) {
      return .fixed(response)
    }
    if let key = context.behaviour.apiKey, Self.isGuarded(request.head.uri), request.head.method != .OPTIONS {
      guard request.head.headers.first(name: "authorization") == "Bearer \(key)" else {
        return .fixed(format.response(401, body: ByteBuffer(string: #"{"error":"Unauthorized"}"#)))
      }
    }
    return try answer()
  }

  private mutating func answer() throws(ErrorResponse) -> Response {
    let format = context.format
    switch match {
    case .route(let route, _): return try route.respond(&context)
    case .notFound: return .fixed(format.response(.detail(status: 404, "Not Found")))
    case .wrongMethod(let allowed):
      return .fixed(format.response(.detail(status: 405, "Method Not Allowed"), extra: [("allow", allowed)]))
    }
  }

  /// Whether a server with a key asks for it on this path; vLLM guards by prefix, before it looks for a route.
  private static func isGuarded(_ path: String) -> Bool {
    ["/v1", "/v2", "/inference"].contains { path.hasPrefix($0) }
  }
}
