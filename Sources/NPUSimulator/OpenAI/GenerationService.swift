internal import NIOCore
internal import NIOHTTP1

/// The service that generates text: chats and completions.
enum GenerationService {
  static let routes: [Route] = [
    .post("/v1/chat/completions") { context throws(ErrorResponse) in try respond(&context, .chat) },
    .post("/v1/completions") { context throws(ErrorResponse) in try respond(&context, .completion) },
  ]

  /// The script of a checked request with the fault that it meets.
  static func script(
    _ request: GenerationRequest, _ behaviour: Behaviour, fault: Fault?, identity: ResponseIdentity,
    format: WireFormat
  ) -> any ResponseScript {
    if let script = fault?.script(streams: request.streams, format: format) { return script }
    return request.streams
      ? StreamScript(request, behaviour, fault: fault, identity: identity, format: format)
      : PlainScript(request, behaviour, fault: fault, identity: identity, format: format)
  }

  private static func respond(
    _ context: inout RequestContext, _ kind: GenerationRequest.Kind
  ) throws(ErrorResponse) -> Response {
    let document = try context.documentOrGreeting()
    try context.override(with: document)
    var behaviour = context.behaviour
    var generation = try read(document, as: kind, behaviour)
    if behaviour.has(.ignoresTemperature) {
      generation.seed = SplitMix64.mix(generation.seed ?? behaviour.seed, UInt64(context.number))
    }
    generation.turnsByChance = behaviour.perturbation.turnsByChance(context.number, seed: behaviour.seed)
    let index = context.nextGeneration()
    let fault = behaviour.fault(forRequest: index)
    generation.spoil(&behaviour, number: index, context.recentQuotes)
    // Media are encoded before the first token.
    behaviour.timeToFirstToken += behaviour.audio.encodeLatency * generation.media
    let identity = ResponseIdentity(
      generation, wireProtocol: behaviour.wireProtocol, number: context.number,
      requestID: context.request.head.headers.first(name: "x-request-id"), created: WallTime.seconds)
    return Response(
      script: script(generation, behaviour, fault: fault, identity: identity, format: context.format), fault: fault,
      isGeneration: true, concurrencyLimit: behaviour.maxConcurrency)
  }

  private static func read(
    _ document: JSONValue, as kind: GenerationRequest.Kind, _ behaviour: Behaviour
  ) throws(ErrorResponse) -> GenerationRequest {
    do throws(ErrorResponse) {
      return try RequestReader(document, behaviour: behaviour).read(kind)
    } catch {
      guard behaviour.has(.acceptsWrongTypes), error.type == ErrorResponse.shape("").type else { throw error }
      return try RequestReader(RequestContext.greeting, behaviour: behaviour).read(kind)
    }
  }
}
