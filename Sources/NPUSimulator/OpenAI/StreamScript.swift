internal import NIOCore

/// A streamed response: head, role, tokens as they fall due, finish, usage, end mark; or the fault that breaks it.
struct StreamScript: ResponseScript {
  private enum Phase {
    case head
    case tokens
    case endlessLine
    case ended
  }

  /// Events that are due together go out in one write up to about this many bytes.
  static let writeSize = 49_152

  private let request: GenerationRequest
  private let renderer: ChunkRenderer
  private let format: WireFormat
  private let schedule: TokenSchedule
  private let options: StreamOptions
  private let split: BodySplit
  private let wholeFault: Fault?
  /// The fault that strikes between tokens, until it has struck.
  private var fault: Fault?
  private var choices: [ChoiceStream]
  private var phase = Phase.head
  private var queue: [WireStep] = []
  private var shift: Int64 = 0
  private var produced = 0
  private var bytesLeft: Int?

  init(
    _ request: GenerationRequest, _ behaviour: Behaviour, fault: Fault?, identity: ResponseIdentity, format: WireFormat
  ) {
    self.request = request
    self.format = format
    let renderer = ChunkRenderer(request, behaviour, identity)
    self.renderer = renderer
    schedule = behaviour.schedule(seed: SplitMix64.mix(request.seed ?? behaviour.seed, UInt64(format.number)))
    options = StreamOptions(request, behaviour, fault: fault)
    split = BodySplit(fault)
    wholeFault = fault
    self.fault = fault
    choices = (0..<request.choiceCount).map { ChoiceStream(request, behaviour, renderer, index: $0) }
    bytesLeft = fault?.bytes
  }

  var progress: ResponseProgress {
    ResponseProgress(
      tokens: choices.reduce(0) { $0 + $1.generator.produced }, promptTokens: request.promptTokens,
      finishReasons: choices.compactMap { $0.finishIsWritten ? $0.generator.finish?.reason : nil })
  }

  mutating func next(now: Int64) -> WireStep {
    while true {
      if !queue.isEmpty { return queue.removeFirst() }
      switch phase {
      case .head: writeHead(now)
      case .tokens: advance(now)
      case .endlessLine: continueLine()
      case .ended: return .finish
      }
    }
  }

  private mutating func writeHead(_ now: Int64) {
    phase = .tokens
    var out = ByteBuffer()
    let type = wholeFault?.kind == .wrongContentType ? wholeFault?.contentType : nil
    format.writeHead(
      200, contentType: type ?? "text/event-stream; charset=utf-8", length: .open, into: &out)
    if let fault, fault.kind == .slowHeaders {
      queue += fault.slowSteps(head: out, now: now)
    } else if !options.roleChunk || split != .none {
      queue.append(.bytes(out))
    }
    guard options.roleChunk || (request.echo && request.kind == .completion) else {
      if queue.isEmpty { queue.append(.bytes(out)) }
      return
    }
    var body = ByteBuffer()
    for index in choices.indices {
      if options.roleChunk {
        let usage = options.continuousUsage ? choices[index].usage(prompt: options.promptTokens) : nil
        renderer.writeRole(choice: index, usage: usage, into: &body)
        if request.echo { renderer.writeEcho(choice: index, into: &body) }
      } else {
        choices[index].writeEcho(request, renderer, into: &body)
      }
    }
    if queue.isEmpty {
      format.frame(&body, into: &out)
      queue.append(.bytes(out))
    } else {
      send(body)
    }
  }

  private mutating func advance(_ now: Int64) {
    var body = ByteBuffer()
    if schedule.isImmediate { body.reserveCapacity(Self.writeSize + 4096) }
    while body.readableBytes < Self.writeSize {
      if choices.allSatisfy(\.isFinished) {
        writeEnding(into: &body)
        return
      }
      let due = schedule.offset(ofChunk: produced / schedule.tokensPerChunk) + shift
      if strikes(before: due, now: now) {
        send(body)
        strike(now)
        return
      }
      guard due <= now else {
        send(body)
        queue.append(.pause(until: due))
        return
      }
      writeTokens(into: &body)
    }
    send(body)
  }

