internal import NIOCore

/// Writes the events of a streamed response.
///
/// What all events share is rendered once, so that a token costs a few copies and no encoder.
struct ChunkRenderer: Sendable {
  /// What one event adds to one choice.
  struct Delta {
    var choice: Int
    var pieces: [Piece] = []
    var finish: Finish?
    var usage: Usage?
    /// The whole text, where MindIE gives it in the last chunk of a chat.
    var fullText: [UInt8]?
    /// The place of the first piece in the choice's text, for log-probabilities.
    var position = 0
    /// The characters before it.
    var offset = 0
    /// Whether the pieces are the prompt itself, whose first token has no log-probability.
    var isPrompt = false
  }

  let request: GenerationRequest
  let wireProtocol: WireProtocol
  let reasoningStyle: ReasoningStyle
  let identity: ResponseIdentity
  let logprobs: LogProbabilities
  /// By how much the totals of usage are wrong on purpose.
  let usageSurplus: Int
  /// Whether usage counts the tokens of the response.
  let countsTokens: Bool
  private let head: [UInt8]

  init(_ request: GenerationRequest, _ behaviour: Behaviour, _ identity: ResponseIdentity) {
    self.request = request
    self.wireProtocol = behaviour.wireProtocol
    let style = behaviour.reasoningStyle
    self.reasoningStyle = behaviour.wireProtocol == .mindie && style != .hidden ? .reasoningContent : style
    self.identity = identity
    self.logprobs = LogProbabilities(
      seed: request.seed ?? behaviour.seed, isPositive: behaviour.has(.positiveLogprobs),
      perturbation: behaviour.perturbation, isLost: behaviour.losesLogprobs)
    self.usageSurplus = behaviour.has(.miscountsUsage) ? 1 : 0
    self.countsTokens = !behaviour.has(.countsNoTokens)
    var buffer = ByteBuffer()
    buffer.writeStaticString(#"data: {"id":"#)
    buffer.writeJSON(identity.id)
    buffer.writeStaticString(#","object":"#)
    buffer.writeJSON(request.kind == .chat ? "chat.completion.chunk" : "text_completion")
    buffer.writeStaticString(#","created":"#)
    buffer.writeDecimal(identity.created)
    buffer.writeStaticString(#","model":"#)
    buffer.writeJSON(identity.model)
    buffer.writeStaticString(",")
    head = Array(buffer.readableBytesView)
  }

  /// Writes the chunk that opens a choice of a chat and holds its role alone.
  func writeRole(choice: Int, usage: Usage?, into buffer: inout ByteBuffer) {
    buffer.writeBytes(head)
    buffer.writeStaticString(#""choices":[{"index":"#)
    buffer.writeDecimal(choice)
    buffer.writeStaticString(#","delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]"#)
    writeUsageMember(usage, into: &buffer)
    if wireProtocol == .vllm {
      buffer.writeStaticString(#","prompt_token_ids":"#)
      writePromptTokens(choice, into: &buffer)
      buffer.writeStaticString(#","prompt_text":null"#)
    }
    buffer.writeStaticString("}\n\n")
  }

  /// Writes the chunk that repeats the last message of a chat.
  func writeEcho(choice: Int, into buffer: inout ByteBuffer) {
    buffer.writeBytes(head)
    buffer.writeStaticString(#""choices":[{"index":"#)
    buffer.writeDecimal(choice)
    buffer.writeStaticString(#","delta":{"content":"#)
    buffer.writeJSON(request.echoText)
    buffer.writeStaticString(#"},"logprobs":null,"finish_reason":null}]}"#)
    buffer.writeStaticString("\n\n")
  }

  /// Writes the chunk of one or several tokens, or of a finish reason.
  func write(_ delta: Delta, into buffer: inout ByteBuffer) {
    buffer.writeBytes(head)
    if request.kind == .chat, let text = delta.fullText {
      buffer.writeStaticString(#""full_text":"#)
      buffer.writeJSON(text)
      buffer.writeStaticString(",")
    }
    if wireProtocol == .mindie, request.kind == .chat, let usage = delta.usage {
      buffer.writeStaticString(#""usage":"#)
      usage.write(wireProtocol, surplus: usageSurplus, into: &buffer)
      buffer.writeStaticString(",")
    }
    buffer.writeStaticString(#""choices":[{"index":"#)
    buffer.writeDecimal(delta.choice)
    switch request.kind {
    case .chat: writeChat(delta, into: &buffer)
    case .completion: writeCompletion(delta, into: &buffer)
    }
    if wireProtocol == .vllm || request.kind == .completion { writeUsageMember(delta.usage, into: &buffer) }
    buffer.writeStaticString("}\n\n")
  }

  /// Writes the chunk without choices that holds the usage of the whole response.
  func writeUsage(_ usage: Usage, into buffer: inout ByteBuffer) {
    buffer.writeBytes(head)
    buffer.writeStaticString(#""choices":[]"#)
    writeUsageMember(usage, into: &buffer)
    buffer.writeStaticString("}\n\n")
  }

  /// Writes the end mark.
  func writeDone(into buffer: inout ByteBuffer) {
    buffer.writeStaticString("data: [DONE]\n\n")
  }

  private func writeUsageMember(_ usage: Usage?, into buffer: inout ByteBuffer) {
    guard var usage else { return }
    if !countsTokens { usage.completion = 0 }
    buffer.writeStaticString(#","usage":"#)
    usage.write(wireProtocol, surplus: usageSurplus, into: &buffer)
  }

  private func writePromptTokens(_ choice: Int, into buffer: inout ByteBuffer) {
    guard request.returnsTokenIDs else {
      buffer.writeStaticString("null")
      return
    }
    let prompt = request.prompts[choice / request.choices]
    buffer.writeJSON(prompt.identifiers ?? prompt.pieces.map(Tokenizer.identifier))
  }

  private func writeChat(_ delta: Delta, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#","delta":{"#)
    var comma = wireProtocol == .mindie
    if comma { buffer.writeStaticString(#""role":"assistant""#) }
    func separate(_ buffer: inout ByteBuffer) {
      if comma { buffer.writeStaticString(",") }
      comma = true
    }
    if delta.pieces.contains(where: { $0.kind == .reasoning }) {
      for member in reasoningStyle.members {
        separate(&buffer)
        buffer.writeStaticString(member)
        writeText(delta.pieces, .reasoning, into: &buffer)
      }
    }
    if delta.pieces.contains(where: { $0.kind == .content }) || delta.pieces.isEmpty {
      separate(&buffer)
      buffer.writeStaticString(#""content":"#)
      writeText(delta.pieces, .content, into: &buffer)
    }
    if delta.pieces.contains(where: \.kind.isTool) {
      separate(&buffer)
      if wireProtocol == .vllm { buffer.writeStaticString(#""content":null,"#) }
      writeTools(delta, into: &buffer)
    }
    buffer.writeStaticString(#"},"logprobs":"#)
    writeChatLogprobs(delta, into: &buffer)
    buffer.writeStaticString(#","finish_reason":"#)
    buffer.writeJSON(delta.finish?.reason)
    if wireProtocol == .vllm {
      if delta.finish != nil {
        buffer.writeStaticString(#","stop_reason":"#)
        buffer.writeJSON(delta.finish?.stop)
      }
      buffer.writeStaticString(#","token_ids":"#)
      writeTokenIDs(delta, into: &buffer)
    }
    buffer.writeStaticString("}]")
  }

  private func writeText(_ pieces: [Piece], _ kind: Piece.Kind, into buffer: inout ByteBuffer) {
    buffer.writeStaticString("\"")
    for piece in pieces where piece.kind == kind { buffer.writeJSONContent(piece.text) }
    buffer.writeStaticString("\"")
  }

  private func writeTools(_ delta: Delta, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#""tool_calls":["#)
    var isFirst = true
    for piece in delta.pieces {
      switch piece.kind {
      case .toolName(let call):
        if !isFirst { buffer.writeStaticString(",") }
        buffer.writeStaticString(#"{"id":"#)
        buffer.writeJSON(identity.toolCallID(wireProtocol: wireProtocol, choice: delta.choice, call: call))
        buffer.writeStaticString(#","type":"function","index":"#)
        buffer.writeDecimal(call)
        buffer.writeStaticString(#","function":{"name":"#)
        buffer.writeJSON(piece.text)
        buffer.writeStaticString("}}")
        isFirst = false
      case .toolArguments(let call):
        if !isFirst { buffer.writeStaticString(",") }
        buffer.writeStaticString(#"{"index":"#)
        buffer.writeDecimal(call)
        buffer.writeStaticString(#","function":{"arguments":"#)
        buffer.writeJSON(piece.text)
        buffer.writeStaticString("}}")
        isFirst = false
      case .reasoning, .content: continue
      }
    }
    buffer.writeStaticString("]")
  }

  private func writeChatLogprobs(_ delta: Delta, into buffer: inout ByteBuffer) {
    guard let top = request.logprobs, delta.pieces.contains(where: { $0.kind == .content }) else {
      buffer.writeStaticString("null")
      return
    }
    buffer.writeStaticString(#"{"content":["#)
    var isFirst = true
    for (index, piece) in delta.pieces.enumerated() where piece.kind == .content {
      if !isFirst { buffer.writeStaticString(",") }
      isFirst = false
      logprobs.writeChat(piece.token, at: delta.position + index, top: top, rival: piece.rival, into: &buffer)
    }
    buffer.writeStaticString("]}")
  }

  private func writeTokenIDs(_ delta: Delta, into buffer: inout ByteBuffer) {
    if request.returnsTokenIDs {
      buffer.writeJSON(delta.pieces.map { Tokenizer.identifier(of: $0.token) })
    } else {
      buffer.writeStaticString("null")
    }
  }

  private func writeCompletion(_ delta: Delta, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#","text":""#)
    for piece in delta.pieces { buffer.writeJSONContent(piece.text) }
    buffer.writeStaticString(#"","logprobs":"#)
    if let top = request.logprobs, !delta.pieces.isEmpty {
      logprobs.writeCompletion(
        delta.pieces.map(\.token), position: delta.position, offset: delta.offset, startsText: delta.isPrompt, top: top,
        rivals: delta.pieces.rivals(from: 0), into: &buffer)
    } else {
      buffer.writeStaticString("null")
    }
    if wireProtocol == .mindie {
      buffer.writeStaticString(#","stop_reason":"#)
      buffer.writeJSON(delta.finish?.stop)
      buffer.writeStaticString(#","finish_reason":"#)
      buffer.writeJSON(delta.finish?.reason)
    } else {
      buffer.writeStaticString(#","finish_reason":"#)
      buffer.writeJSON(delta.finish?.reason)
      buffer.writeStaticString(#","stop_reason":"#)
      buffer.writeJSON(delta.finish?.stop)
      buffer.writeStaticString(#","prompt_token_ids":null,"token_ids":"#)
      writeTokenIDs(delta, into: &buffer)
    }
    buffer.writeStaticString("}]")
  }
}

extension ReasoningStyle {
  /// The JSON member names, with their colon.
  var members: [StaticString] {
    switch self {
    case .reasoningContent: return [#""reasoning_content":"#]
    case .both: return [#""reasoning":"#, #""reasoning_content":"#]
    case .reasoning: return [#""reasoning":"#]
    case .hidden: return []
    }
  }
}

extension Piece.Kind {
  /// Whether the piece belongs to a tool call.
  var isTool: Bool {
    switch self {
    case .toolName, .toolArguments: return true
    case .reasoning, .content: return false
    }
  }
}
