internal import NIOCore

/// A streamed response in one of MindIE's own protocols: head, events as their tokens fall due, end; or the fault that
/// breaks it.
struct MindIEStreamScript: ResponseScript {
  private let writer: MindIEWriter
  private let format: WireFormat
  private let schedule: TokenSchedule
  private let split: BodySplit
  private let repeatsText: Bool
  private let wholeFault: Fault?
  /// The fault that strikes between tokens, until it has struck.
  private var fault: Fault?
  private var choices: [Choice]
  private var queue: [WireStep] = []
  private var hasHead = false
  private var hasEnded = false
  private var isEndless = false
  private var bytesLeft: Int?
  private var shift: Int64 = 0
  private var events = 0
  private var tokens = 0
  private var lastDue: Int64 = 0

  /// One choice and what was sent of it.
  private struct Choice {
    var generator: ChoiceGenerator
    var text: [UInt8] = []
    var isFinished = false
  }

  init(_ call: MindIECall, _ behaviour: Behaviour, fault: Fault?, requestID: String, format: WireFormat) {
    writer = MindIEWriter(call: call, bareTokenIDs: behaviour.mindie.bareTokenIDs, requestID: requestID)
    self.format = format
    let seed = SplitMix64.mix(call.generation.seed ?? behaviour.seed, UInt64(format.number))
    schedule = behaviour.schedule(seed: seed)
    split = BodySplit(fault)
    repeatsText = behaviour.mindie.fullText
    wholeFault = fault
    self.fault = fault
    bytesLeft = fault?.bytes
    choices = (0..<call.generation.choiceCount).map {
      Choice(generator: ChoiceGenerator(call.generation, behaviour, index: $0))
    }
  }

  var progress: ResponseProgress {
    ResponseProgress(
      tokens: tokens, promptTokens: writer.call.generation.promptTokens,
      finishReasons: choices.compactMap { $0.isFinished ? $0.generator.finish?.reason : nil })
  }

  mutating func next(now: Int64) -> WireStep {
    if queue.isEmpty { advance(now) }
    return queue.isEmpty ? .finish : queue.removeFirst()
  }

  private mutating func advance(_ now: Int64) {
    guard !hasEnded else { return }
    guard hasHead else { return writeHead(now) }
    guard !isEndless else { return continueFilling() }
    let due = schedule.offset(ofChunk: events) + shift
    if let fault, fault.strikesBetweenTokens, events >= fault.afterTokens, fault.kind == .stall || due <= now {
      return strike(fault, now)
    }
    guard due <= now else {
      queue = [.pause(until: due)]
      return
    }
    var body = ByteBuffer()
    writeEvent(due: due, into: &body)
    if choices.allSatisfy(\.isFinished) { hasEnded = true }
    send(body, ending: hasEnded)
  }

  private mutating func writeHead(_ now: Int64) {
    hasHead = true
    var out = ByteBuffer()
    let type = wholeFault?.kind == .wrongContentType ? wholeFault?.contentType : nil
    format.writeHead(200, contentType: type ?? "text/event-stream", length: .open, into: &out)
    queue = wholeFault?.kind == .slowHeaders ? wholeFault?.slowSteps(head: out, now: now) ?? [] : [.bytes(out)]
  }

  /// Generates the tokens of one step and writes their event.
  private mutating func writeEvent(due: Int64, into body: inout ByteBuffer) {
    var texts: [[UInt8]] = []
    var identifiers: [Int] = []
    for index in choices.indices {
      var fresh: [UInt8] = []
      var count = 0
      while count < schedule.tokensPerChunk, let piece = choices[index].generator.next() {
        fresh += piece.text
        if index == 0 { identifiers.append(Tokenizer.identifier(of: piece.token)) }
        count += 1
      }
      tokens += count
      choices[index].text += fresh
      choices[index].isFinished = choices[index].generator.finish != nil
      texts.append(repeatsText ? choices[index].text : fresh)
    }
    let finish = choices.first?.isFinished == true ? choices.first?.generator.finish : nil
    let shows = wholeFault?.kind != .noFinish && wholeFault?.kind != .noDone
    let event = MindIEWriter.Event(
      texts: texts, tokens: identifiers, generated: choices.first?.generator.produced ?? 0,
      whole: finish != nil && shows ? choices.first?.text : nil, finish: shows ? finish : nil, isFirst: events == 0,
      milliseconds: Int((due - lastDue) / 1_000_000))
    writer.write(event, into: &body)
    lastDue = due
    events += 1
  }

  /// Queues a part of the body as one write, or as many if it is to be torn.
  private mutating func send(_ body: ByteBuffer, ending: Bool = false) {
    queue += split.writes(of: body, format, ending: ending).map(WireStep.bytes)
    if queue.isEmpty, !ending { queue.append(.pause(until: 0)) }
  }
}

extension MindIEStreamScript {
  private mutating func strike(_ struck: Fault, _ now: Int64) {
    fault = nil
    var body = ByteBuffer()
    switch struck.kind {
    case .errorFirst, .errorEvent, .rawTextError:
      // Once a stream has begun MindIE has no other way to tell of an error: its plain words, and the end.
      hasEnded = true
      body.writeString(struck.body ?? "Failed to get engine response")
      send(body, ending: true)
    case .stall:
      guard let duration = struck.duration?.pauseNanoseconds else { return queue.append(.pauseForever) }
      shift += duration
      queue.append(.pause(until: now + duration))
    case .reset: queue.append(.reset)
    case .truncate: queue.append(.close)
    case .cutInsideEvent:
      hasEnded = true
      writeEvent(due: now, into: &body)
      send(body.readSlice(length: body.readableBytes / 2) ?? ByteBuffer(), ending: struck.endsCleanly)
      if !struck.endsCleanly { queue.append(.close) }
    case .invalidJSON:
      writeBeginning(into: &body)
      if writer.call.form == .vllm { body.writeInteger(UInt8(0)) } else { body.writeStaticString("\n\n") }
      send(body)
    case .endlessLine, .hugeBody:
      isEndless = true
      writeBeginning(into: &body)
      send(body)
    default: queue.append(.pause(until: now))
    }
  }

  /// Writes the beginning of an event that is no JSON as it stands.
  private func writeBeginning(into body: inout ByteBuffer) {
    switch writer.call.form {
    case .vllm: body.writeStaticString(#"{"text":[""#)
    case .triton, .tritonTokens: body.writeStaticString(#"data:{"text_output":""#)
    case .tgi, .generalTGI, .infer: body.writeStaticString(#"data: {"token":{"text":""#)
    }
  }

  private mutating func continueFilling() {
    let count = min(bytesLeft ?? 65_536, 65_536)
    bytesLeft = bytesLeft.map { $0 - count }
    if count > 0 { send(ByteBuffer(repeating: UInt8(ascii: "a"), count: count)) } else { queue.append(.close) }
  }
}
