internal import NIOCore
internal import NIOHTTP1

/// The service of a MindIE server beside its OpenAI routes: TGI, the first server of vLLM, its own protocol, Triton's.
enum MindIEService {
  static let routes: [Route] = [
    post("/generate") { context throws(ErrorResponse) in try generate(&context) },
    post("/generate_stream") { context throws(ErrorResponse) in try respond(&context, .tgi, streams: true) },
    post("/") { context throws(ErrorResponse) in try respond(&context, .generalTGI, streams: nil) },
    post("/infer") { context throws(ErrorResponse) in try respond(&context, .infer, streams: nil) },
    post("/v2/models/*/generate") { context throws(ErrorResponse) in try respond(&context, .triton, streams: false) },
    post("/v2/models/*/generate_stream") { context throws(ErrorResponse) in
      try respond(&context, .triton, streams: true)
    },
    post("/v2/models/*/infer") { context throws(ErrorResponse) in
      try respond(&context, .tritonTokens, streams: false)
    },
    post("/v1/tokenizer") { context throws(ErrorResponse) in try tokenize(context) },
  ]

  private static func post(
    _ path: String, _ respond: @escaping @Sendable (inout RequestContext) throws(ErrorResponse) -> Response
  ) -> Route {
    var route = Route.post(path, respond)
    route.exists = { $0.wireProtocol == .mindie }
    return route
  }

  /// `/generate` is spoken in two protocols; `prompt` wins where a body has the member of both.
  private static func generate(_ context: inout RequestContext) throws(ErrorResponse) -> Response {
    let document: JSONValue?
    do throws(ErrorResponse) { document = try context.document() } catch { document = nil }
    if document?["prompt"] != nil { return try respond(&context, .vllm, streams: nil) }
    if document?["inputs"] != nil { return try respond(&context, .tgi, streams: false) }
    throw .shape(
      #"{"Error": "`inputs` or `prompt` must be necessary and data type must be string. Additionally, the "#
        + #"request body must be valid json", "error_type": "validation"}"#)
  }

  private static func respond(
    _ context: inout RequestContext, _ form: MindIECall.Form, streams: Bool?
  ) throws(ErrorResponse) -> Response {
    let document = try context.document()
    try context.override(with: document)
    var behaviour = context.behaviour
    let model = form == .triton || form == .tritonTokens ? context.name : nil
    var call = try MindIERequestReader(document, form, behaviour: behaviour).read(form, model: model, streams: streams)
    let index = context.nextGeneration()
    let fault = behaviour.fault(forRequest: index)
    call.generation.spoil(&behaviour, number: index, context.recentQuotes)
    return Response(
      script: script(
        call, behaviour, fault: fault, requestID: "endpoint_common_\(context.number + 1)", format: context.format),
      fault: fault, isGeneration: true, concurrencyLimit: behaviour.maxConcurrency)
  }

  private static func script(
    _ call: MindIECall, _ behaviour: Behaviour, fault: Fault?, requestID: String, format: WireFormat
  ) -> any ResponseScript {
    if let script = fault?.script(streams: call.generation.streams, format: format) { return script }
    if call.generation.streams {
      return MindIEStreamScript(call, behaviour, fault: fault, requestID: requestID, format: format)
    }
    let writer = MindIEWriter(call: call, bareTokenIDs: behaviour.mindie.bareTokenIDs, requestID: requestID)
    var tokens = 0
    var reasons: [String] = []
    let choices = (0..<call.generation.choiceCount).map { index -> MindIEWriter.Choice in
      var generator = ChoiceGenerator(call.generation, behaviour, index: index)
      var choice = MindIEWriter.Choice(text: [], tokens: [])
      while let piece = generator.next() {
        choice.text += piece.text
        choice.tokens.append(Tokenizer.identifier(of: piece.token))
      }
      choice.finish = generator.finish
      tokens += choice.tokens.count
      if let reason = generator.finish?.reason { reasons.append(reason) }
      return choice
    }
    let seed = SplitMix64.mix(call.generation.seed ?? behaviour.seed, UInt64(format.number))
    let due = behaviour.schedule(seed: seed).offset(ofTokens: choices.map(\.tokens.count).max() ?? 0)
    let progress = ResponseProgress(
      tokens: tokens, promptTokens: call.generation.promptTokens, finishReasons: reasons)
    return DocumentScript(due: due, fault: fault, format: format, progress: progress) {
      var body = ByteBuffer()
      writer.writeDocument(choices, into: &body)
      return DocumentScript.Document(contentType: "application/json", body: body)
    }
  }

  private static func tokenize(_ context: RequestContext) throws(ErrorResponse) -> Response {
    let reader = MemberReader(document: try context.document())
    guard let text = reader.value("inputs")?.stringValue else { throw .shape("Inputs in request body is invalid.") }
    guard !text.isEmpty else { throw .shape("Inputs data length in [0, 4194304], but the length of inputs is 0") }
    let pieces = Tokenizer.pieces(Array(text.utf8))
    var body = ByteBuffer()
    body.writeStaticString(#"{"token_number":"#)
    body.writeDecimal(pieces.count)
    body.writeStaticString(#","tokens":["#)
    if reader.value("do_decode")?.boolValue ?? true {
      for (index, piece) in pieces.enumerated() {
        if index > 0 { body.writeStaticString(",") }
        body.writeJSON(piece)
      }
    }
    body.writeStaticString("]}")
    return .fixed(context.format.response(200, body: body))
  }
}
