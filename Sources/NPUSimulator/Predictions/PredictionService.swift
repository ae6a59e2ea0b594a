internal import NIOCore
internal import NIOHTTP1

/// The service of a custom image of ModelArts, as the guide has it: a document, a stream of tokens without an end mark,
/// and the same as messages of a WebSocket.
enum PredictionService {
  static let routes: [Route] = [
    .post("/predict") { context throws(ErrorResponse) in try respond(&context) },
    .post("/predict/stream") { context throws(ErrorResponse) in try respond(&context, streams: true) },
    Route(path: "/predict/ws", methods: ["GET", IncomingRequest.messageMethod.rawValue]) {
      context throws(ErrorResponse) in
      if context.request.isMessage { return try respondToMessage(&context) }
      return try WebSocketUpgrade.response(to: context.request, context.format)
    },
  ]

  private static func respond(
    _ context: inout RequestContext, streams: Bool = false
  ) throws(ErrorResponse) -> Response {
    let prediction = try Prediction(&context, try context.documentOrGreeting(), streams: streams)
    let (behaviour, fault, format) = (prediction.behaviour, prediction.fault, context.format)
    let script: any ResponseScript
    if let whole = fault?.script(streams: streams, format: format) {
      script = whole
    } else if streams {
      let parts = prediction.events.map { event in
        var body = ByteBuffer(staticString: "data: ")
        body.writeImmutableBuffer(event.json)
        body.writeStaticString("\n\n")
        return TimedScript.Part(due: event.due, body: body)
      }
      let shape = TimedScript.Shape(contentType: "text/event-stream;charset=UTF-8", isEvents: true)
      script = TimedScript(parts, shape: shape, fault: fault, format: format)
    } else {
      script = DocumentScript(due: prediction.events.last?.due ?? 0, fault: fault, format: format) {
        DocumentScript.Document(contentType: "application/json", body: prediction.document)
      }
    }
    return Response(
      script: script, fault: fault, isGeneration: true, concurrencyLimit: behaviour.maxConcurrency)
  }

  private static func respondToMessage(_ context: inout RequestContext) throws(ErrorResponse) -> Response {
    let document: JSONValue
    do { document = try JSONParser.parse(context.request.bytes) } catch {
      return Response(
        script: FixedScript([.bytes(ServerFrame.close(1003, "JSON object expected")), .close]), isRefusal: true)
    }
    do throws(ErrorResponse) {
      let prediction = try Prediction(&context, document, streams: true)
      return Response(
        script: MessageScript(prediction), fault: prediction.fault, isGeneration: true,
        concurrencyLimit: prediction.behaviour.maxConcurrency)
    } catch {
      var body = ByteBuffer()
      error.write(context.format.wireProtocol, into: &body)
      return Response(script: FixedScript([.bytes(ServerFrame.text(body))]), isRefusal: true)
    }
  }
}
