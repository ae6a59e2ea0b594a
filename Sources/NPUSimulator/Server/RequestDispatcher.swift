internal import NIOCore
internal import NIOHTTP1

/// Decides how a request is answered; everything but the time at which its steps happen.
struct RequestDispatcher {
  /// The answer, and what the server must know about it.
  struct Decision {
    var script: any AnswerScript
    var fault: Fault?
    /// Whether text is generated, which counts for the limit of concurrency and for metrics.
    var isGeneration = false
    var concurrencyLimit: Int?
  }

  let state: SimulatorState
  let request: IncomingRequest
  let number: Int
  private(set) var behaviour: Behaviour
  private(set) var format: WireFormat

  init(_ request: IncomingRequest, number: Int, state: SimulatorState) {
    self.state = state
    self.request = request
    self.number = number
    behaviour = state.withValues { $0.behaviour }
    let keepsAlive = request.head.isKeepAlive && !request.isTooLarge
    format = WireFormat(
      dialect: behaviour.dialect, chunks: request.head.understandsChunks, keepsAlive: keepsAlive,
      date: HTTPDate.text(SimulatorState.wallSeconds), number: number,
      receivedAt: Int64(request.receivedAt.uptimeNanoseconds))
  }

  /// The answer to the request.
  mutating func decide() -> Decision {
    if behaviour.has(.diesAfterRefusal), state.withValues({ $0.hasRefused }) {
      return Decision(script: FixedScript([.close]))
    }
    do throws(ErrorAnswer) {
      return try route()
    } catch {
      state.withValues { $0.hasRefused = true }
      return fixed(format.response(error))
    }
  }

  /// Whether the connection may serve another request after this one.
  var keepsAlive: Bool { format.keepsAlive }

  private mutating func route() throws(ErrorAnswer) -> Decision {
    let path = request.head.uri
    guard !request.isTooLarge else {
      return fixed(format.response(413, body: ByteBuffer(string: #"{"message":"Request body too large."}"#)))
    }
    if let key = behaviour.apiKey, Route.isGuarded(path), request.head.method != .OPTIONS {
      guard request.head.headers.first(name: "authorization") == "Bearer \(key)" else {
        return fixed(format.response(401, body: ByteBuffer(string: #"{"error":"Unauthorized"}"#)))
      }
    }
    let answers = ServiceAnswers(behaviour: behaviour, format: format)
    switch Route(method: request.head.method.rawValue, path: path) {
    case .generation(let kind): return try generation(kind)
    case .health: return fixed(behaviour.tasks.ownsHealth ? taskHealth() : answers.health)
    case .version: return fixed(answers.version)
    case .models: return fixed(answers.models(created: SimulatorState.wallSeconds))
    case .load: return fixed(answers.load(state.withValues { $0.admission.running + $0.admission.waiting }))
    case .metrics: return fixed(metrics())
    case .tokenize: return fixed(try answers.tokenize(try document()))
    case .detokenize: return fixed(try answers.detokenize(try document()))
    case .images(let kind): return images(kind)
    case .tasks(let route): return tasks(route)
    case .audio(let route): return try audio(route)
    case .notFound: return fixed(answers.detail(404, "Not Found"))
    case .wrongMethod(let allowed):
      return fixed(answers.detail(405, "Method Not Allowed", extra: [("allow", allowed)]))
    }
  }

  func fixed(_ response: ByteBuffer) -> Decision {
    Decision(script: FixedScript([.bytes(response)]))
  }

  private func metrics() -> ByteBuffer {
    let (metrics, running, waiting) = state.withValues { ($0.metrics, $0.admission.running, $0.admission.waiting) }
    let text = PrometheusText.render(
      metrics, model: behaviour.models.first ?? "", running: running, waiting: waiting)
    return format.response(200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: text)
  }

  func document() throws(ErrorAnswer) -> JSONValue {
    guard request.isJSON else {
      throw .shape("1 validation error:\n  Unsupported Media Type: Only 'application/json' is allowed")
    }
    do {
      return try JSONParser.parse(request.bytes)
    } catch {
      throw .shape("1 validation error:\n  the body is not JSON: \(error.reason)", at: String(error.offset))
    }
  }

  private mutating func generation(_ kind: GenerationRequest.Kind) throws(ErrorAnswer) -> Decision {
    let document = try generationDocument()
    try override(with: document)
    var generation = try read(document, as: kind)
    if behaviour.has(.ignoresTemperature) {
      generation.seed = SplitMix64.mix(generation.seed ?? behaviour.seed, UInt64(number))
    }
    let index = state.withValues { values in
      defer { values.counters.generations += 1 }
      return values.counters.generations
    }
    let fault = behaviour.fault(forRequest: index)
    // Media are encoded before the first token.
    behaviour.timeToFirstToken += behaviour.audio.encodeLatency * generation.media
    let identity = AnswerIdentity(
      generation, dialect: behaviour.dialect, number: number,
      requestID: request.head.headers.first(name: "x-request-id"), created: SimulatorState.wallSeconds)
    let script = GenerationAnswer.script(generation, behaviour, fault: fault, identity: identity, format: format)
    return Decision(
      script: script, fault: fault, isGeneration: true, concurrencyLimit: behaviour.maxConcurrency)
  }

  /// The body of a request; some services take anything for one.
  func generationDocument() throws(ErrorAnswer) -> JSONValue {
    do throws(ErrorAnswer) {
      return try document()
    } catch {
      guard behaviour.has(.acceptsMalformedJSON) else { throw error }
      return Self.greeting
    }
  }

  private func read(
    _ document: JSONValue, as kind: GenerationRequest.Kind
  ) throws(ErrorAnswer) -> GenerationRequest {
    do throws(ErrorAnswer) {
      return try RequestReader(document, behaviour: behaviour).read(kind)
    } catch {
      guard behaviour.has(.acceptsWrongTypes), error.type == ErrorAnswer.shape("").type else { throw error }
      return try RequestReader(Self.greeting, behaviour: behaviour).read(kind)
    }
  }

  /// What careless services make of a request that they cannot read.
  private static let greeting = JSONValue.object([
    .init(
      key: "messages",
      value: .array([
        .object([.init(key: "role", value: .string("user")), .init(key: "content", value: .string("Hello"))])
      ])),
    .init(key: "prompt", value: .string("Hello")),
    .init(key: "input", value: .string("Hello")),
    .init(key: "text", value: .string("Hello")),
  ])

  /// Lays the members given in the request over the server's behaviour.
  mutating func override(with document: JSONValue) throws(ErrorAnswer) {
    let header = request.head.headers.first(name: "x-simulator-behaviour")
    let hasMember = document["simulator"].map { !$0.isNull } ?? false
    guard header != nil || hasMember else { return }
    do {
      if let header { behaviour = try Behaviour(json: Array(header.utf8), base: behaviour) }
      if hasMember { behaviour = try behaviour.overridden(byBody: request.bytes) }
    } catch let error as DecodingError {
      throw .shape("The behaviour asked for cannot be used: \(error.reason)", at: "simulator")
    } catch {
      throw .shape("The behaviour asked for cannot be used: \(error)", at: "simulator")
    }
    format.dialect = behaviour.dialect
  }
}

extension DecodingError {
  /// The reason in one line.
  var reason: String {
    switch self {
    case .dataCorrupted(let context): return context.debugDescription
    case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
    @unknown default: return String(describing: self)
    }
  }
}
