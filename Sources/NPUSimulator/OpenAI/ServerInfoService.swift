internal import NIOCore

/// What a server of text says of itself: its health, version, models and load; and its tokenizer.
enum ServerInfoService {
  static let routes: [Route] =
    ["/health", "/v2/health/live", "/v2/health/ready"].map { path in .get(path) { .fixed(health($0)) } }
    + [
      Route(path: "/ping", methods: ["GET", "POST"]) { .fixed(health($0)) },
      .get("/version") { .fixed(version($0)) },
      .get("/v1/models") { .fixed(models($0)) },
      .get("/load") { .fixed(load($0)) },
      .post("/tokenize") { context throws(ErrorResponse) in .fixed(try tokenize(context)) },
      .post("/detokenize") { context throws(ErrorResponse) in .fixed(try detokenize(context)) },
    ]

  /// A status without a body.
  private static func health(_ context: RequestContext) -> ByteBuffer {
    context.format.response(context.behaviour.healthStatus, contentType: nil)
  }

  private static func version(_ context: RequestContext) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeStaticString(#"{"version":"#)
    body.writeJSON(context.behaviour.version)
    body.writeStaticString("}")
    return context.format.response(200, body: body)
  }

  private static func load(_ context: RequestContext) -> ByteBuffer {
    let active = context.load.running + context.load.waiting
    return context.format.response(200, body: ByteBuffer(string: #"{"server_load":\#(active)}"#))
  }

  private static func models(_ context: RequestContext) -> ByteBuffer {
    let behaviour = context.behaviour
    guard behaviour.modelsStatus == 200 else {
      let error = #"{"error":{"message":"The list of models is not available.","type":"InternalServerError"}}"#
      return context.format.response(behaviour.modelsStatus, body: ByteBuffer(string: error))
    }
    let created = WallTime.seconds
    var body = ByteBuffer()
    body.writeStaticString(#"{"object":"list","data":["#)
    for (index, model) in behaviour.models.enumerated() where !behaviour.has(.listsNoModels) {
      if index > 0 { body.writeStaticString(",") }
      body.writeStaticString(#"{"id":"#)
      body.writeJSON(model)
      body.writeStaticString(#","object":"model""#)
      if behaviour.wireProtocol == .vllm {
        body.writeStaticString(#","created":"#)
        body.writeDecimal(created)
        body.writeStaticString(#","owned_by":"vllm","root":"#)
        body.writeJSON(model)
        body.writeStaticString(#","parent":null,"max_model_len":"#)
        body.writeDecimal(behaviour.maxModelLength)
        body.writeStaticString(#","permission":[]}"#)
      } else {
        body.writeStaticString(#","owned_by":"MindIE Server","root":"#)
        body.writeJSON(model)
        body.writeStaticString(#","parent":"null"}"#)
      }
    }
    body.writeStaticString("]}")
    return context.format.response(200, body: body)
  }

  private static func tokenize(_ context: RequestContext) throws(ErrorResponse) -> ByteBuffer {
    let document = try context.document()
    let behaviour = context.behaviour
    let prompt = try RequestReader(document, behaviour: behaviour).readTokenizerText()
    let pieces = prompt.pieces
    var body = ByteBuffer()
    body.writeStaticString(#"{"count":"#)
    body.writeDecimal(prompt.count)
    body.writeStaticString(#","max_model_len":"#)
    body.writeDecimal(behaviour.maxModelLength)
    body.writeStaticString(#","tokens":"#)
    body.writeJSON(prompt.identifiers ?? pieces.map(Tokenizer.identifier))
    body.writeStaticString(#","token_strs":"#)
    if try MemberReader(document: document).bool("return_token_strs") ?? false {
      for (index, piece) in pieces.enumerated() {
        body.writeStaticString(index == 0 ? "[" : ",")
        body.writeJSON(piece)
      }
      body.writeStaticString(pieces.isEmpty ? "[]" : "]")
    } else {
      body.writeStaticString("null")
    }
    body.writeStaticString("}")
    return context.format.response(200, body: body)
  }

  private static func detokenize(_ context: RequestContext) throws(ErrorResponse) -> ByteBuffer {
    let reader = MemberReader(document: try context.document())
    guard let tokens = try reader.array("tokens") else { throw reader.missing("tokens") }
    var bytes: [UInt8] = []
    for token in tokens {
      guard let identifier = token.integerValue, let piece = Tokenizer.piece(of: identifier) else {
        throw .value("\(token.pythonText) is not a token of this model.", "tokens")
      }
      bytes += piece
    }
    // Any numbers may be asked for, so the bytes need not be text.
    let text = String(decoding: bytes, as: UTF8.self)
    var body = ByteBuffer()
    body.writeStaticString(#"{"prompt":"#)
    body.writeJSON(text)
    body.writeStaticString("}")
    return context.format.response(200, body: body)
  }
}