  private mutating func writeTokens(into body: inout ByteBuffer) {
    var count = schedule.tokensPerChunk - produced % schedule.tokensPerChunk
    if let fault, fault.strikesBetweenTokens, fault.afterTokens > produced {
      count = min(count, fault.afterTokens - produced)
    }
    for index in choices.indices where !choices[index].isFinished {
      choices[index].write(upTo: count, options, renderer, into: &body)
    }
    produced += count
  }

  private mutating func writeEnding(into body: inout ByteBuffer) {
    phase = .ended
    if options.usageChunk {
      let usage = choices.reduce(into: Usage(prompt: options.promptTokens, completion: 0)) {
        $0.completion += $1.generator.produced
        $0.reasoning += $1.generator.reasoned
      }
      renderer.writeUsage(usage, into: &body)
    }
    if wholeFault?.kind != .noDone { renderer.writeDone(into: &body) }
    send(body, ending: true)
  }

  /// Queues a part of the body as one write, or as many if it is to be torn.
  private mutating func send(_ body: ByteBuffer, ending: Bool = false) {
    queue += split.writes(of: body, format, ending: ending).map(WireStep.bytes)
  }
}

extension StreamScript {
  /// Whether the fault comes now.
  ///
  /// A silence begins as soon as the tokens before it are sent, other faults when the
  /// token in whose place they stand is due.
  private func strikes(before due: Int64, now: Int64) -> Bool {
    guard let fault, fault.strikesBetweenTokens, produced >= fault.afterTokens else { return false }
    return fault.kind == .stall || due <= now
  }

  private mutating func strike(_ now: Int64) {
    guard let struck = fault else { return }
    fault = nil
    var body = ByteBuffer()
    switch struck.kind {
    case .errorFirst, .errorEvent:
      phase = .ended
      ErrorResponse.engine(status: struck.status).writeEvent(into: &body)
      renderer.writeDone(into: &body)
      send(body, ending: true)
    case .stall:
      guard let duration = struck.duration?.pauseNanoseconds else {
        queue.append(.pauseForever)
        return
      }
      shift += duration
      queue.append(.pause(until: now + duration))
    case .reset: queue.append(.reset)
    case .truncate: queue.append(.close)
    case .cutInsideEvent:
      phase = .ended
      for index in choices.indices.prefix(1) { choices[index].write(upTo: 1, options, renderer, into: &body) }
      // The token's event alone: a finish chunk may stand behind it.
      let event = body.readableBytesView.firstIndex(of: UInt8(ascii: "\n")).map { $0 - body.readerIndex }
      let half = body.readSlice(length: (event ?? body.readableBytes) / 2) ?? body
      send(half, ending: struck.endsCleanly)
      if !struck.endsCleanly { queue.append(.close) }
    case .invalidJSON:
      body.writeStaticString("data: {\"id\":\"broken\",\"choices\":[{\n\n")
      send(body)
    case .rawTextError:
      phase = .ended
      body.writeString(struck.body ?? "Failed to get engine response")
      send(body, ending: true)
    case .endlessLine:
      phase = .endlessLine
      body.writeStaticString("data: {\"id\":\"endless\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"")
      send(body)
    case .hugeBody: writeHugeEvents(struck)
    default: break
    }
  }

  private mutating func continueLine() {
    let count = min(bytesLeft ?? 65_536, 65_536)
    bytesLeft = bytesLeft.map { $0 - count }
    if count > 0 { send(ByteBuffer(repeating: UInt8(ascii: "a"), count: count)) } else { queue.append(.close) }
  }

  /// Sends content chunks of a mebibyte until the bytes are used up, then goes on with the tokens.
  private mutating func writeHugeEvents(_ struck: Fault) {
    let count = min(bytesLeft ?? 1 << 20, 1 << 20)
    guard count > 0 else { return }
    bytesLeft = bytesLeft.map { $0 - count }
    fault = struck
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: count)
    var body = ByteBuffer()
    renderer.write(.init(choice: 0, pieces: [Piece(kind: .content, text: text, token: [])]), into: &body)
    send(body)
  }
}
