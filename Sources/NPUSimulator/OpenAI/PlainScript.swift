internal import NIOCore

/// A response in one document, sent when its last token is due; or the fault that breaks it.
struct PlainScript: ResponseScript {
  private let request: GenerationRequest
  private let behaviour: Behaviour
  private let fault: Fault?
  private let format: WireFormat
  private let renderer: ChunkRenderer
  private var choices: [FullResponseRenderer.Choice] = []
  private var queue: [WireStep] = []
  private var isGenerated = false
  private var isWritten = false
  private(set) var progress = ResponseProgress()

  init(
    _ request: GenerationRequest, _ behaviour: Behaviour, fault: Fault?, identity: ResponseIdentity, format: WireFormat
  ) {
    self.request = request
    self.behaviour = behaviour
    self.fault = fault
    self.format = format
    renderer = ChunkRenderer(request, behaviour, identity)
  }

  mutating func next(now: Int64) -> WireStep {
    if !isGenerated {
      generate()
      var due = behaviour.schedule(seed: SplitMix64.mix(request.seed ?? behaviour.seed, UInt64(format.number)))
        .offset(ofTokens: choices.map(\.pieces.count).max() ?? 0)
      if let fault, fault.kind == .stall {
        guard let duration = fault.duration?.pauseNanoseconds else { return .pauseForever }
        due += duration
      }
      return .pause(until: due)
    }
    if !isWritten {
      isWritten = true
      write(now)
    }
    return queue.isEmpty ? .finish : queue.removeFirst()
  }

  private mutating func generate() {
    isGenerated = true
    for index in 0..<request.choiceCount {
      var generator = ChoiceGenerator(request, behaviour, index: index)
      var pieces: [Piece] = []
      while let piece = generator.next() { pieces.append(piece) }
      choices.append(.init(generator: generator, pieces: pieces))
    }
  }

  private mutating func write(_ now: Int64) {
    progress = ResponseProgress(
      tokens: choices.reduce(0) { $0 + $1.pieces.count }, promptTokens: request.promptTokens,
      finishReasons: choices.compactMap { $0.generator.finish?.reason })
    switch fault?.kind {
    case .errorFirst, .errorEvent:
      queue = [.bytes(format.response(.engine(status: max(400, fault?.status ?? 500))))]
      progress = ResponseProgress(promptTokens: request.promptTokens)
      return
    case .rawTextError:
      let body = ByteBuffer(string: fault?.body ?? "Server internal error")
      queue = [.bytes(format.response(500, body: body))]
      progress = ResponseProgress(promptTokens: request.promptTokens)
      return
    case .reset:
      queue = [.reset]
      return
    default: break
    }
    var body = document()
    if fault?.kind == .invalidJSON || fault?.kind == .corruptBody {
      body.moveWriterIndex(to: max(body.readerIndex, body.writerIndex - 2))
    }
    let type = fault?.kind == .wrongContentType ? fault?.contentType : nil
    var out = ByteBuffer()
    format.writeHead(
      200, contentType: type ?? "application/json", length: .known(body.readableBytes), into: &out)
    switch fault?.kind {
    case .truncate, .cutInsideEvent:
      var half = body.readSlice(length: body.readableBytes / 2) ?? ByteBuffer()
      out.writeBuffer(&half)
      queue = [.bytes(out), .close]
    case .slowHeaders: queue = (fault?.slowSteps(head: out, now: now) ?? []) + [.bytes(body)]
    case .splitBytes, .splitInsideUTF8:
      queue = [.bytes(out)] + BodySplit(fault).parts(of: body).map { .bytes($0) }
    default:
      out.writeBuffer(&body)
      queue = [.bytes(out)]
    }
  }

  private func document() -> ByteBuffer {
    var usage: Usage?
    if behaviour.usage != .never {
      usage = Usage(
        prompt: request.promptTokens, completion: choices.reduce(0) { $0 + $1.pieces.count },
        reasoning: choices.reduce(0) { $0 + $1.generator.reasoned })
    }
    var body = ByteBuffer()
    FullResponseRenderer(renderer).write(choices, usage: usage, into: &body)
    return body
  }
}
