internal import NIOCore

/// Writes the one document of a response that is not streamed.
struct FullResponseRenderer {
  private let renderer: ChunkRenderer
  private var request: GenerationRequest { renderer.request }
  private var wireProtocol: WireProtocol { renderer.wireProtocol }

  init(_ renderer: ChunkRenderer) {
    self.renderer = renderer
  }

  /// Everything that one choice generated.
  struct Choice {
    var generator: ChoiceGenerator
    var pieces: [Piece]
  }

  /// Writes the document.
  func write(_ choices: [Choice], usage: Usage?, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#"{"id":"#)
    buffer.writeJSON(renderer.identity.id)
    buffer.writeStaticString(#","object":"#)
    buffer.writeJSON(request.kind == .chat ? "chat.completion" : "text_completion")
    buffer.writeStaticString(#","created":"#)
    buffer.writeDecimal(renderer.identity.created)
    buffer.writeStaticString(#","model":"#)
    buffer.writeJSON(renderer.identity.model)
    buffer.writeStaticString(#","choices":["#)
    for (index, choice) in choices.enumerated() {
      if index > 0 { buffer.writeStaticString(",") }
      buffer.writeStaticString(#"{"index":"#)
      buffer.writeDecimal(index)
      switch request.kind {
      case .chat: writeMessage(choice, index, into: &buffer)
      case .completion: writeText(choice, index, into: &buffer)
      }
      buffer.writeStaticString("}")
    }
    buffer.writeStaticString("]")
    if wireProtocol == .vllm { buffer.writeStaticString(#","service_tier":null,"system_fingerprint":null"#) }
    if var usage {
      if !renderer.countsTokens { usage.completion = 0 }
      buffer.writeStaticString(#","usage":"#)
      usage.write(wireProtocol, full: true, surplus: renderer.usageSurplus, into: &buffer)
    }
    if wireProtocol == .vllm {
      if request.kind == .chat {
        buffer.writeStaticString(#","prompt_logprobs":"#)
        writePromptLogprobs(0, into: &buffer)
        buffer.writeStaticString(#","prompt_token_ids":"#)
        writePromptTokenIDs(0, into: &buffer)
        buffer.writeStaticString(#","prompt_text":null"#)
      }
      buffer.writeStaticString(#","kv_transfer_params":null"#)
    }
    buffer.writeStaticString("}")
  }

  private func writeMessage(_ choice: Choice, _ index: Int, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#","message":{"role":"assistant","content":"#)
    if choice.pieces.contains(where: \.kind.isTool) {
      buffer.writeStaticString("null")
    } else {
      let echo = request.echo ? Array(request.echoText.utf8) : []
      buffer.writeJSON(echo + text(choice, .content))
    }
    let reasoning = text(choice, .reasoning)
    if wireProtocol == .vllm {
      buffer.writeStaticString(#","refusal":null,"annotations":null,"audio":null,"function_call":null"#)
    }
    buffer.writeStaticString(#","tool_calls":"#)
    writeCalls(choice, index, into: &buffer)
    for member in renderer.reasoningStyle.members where wireProtocol == .vllm || !reasoning.isEmpty {
      buffer.writeStaticString(",")
      buffer.writeStaticString(member)
      if reasoning.isEmpty { buffer.writeStaticString("null") } else { buffer.writeJSON(reasoning) }
    }
    buffer.writeStaticString(#"},"logprobs":"#)
    let tokens = choice.pieces.filter { $0.kind == .content }
    if let top = request.logprobs {
      buffer.writeStaticString(#"{"content":["#)
      for (position, piece) in tokens.enumerated() {
        if position > 0 { buffer.writeStaticString(",") }
        renderer.logprobs.writeChat(
          piece.token, at: choice.generator.reasoned + position, top: top, rival: piece.rival, into: &buffer)
      }
      buffer.writeStaticString("]}")
    } else {
      buffer.writeStaticString("null")
    }
    writeFinish(choice, into: &buffer)
  }

  private func writeText(_ choice: Choice, _ index: Int, into buffer: inout ByteBuffer) {
    let prompt = request.prompts[index / request.choices]
    buffer.writeStaticString(#","text":"#)
    buffer.writeJSON((request.echo ? prompt.bytes : []) + text(choice, .content))
    buffer.writeStaticString(#","logprobs":"#)
    if let top = request.logprobs {
      let echoed = request.echo ? prompt.pieces : []
      renderer.logprobs.writeCompletion(
        echoed + choice.pieces.map(\.token), position: request.echo ? 0 : prompt.count, offset: 0,
        startsText: request.echo, top: top, rivals: choice.pieces.rivals(from: echoed.count), into: &buffer)
    } else {
      buffer.writeStaticString("null")
    }
    writeFinish(choice, into: &buffer)
    guard wireProtocol == .vllm else { return }
    buffer.writeStaticString(#","prompt_logprobs":"#)
    writePromptLogprobs(index / request.choices, into: &buffer)
    buffer.writeStaticString(#","prompt_token_ids":"#)
    writePromptTokenIDs(index / request.choices, into: &buffer)
  }

  private func writeFinish(_ choice: Choice, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#","finish_reason":"#)
    buffer.writeJSON(choice.generator.finish?.reason)
    guard wireProtocol == .vllm else { return }
    buffer.writeStaticString(#","stop_reason":"#)
    buffer.writeJSON(choice.generator.finish?.stop)
    buffer.writeStaticString(#","token_ids":"#)
    if request.returnsTokenIDs {
      buffer.writeJSON(choice.pieces.map { Tokenizer.identifier(of: $0.token) })
    } else {
      buffer.writeStaticString("null")
    }
  }

  private func writeCalls(_ choice: Choice, _ index: Int, into buffer: inout ByteBuffer) {
    buffer.writeStaticString("[")
    for (call, name) in choice.generator.calls.enumerated() {
      // A call that the token limit cut off before its name is not there at all.
      guard choice.pieces.contains(where: { $0.kind == .toolName(call) }) else { break }
      if call > 0 { buffer.writeStaticString(",") }
      buffer.writeStaticString(#"{"id":"#)
      buffer.writeJSON(renderer.identity.toolCallID(wireProtocol: wireProtocol, choice: index, call: call))
      buffer.writeStaticString(#","type":"function","function":{"name":"#)
      buffer.writeJSON(name)
      buffer.writeStaticString(#","arguments":"#)
      buffer.writeJSON(text(choice, .toolArguments(call)))
      buffer.writeStaticString("}}")
    }
    buffer.writeStaticString("]")
  }

  private func text(_ choice: Choice, _ kind: Piece.Kind) -> [UInt8] {
    choice.pieces.filter { $0.kind == kind }.flatMap(\.text)
  }

  private func writePromptLogprobs(_ prompt: Int, into buffer: inout ByteBuffer) {
    if let top = request.promptLogprobs {
      renderer.logprobs.writePrompt(request.prompts[prompt].pieces, top: top, into: &buffer)
    } else {
      buffer.writeStaticString("null")
    }
  }

  private func writePromptTokenIDs(_ index: Int, into buffer: inout ByteBuffer) {
    guard request.returnsTokenIDs else {
      buffer.writeStaticString("null")
      return
    }
    let prompt = request.prompts[index]
    buffer.writeJSON(prompt.identifiers ?? prompt.pieces.map(Tokenizer.identifier))
  }
}
