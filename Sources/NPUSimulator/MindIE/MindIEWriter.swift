internal import NIOCore

/// Writes the events and documents of MindIE's own protocols, member for member in the order of the server.
struct MindIEWriter: Sendable {
  /// One event of a stream.
  struct Event {
    /// What is new of each choice.
    var texts: [[UInt8]]
    /// The tokens of the first choice.
    var tokens: [Int]
    /// Tokens of the first choice so far.
    var generated: Int
    /// The whole text of the first choice, where the event is the last.
    var whole: [UInt8]?
    var finish: Finish?
    /// Whether it is the first event.
    var isFirst: Bool
    /// Milliseconds that its step took.
    var milliseconds: Int
  }

  let call: MindIECall
  let bareTokenIDs: Bool
  /// The identity that the server gives to requests without one.
  let requestID: String

  /// Writes one event.
  func write(_ event: Event, into buffer: inout ByteBuffer) {
    switch call.form {
    case .tgi, .generalTGI: writeTGI(event, into: &buffer)
    case .infer: writeInfer(event, into: &buffer)
    case .triton, .tritonTokens: writeTriton(event, into: &buffer)
    case .vllm:
      writeTexts(event.texts, into: &buffer)
      buffer.writeInteger(UInt8(0))
    }
  }

  private func writeTGI(_ event: Event, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#"data: {"token":{"id":"#)
    writeTokens(event.tokens, into: &buffer)
    buffer.writeStaticString(#","text":"#)
    buffer.writeJSON(event.texts.first ?? [])
    buffer.writeStaticString(#","logprob":null,"special":null},"generated_text":"#)
    if let whole = event.whole { buffer.writeJSON(prefix + whole) } else { buffer.writeStaticString("null") }
    buffer.writeStaticString(#","details":"#)
    if let finish = event.finish, call.details {
      buffer.writeStaticString(#"{"prompt_tokens":"#)
      buffer.writeDecimal(call.prompt.count)
      writeReason(finish, generated: event.generated, into: &buffer)
      writeSeed(into: &buffer)
      buffer.writeStaticString("}")
    } else {
      buffer.writeStaticString("null")
    }
    buffer.writeStaticString("}\n\n")
  }

  private func writeInfer(_ event: Event, into buffer: inout ByteBuffer) {
    buffer.writeStaticString("data: {")
    writeTimes(event, into: &buffer)
    if let whole = event.whole {
      buffer.writeStaticString(#","generated_text":"#)
      buffer.writeJSON(whole)
      buffer.writeStaticString(#","details":"#)
      if let finish = event.finish, call.details {
        buffer.writeStaticString(#"{"finish_reason":"#)
        buffer.writeJSON(Self.word(finish))
        buffer.writeStaticString(#","generated_tokens":"#)
        buffer.writeDecimal(event.generated)
        writeSeed(into: &buffer)
        buffer.writeStaticString("}")
      } else {
        buffer.writeStaticString("null")
      }
    }
    buffer.writeStaticString(#","token":{"id":"#)
    writeTokens(event.tokens, into: &buffer)
    buffer.writeStaticString(#","text":"#)
    // The text of the last token stands in the whole text alone.
    if event.whole == nil { buffer.writeJSON(event.texts.first ?? []) } else { buffer.writeStaticString("null") }
    buffer.writeStaticString("}}\n\n")
  }

  private func writeTriton(_ event: Event, into buffer: inout ByteBuffer) {
    buffer.writeStaticString("data:{")
    writeTritonHead(event.texts.first ?? [], into: &buffer)
    if call.details {
      buffer.writeStaticString(#","details":{"#)
      if let finish = event.finish {
        buffer.writeStaticString(#""finish_reason":"#)
        buffer.writeJSON(Self.word(finish))
        buffer.writeStaticString(",")
      }
      buffer.writeStaticString(#""generated_tokens":"#)
      buffer.writeDecimal(event.generated)
      buffer.writeStaticString(
        #","first_token_cost":null,"decode_cost":null,"batch_size":1,"queue_wait_time":61},"#)
      writeTimes(event, into: &buffer)
    }
    buffer.writeStaticString("}\n\n")
  }

  private func writeTritonHead(_ text: [UInt8], into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#""id":"#)
    buffer.writeJSON(call.id ?? requestID)
    buffer.writeStaticString(#","model_name":"#)
    buffer.writeJSON(call.generation.model)
    buffer.writeStaticString(#","model_version":null,"text_output":"#)
    buffer.writeJSON(text)
  }

  private func writeTexts(_ texts: [[UInt8]], into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#"{"text":["#)
    for (index, text) in texts.enumerated() {
      if index > 0 { buffer.writeStaticString(",") }
      buffer.writeJSON(text)
    }
    buffer.writeStaticString("]}")
  }

  private func writeTimes(_ event: Event, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#""prefill_time":"#)
    if event.isFirst { buffer.writeDecimal(event.milliseconds) } else { buffer.writeStaticString("null") }
    buffer.writeStaticString(#","decode_time":"#)
    if event.isFirst { buffer.writeStaticString("null") } else { buffer.writeDecimal(event.milliseconds) }
  }

  private func writeTokens(_ tokens: [Int], into buffer: inout ByteBuffer) {
    if bareTokenIDs, let token = tokens.last { buffer.writeDecimal(token) } else { buffer.writeJSON(tokens) }
  }

  private func writeReason(_ finish: Finish, generated: Int, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#","finish_reason":"#)
    buffer.writeJSON(Self.word(finish))
    buffer.writeStaticString(#","generated_tokens":"#)
    buffer.writeDecimal(generated)
  }

  private func writeSeed(into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#","seed":"#)
    if let seed = call.generation.seed { buffer.writeString(String(seed)) } else { buffer.writeStaticString("null") }
  }

  /// What stands before the whole text.
  private var prefix: [UInt8] { call.returnsFullText ? call.prompt.bytes + [0x20] : [] }

  /// Why a response ended, in MindIE's words.
  private static func word(_ finish: Finish) -> String {
    switch finish.reason {
    case "stop": finish.stop == nil ? "eos_token" : "stop_sequence"
    default: finish.reason
    }
  }
}

// MARK: - Documents

extension MindIEWriter {
  /// Everything that one choice generated.
  struct Choice {
    var text: [UInt8]
    var tokens: [Int]
    var finish: Finish?
  }

  /// Writes a response in one document.
  func writeDocument(_ choices: [Choice], into buffer: inout ByteBuffer) {
    let first = choices.first ?? Choice(text: [], tokens: [])
    switch call.form {
    case .tgi, .generalTGI: writeTGIDocument(first, into: &buffer)
    case .infer: writeInferDocument(first, into: &buffer)
    case .triton: writeTritonDocument(first, into: &buffer)
    case .tritonTokens: writeTensor(first, into: &buffer)
    case .vllm: writeTexts(choices.map { call.prompt.bytes + [0x20] + $0.text }, into: &buffer)
    }
  }

  private func writeTGIDocument(_ choice: Choice, into buffer: inout ByteBuffer) {
    let wraps = call.form == .generalTGI
    if wraps { buffer.writeStaticString("[") }
    buffer.writeStaticString("{")
    if let finish = choice.finish, call.details || call.showsPrompt {
      buffer.writeStaticString(#""details":{"prompt_tokens":"#)
      buffer.writeDecimal(call.prompt.count)
      writeReason(finish, generated: choice.tokens.count, into: &buffer)
      buffer.writeStaticString(#","prefill":"#)
      writeTokenList(call.showsPrompt ? identifiers(of: call.prompt) : [], into: &buffer)
      writeSeed(into: &buffer)
      buffer.writeStaticString(#","tokens":"#)
      writeTokenList(choice.tokens, into: &buffer)
      buffer.writeStaticString("},")
    }
    buffer.writeStaticString(#""generated_text":"#)
    buffer.writeJSON(prefix + choice.text)
    buffer.writeStaticString("}")
    if wraps { buffer.writeStaticString("]") }
  }

  private func writeTokenList(_ tokens: [Int], into buffer: inout ByteBuffer) {
    buffer.writeStaticString("[")
    for (index, token) in tokens.enumerated() {
      if index > 0 { buffer.writeStaticString(",") }
      buffer.writeStaticString(#"{"id":"#)
      buffer.writeDecimal(token)
      buffer.writeStaticString(#","logprob":null,"special":null,"text":null}"#)
    }
    buffer.writeStaticString("]")
  }

  private func writeInferDocument(_ choice: Choice, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#"{"generated_text":"#)
    buffer.writeJSON(choice.text)
    if let finish = choice.finish, call.details {
      buffer.writeStaticString(#","details":{"finish_reason":"#)
      buffer.writeJSON(Self.word(finish))
      buffer.writeStaticString(#","generated_tokens":"#)
      buffer.writeDecimal(choice.tokens.count)
      buffer.writeStaticString(#","generated_token_ids":"#)
      buffer.writeJSON(choice.tokens)
      writeSeed(into: &buffer)
      buffer.writeStaticString("}")
    }
    buffer.writeStaticString("}")
  }

  private func writeTritonDocument(_ choice: Choice, into buffer: inout ByteBuffer) {
    buffer.writeStaticString("{")
    writeTritonHead(choice.text, into: &buffer)
    if let finish = choice.finish, call.details {
      buffer.writeStaticString(#","details":{"finish_reason":"#)
      buffer.writeJSON(Self.word(finish))
      buffer.writeStaticString(#","generated_tokens":"#)
      buffer.writeDecimal(choice.tokens.count)
      buffer.writeStaticString(#","first_token_cost":null,"decode_cost":null,"batch_size":"#)
      buffer.writeJSON(choice.tokens.map { _ in 1 })
      buffer.writeStaticString(#","queue_wait_time":"#)
      buffer.writeJSON(choice.tokens.map { _ in 61 })
      buffer.writeStaticString("}")
    }
    buffer.writeStaticString("}")
  }

  private func writeTensor(_ choice: Choice, into buffer: inout ByteBuffer) {
    buffer.writeStaticString(#"{"id":"#)
    buffer.writeJSON(call.id ?? requestID)
    buffer.writeStaticString(#","outputs":[{"name":"#)
    buffer.writeJSON(call.outputName)
    buffer.writeStaticString(#","shape":[1,"#)
    buffer.writeDecimal(choice.tokens.count)
    buffer.writeStaticString(#"],"datatype":"UINT32","data":"#)
    buffer.writeJSON(choice.tokens)
    buffer.writeStaticString("}]}")
  }

  private func identifiers(of prompt: GenerationRequest.Prompt) -> [Int] {
    prompt.identifiers ?? prompt.pieces.map(Tokenizer.identifier)
  }
}
