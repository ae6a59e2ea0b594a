internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// The services that make images: the diffusers shape, OpenAI's, and the files that responses name.
final class ImageService: Sendable {
  private enum Kind: Sendable, Hashable {
    /// The diffusers shape.
    case diffusers
    /// OpenAI's shape.
    case openAI
    /// OpenAI's changes of an image, a form.
    case edit
    /// OpenAI's images like another one, a form.
    case variation
  }

  /// The weights that a request named last.
  private let keptWeights = Mutex<String?>(nil)

  var routes: [Route] {
    [
      .post("/generate") { [self] in respond(&$0, .diffusers) },
      .post("/v1/images/generations") { [self] in respond(&$0, .openAI) },
      .form("/v1/images/edits") { [self] in respond(&$0, .edit) },
      .form("/v1/images/variations") { [self] in respond(&$0, .variation) },
      .get("/images/*") { Self.file($0) },
    ]
  }

  private func respond(_ context: inout RequestContext, _ kind: Kind) -> Response {
    do throws(Refusal) {
      let document = try Self.document(context, kind)
      do {
        try context.override(with: document)
      } catch {
        return .fixed(context.format.response(error))
      }
      let reader = ImageRequestReader(
        document: document, behaviour: context.behaviour,
        chance: SplitMix64.mix(context.behaviour.seed, UInt64(context.number), 0x696D_67),
        isCrowded: context.load.running > 0)
      let call: ImageCall
      switch kind {
      case .diffusers:
        call = remembering(try reader.diffusers(), document["lora_path"]?.stringValue, context.behaviour)
      case .openAI: call = remembering(try reader.openAI(), document["lora"]?.stringValue, context.behaviour)
      case .edit, .variation:
        guard let form = context.request.form else {
          throw .field("image", type: "missing", message: "Field required")
        }
        call = try reader.form(form, needsPrompt: kind == .edit)
      }
      return Self.response(to: call, context)
    } catch {
      return .refusal(context.format.response(error))
    }
  }

  /// The call, changed by weights that an earlier one has left behind.
  private func remembering(_ call: ImageCall, _ weights: String?, _ behaviour: Behaviour) -> ImageCall {
    guard behaviour.has(.keepsLoRA) else { return call }
    let kept = keptWeights.withLock { kept in
      kept = weights ?? kept
      return kept
    }
    guard weights == nil, let kept else { return call }
    var call = call
    call.prompt += "\u{1F}kept=\(kept)"
    return call
  }

  private static func response(to call: ImageCall, _ context: RequestContext) -> Response {
    let (behaviour, format) = (context.behaviour, context.format)
    let index = context.nextGeneration()
    let fault = behaviour.fault(forRequest: index)
    let host = context.request.head.headers.first(name: "host") ?? "localhost"
    let response = ImageResponse(call: call, created: WallTime.seconds, base: "http://\(host)")
    let script =
      fault?.script(streams: false, format: format, contentType: "image/png")
      ?? DocumentScript(due: due(call, index, behaviour), fault: fault, format: format) { response.document() }
    return Response(
      script: script, fault: fault, isGeneration: true,
      concurrencyLimit: behaviour.images.concurrency ?? behaviour.maxConcurrency)
  }

  /// How long a call takes, varied by the jitter.
  private static func due(_ call: ImageCall, _ index: Int, _ behaviour: Behaviour) -> Int64 {
    let whole = behaviour.images.nanoseconds(steps: call.steps, images: call.count)
    let chance = SplitMix64.unit(SplitMix64.mix(behaviour.seed, 0x6A69_7474_6572, UInt64(truncatingIfNeeded: index)))
    return Int64(Double(whole) * (1 + min(max(0, behaviour.jitter), 1) * (2 * chance - 1)))
  }

  private static func document(_ context: RequestContext, _ kind: Kind) throws(Refusal) -> JSONValue {
    if kind == .edit || kind == .variation { return .null }
    guard context.request.isJSON else {
      throw kind == .diffusers
        ? .page(status: 415)
        : .field("body", type: "model_attributes_type", message: "Input should be a valid dictionary")
    }
    do {
      return try JSONParser.parse(context.request.bytes)
    } catch {
      if context.behaviour.has(.acceptsMalformedJSON) {
        return .object([.init(key: "prompt", value: .string("a cat"))])
      }
      throw kind == .diffusers ? .page(status: 400) : .field("body", type: "json_invalid", message: "JSON decode error")
    }
  }

  /// One file that a response named.
  private static func file(_ context: RequestContext) -> Response {
    let format = context.format
    guard let painter = ImagePainter(fileName: context.name),
      painter.width * painter.height <= ImageBehaviour.mostPixels
    else {
      return .fixed(format.response(.detail(status: 404, "Not Found")))
    }
    return Response(
      script: DocumentScript(due: 0, fault: nil, format: format) {
        .init(contentType: "image/png", body: ByteBuffer(bytes: painter.png()))
      })
  }
}
