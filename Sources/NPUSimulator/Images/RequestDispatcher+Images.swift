internal import NIOCore
internal import NIOHTTP1

extension RequestDispatcher {
  /// The answer to a request for images.
  mutating func images(_ kind: ImageRoute) -> Decision {
    do throws(ImageRefusal) {
      let document = try imageDocument(kind)
      let form = request.form
      do {
        try override(with: document)
      } catch {
        return fixed(format.response(error))
      }
      let reader = ImageRequestReader(
        document: document, behaviour: behaviour, chance: SplitMix64.mix(behaviour.seed, UInt64(number), 0x696D_67),
        isCrowded: state.withValues { $0.admission.running } > 0)
      switch kind {
      case .diffusers: return answer(remembering(try reader.diffusers(), document["lora_path"]?.stringValue))
      case .openAI: return answer(remembering(try reader.openAI(), document["lora"]?.stringValue))
      case .edit, .variation:
        guard let form else { throw .field("image", type: "missing", message: "Field required") }
        return answer(try reader.form(form, needsPrompt: kind == .edit))
      }
    } catch {
      state.withValues { $0.hasRefused = true }
      return fixed(response(error))
    }
  }

  /// The call, changed by weights that an earlier one has left behind.
  private func remembering(_ call: ImageCall, _ weights: String?) -> ImageCall {
    guard behaviour.has(.keepsLoRA) else { return call }
    let kept = state.withValues { values in
      values.keptWeights = weights ?? values.keptWeights
      return values.keptWeights
    }
    guard weights == nil, let kept else { return call }
    var call = call
    call.prompt += "\u{1F}kept=\(kept)"
    return call
  }

  private func answer(_ call: ImageCall) -> Decision {
    let index = state.withValues { values in
      defer { values.counters.generations += 1 }
      return values.counters.generations
    }
    let fault = behaviour.fault(forRequest: index)
    let limit = behaviour.images.concurrency ?? behaviour.maxConcurrency
    if let fault, let script = GenerationAnswer.broken(fault, streams: false, format: format, contentType: "image/png")
    {
      return Decision(script: script, fault: fault, isGeneration: true, concurrencyLimit: limit)
    }
    let host = request.head.headers.first(name: "host") ?? "localhost"
    let answer = ImageAnswer(call: call, created: SimulatorState.wallSeconds, base: "http://\(host)")
    let script = DocumentScript(due: due(call, index), fault: fault, format: format) { answer.document() }
    return Decision(script: script, fault: fault, isGeneration: true, concurrencyLimit: limit)
  }

  /// How long a call takes, varied by the jitter.
  private func due(_ call: ImageCall, _ index: Int) -> Int64 {
    let whole = behaviour.images.nanoseconds(steps: call.steps, images: call.count)
    let chance = SplitMix64.unit(SplitMix64.mix(behaviour.seed, 0x6A69_7474_6572, UInt64(truncatingIfNeeded: index)))
    return Int64(Double(whole) * (1 + min(max(0, behaviour.jitter), 1) * (2 * chance - 1)))
  }

  private func imageDocument(_ kind: ImageRoute) throws(ImageRefusal) -> JSONValue {
    if kind == .edit || kind == .variation { return .null }
    guard request.isJSON else {
      throw kind == .diffusers
        ? .page(status: 415)
        : .field("body", type: "model_attributes_type", message: "Input should be a valid dictionary")
    }
    do {
      return try JSONParser.parse(request.bytes)
    } catch {
      if behaviour.has(.acceptsMalformedJSON) { return .object([.init(key: "prompt", value: .string("a cat"))]) }
      throw kind == .diffusers ? .page(status: 400) : .field("body", type: "json_invalid", message: "JSON decode error")
    }
  }

  /// The answer to a request that is refused.
  func response(_ refusal: ImageRefusal) -> ByteBuffer {
    switch refusal {
    case .page(let status):
      let title =
        switch status {
        case 400: "400 Bad Request"
        case 415: "415 Unsupported Media Type"
        default: "\(status) Internal Server Error"
        }
      let page = "<!doctype html>\n<html lang=en>\n<title>\(title)</title>\n<h1>\(title.dropFirst(4))</h1>\n"
      return format.response(status, contentType: "text/html; charset=utf-8", body: ByteBuffer(string: page))
    case .detail(let status, let text):
      var body = ByteBuffer()
      body.writeStaticString(#"{"detail":"#)
      body.writeJSON(text)
      body.writeStaticString("}")
      return format.response(status, body: body)
    case .field(let field, let type, let message):
      var body = ByteBuffer()
      body.writeStaticString(#"{"detail":[{"type":"#)
      body.writeJSON(type)
      body.writeStaticString(#","loc":["body","#)
      body.writeJSON(field)
      body.writeStaticString(#"],"msg":"#)
      body.writeJSON(message)
      body.writeStaticString(#","input":null}]}"#)
      return format.response(422, body: body)
    }
  }

  /// One file that an answer named.
  func imageFile(_ name: String) -> Decision {
    guard let painter = ImagePainter(fileName: name), painter.width * painter.height <= ImageBehaviour.mostPixels else {
      return fixed(response(.detail(status: 404, "Not Found")))
    }
    return Decision(
      script: DocumentScript(due: 0, fault: nil, format: format) {
        .init(contentType: "image/png", body: ByteBuffer(bytes: painter.png()))
      })
  }
}
