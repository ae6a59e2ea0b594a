internal import NIOCore

/// A response of open length in parts that are due one after another: streamed audio, or the events of either service.
struct TimedScript: ResponseScript {
  /// A part of the body.
  struct Part: Sendable {
    /// When it is sent, in nanoseconds from the response's start.
    var due: Int64
    var body: ByteBuffer
  }

  /// What the parts are, as far as faults must know.
  struct Shape: Sendable {
    var contentType: String
    /// Whether the body is server-sent events.
    var isEvents: Bool
    /// What stands at the end of a whole response.
    var end = ByteBuffer()
  }

  private let shape: Shape
  private let format: WireFormat
  private let split: BodySplit
  private var parts: ArraySlice<Part>
  private var fault: Fault?
  private var queue: [WireStep] = []
  private var sent = 0
  private var shift: Int64 = 0
  private var hasHead = false
  private var hasEnded = false
  /// What endless faults have left to send; nothing for no end.
  private var bytesLeft: Int?
  private var isEndless = false

  var progress: ResponseProgress { ResponseProgress(tokens: sent) }

  init(_ parts: [Part], shape: Shape, fault: Fault?, format: WireFormat) {
    self.parts = parts[...]
    self.shape = shape
    self.fault = fault
    self.format = format
    split = BodySplit(fault)
    bytesLeft = fault?.bytes
  }

  mutating func next(now: Int64) -> WireStep {
    if queue.isEmpty { advance(now) }
    return queue.isEmpty ? .finish : queue.removeFirst()
  }

  private mutating func advance(_ now: Int64) {
    guard !hasEnded else { return }
    guard hasHead else { return writeHead(now) }
    guard !isEndless else { return continueFilling() }
    if let struck = fault, struck.strikesBetweenTokens || struck.kind == .corruptBody, sent >= struck.afterTokens {
      return strike(struck, now)
    }
    guard let part = parts.first else {
      hasEnded = true
      return send(fault?.kind == .noDone || fault?.kind == .noFinish ? ByteBuffer() : shape.end, ending: true)
    }
    let due = part.due + shift
    guard due <= now else {
      queue = [.pause(until: due)]
      return
    }
    parts = parts.dropFirst()
    sent += 1
    send(part.body)
  }

  private mutating func writeHead(_ now: Int64) {
    hasHead = true
    var out = ByteBuffer()
    let type = fault?.kind == .wrongContentType ? fault?.contentType : nil
    format.writeHead(200, contentType: type ?? shape.contentType, length: .open, into: &out)
    if let fault, fault.kind == .slowHeaders {
      queue = fault.slowSteps(head: out, now: now)
    } else {
      queue = [.bytes(out)]
    }
  }

  private mutating func strike(_ struck: Fault, _ now: Int64) {
    fault = nil
    var body = ByteBuffer()
    switch struck.kind {
    case .errorFirst, .errorEvent:
      hasEnded = true
      // Bytes of audio have no way to tell of an error: their response is cut.
      guard shape.isEvents else { return queue.append(.close) }
      ErrorResponse.engine(status: struck.status).writeEvent(into: &body)
      send(body, ending: true)
    case .stall:
      guard let duration = struck.duration?.pauseNanoseconds else { return queue.append(.pauseForever) }
      shift += duration
      queue.append(.pause(until: now + duration))
    case .reset: queue.append(.reset)
    case .truncate: queue.append(.close)
    case .cutInsideEvent:
      hasEnded = true
      var next = parts.first?.body ?? shape.end
      send(next.readSlice(length: next.readableBytes / 2) ?? ByteBuffer(), ending: struck.endsCleanly)
      if !struck.endsCleanly { queue.append(.close) }
    case .invalidJSON, .corruptBody:
      body.writeStaticString("data: {\"audio\":\"!\n\n")
      if shape.isEvents { send(body) } else { queue.append(.close) }
    case .rawTextError:
      hasEnded = true
      body.writeString(struck.body ?? "Failed to get engine response")
      send(body, ending: true)
    case .endlessLine, .hugeBody:
      isEndless = true
      if shape.isEvents { body.writeStaticString("data: {\"audio\":\"") }
      send(body)
    default: break
    }
  }

  private mutating func continueFilling() {
    let count = min(bytesLeft ?? 65_536, 65_536)
    bytesLeft = bytesLeft.map { $0 - count }
    if count > 0 { send(ByteBuffer(repeating: UInt8(ascii: "A"), count: count)) } else { queue.append(.close) }
  }

  /// Queues a part of the body as one write, or as many if it is to be torn.
  private mutating func send(_ body: ByteBuffer, ending: Bool = false) {
    queue += split.writes(of: body, format, ending: ending).map(WireStep.bytes)
    if queue.isEmpty, !ending { queue.append(.pause(until: 0)) }
  }
}
