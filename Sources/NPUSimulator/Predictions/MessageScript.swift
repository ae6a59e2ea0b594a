internal import NIOCore
internal import NIOWebSocket

/// A response as messages of a WebSocket that are due one after another; or the fault that breaks it.
struct MessageScript: ResponseScript {
  private let prediction: Prediction
  private let style: WebSocketBehaviour
  private let split: BodySplit
  private var fault: Fault?
  private var queue: [WireStep] = []
  private var sent = 0
  private var shift: Int64 = 0
  private var hasEnded = false
  private var isFinished = false
  /// What a message without an end has left to send; nothing for no end.
  private var bytesLeft: Int?
  private var isEndless = false

  init(_ prediction: Prediction) {
    self.prediction = prediction
    style = prediction.behaviour.webSocket
    fault = prediction.fault
    split = BodySplit(fault)
    bytesLeft = fault?.bytes
  }

  var progress: ResponseProgress {
    ResponseProgress(
      tokens: sent, promptTokens: prediction.promptTokens, finishReasons: isFinished ? [prediction.finishReason] : [])
  }

  mutating func next(now: Int64) -> WireStep {
    if queue.isEmpty { advance(now) }
    return queue.isEmpty ? .finish : queue.removeFirst()
  }

  private mutating func advance(_ now: Int64) {
    guard !hasEnded else { return }
    guard !isEndless else { return goOn() }
    if let struck = fault, struck.strikesMessages, sent >= struck.afterTokens { return strike(struck, now) }
    guard sent < prediction.events.count else { return end() }
    let event = prediction.events[sent]
    guard event.due + shift <= now else {
      queue = [.pause(until: event.due + shift)]
      return
    }
    sent += 1
    queue = frames(of: event.json)
    if let every = style.pingEvery, sent % every == 0 {
      queue.append(.bytes(ServerFrame(.ping, Array("ping".utf8)).bytes))
    }
  }

  private mutating func end() {
    hasEnded = true
    isFinished = true
    switch style.ending {
    case _ where fault?.kind == .noDone || fault?.kind == .noFinish: queue = [.pauseForever]
    case .none: queue = [.pauseForever]
    case .done: queue = frames(of: prediction.done)
    case .close: queue = [.bytes(ServerFrame.close(style.closeCode, "")), .close]
    }
  }

  private mutating func strike(_ struck: Fault, _ now: Int64) {
    fault = nil
    switch struck.kind {
    case .stall:
      guard let duration = struck.duration?.pauseNanoseconds else { return queue = [.pauseForever] }
      shift += duration
      queue = [.pause(until: now + duration)]
    case .reset: queue = [.reset]
    case .truncate, .emptyBody: queue = [.close]
    case .cutInsideEvent:
      let next = prediction.events.dropFirst(sent).first?.json ?? prediction.done
      var frame = ServerFrame.text(next)
      let half = frame.readSlice(length: frame.readableBytes / 2) ?? ByteBuffer()
      queue = [.bytes(half), .close]
    case .invalidJSON, .corruptBody: queue = frames(of: ByteBuffer(string: #"{"token": "!"#))
    case .rawTextError: queue = frames(of: ByteBuffer(string: struck.body ?? "Failed to get engine response"))
    case .endlessLine, .hugeBody:
      isEndless = true
      queue = [.bytes(ServerFrame(.text, Array(#"{"token": ""#.utf8), isFinal: false).bytes)]
    case .noResponse: queue = [.pauseForever]
    default:
      hasEnded = true
      var body = ByteBuffer()
      ErrorResponse.engine(status: struck.status).write(.vllm, into: &body)
      queue = frames(of: body) + [.bytes(ServerFrame.close(1011, "engine failed")), .close]
    }
  }

  /// Goes on with a message that does not end.
  private mutating func goOn() {
    let count = min(bytesLeft ?? 65_536, 65_536)
    bytesLeft = bytesLeft.map { $0 - count }
    guard count > 0 else {
      isEndless = false
      return queue = [.bytes(ServerFrame(.continuation, Array(#""}"#.utf8)).bytes)]
    }
    queue = [
      .bytes(ServerFrame(.continuation, [UInt8](repeating: UInt8(ascii: "a"), count: count), isFinal: false).bytes)
    ]
  }

  /// A message in one frame, or in as many as it is to be cut into.
  private func frames(of message: ByteBuffer) -> [WireStep] {
    var parts = split.parts(of: message).map { Array($0.readableBytesView) }
    if let most = style.frameBytes {
      parts = parts.flatMap { part in
        stride(from: 0, to: part.count, by: most).map { Array(part[$0..<min($0 + most, part.count)]) }
      }
    }
    return parts.enumerated().map { index, part in
      .bytes(ServerFrame(index == 0 ? .text : .continuation, part, isFinal: index == parts.count - 1).bytes)
    }
  }
}

extension Fault {
  /// Whether the fault happens in a response of messages; torn bytes and a missing end do so elsewhere.
  fileprivate var strikesMessages: Bool {
    switch kind {
    case .splitBytes, .splitInsideUTF8, .noDone, .noFinish, .closeOnAccept: false
    default: true
    }
  }
}
