internal import NIOCore

/// The answers that need no generation.
struct ServiceAnswers {
  let behaviour: Behaviour
  let format: WireFormat

  /// The health of the service: a status without a body.
  var health: ByteBuffer { format.response(behaviour.healthStatus, contentType: nil) }

  var version: ByteBuffer {
    var body = ByteBuffer()
    body.writeStaticString(#"{"version":"#)
    body.writeJSON(behaviour.version)
    body.writeStaticString("}")
    return format.response(200, body: body)
  }

  func load(_ active: Int) -> ByteBuffer {
    format.response(200, body: ByteBuffer(string: #"{"server_load":\#(active)}"#))
  }

  /// The list of models.
  ///
  /// - Parameter created: Seconds since 1970.
  /// - Returns: The response.
  func models(created: Int) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeStaticString(#"{"object":"list","data":["#)
    for (index, model) in behaviour.models.enumerated() where !behaviour.has(.listsNoModels) {
      if index > 0 { body.writeStaticString(",") }
      body.writeStaticString(#"{"id":"#)
      body.writeJSON(model)
      body.writeStaticString(#","object":"model""#)
      if behaviour.dialect == .vllm {
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
    return format.response(200, body: body)
  }

  func tokenize(_ document: JSONValue) throws(ErrorAnswer) -> ByteBuffer {
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
    return format.response(200, body: body)
  }

  func detokenize(_ document: JSONValue) throws(ErrorAnswer) -> ByteBuffer {
    let reader = MemberReader(document: document)
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
    return format.response(200, body: body)
  }

  /// FastAPI's answer to what it has no route for.
  func detail(_ status: Int, _ text: StaticString, extra: [(String, String)] = []) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeStaticString(#"{"detail":""#)
    body.writeStaticString(text)
    body.writeStaticString(#""}"#)
    return format.response(status, body: body, extra: extra)
  }
}
