internal import HTTPTypes
internal import NIOCore
internal import NIOSSL
internal import NIOWebSocket
internal import NPUBase
internal import NPUTransport

/// One exchange over a connection of its own: the handshake, one message out, messages in until the service or the
/// observer has enough.
///
/// `@unchecked Sendable`: all that changes is touched on its event loop alone; ``WebSocketTransport`` and the handlers of
/// the channel see to that.
final class WebSocketExchange: @unchecked Sendable {
  /// What was received and not delivered while the observer rested.
  fileprivate enum Held {
    case piece([UInt8], MonotonicInstant)
    case end(TransportError?)
  }

  private enum Stage {
    /// Name, connection, TLS.
    case connecting
    /// The handshake is on its way.
    case opening
    case open
    /// The own closing frame is sent.
    case closing
    case ended
  }

  private let loop: any EventLoop
  private let state: TransferState
  private let message: [UInt8]?
  private let rendering: MessageRendering
  private let handshake = WebSocketHandshake.random()
  private let userAgent: String
  private let onClose: (WebSocketClose) -> Void
  private let onEnd: () -> Void

  private var stage = Stage.connecting
  private var hasBegun = false
  /// Channels that are being connected: a name may have several addresses, which are tried side by side.
  private var attempts: [any Channel] = []
  /// The one that stands.
  private var channel: (any Channel)?
  private var timer: Scheduled<Void>?
  private var reader: ResponseReader
  private var assembler: MessageAssembler
  private var held: [Held] = []
  private var metrics = TransferMetrics()

  /// - Parameters:
  ///   - request: The handshake, complete with what authenticates it, its scheme being `ws` or `wss`.
  ///   - message: What is sent once the connection stands, if anything is.
  ///   - rendering: How messages are handed to the observer.
  ///   - observer: What is told.
  ///   - userAgent: The value of `User-Agent` where the request has none.
  ///   - loop: Where everything happens.
  ///   - onClose: Gets what the service says as it closes the connection.
  ///   - onEnd: Called before the observer is told of the end.
  init(
    _ request: TransferRequest, message: [UInt8]?, rendering: MessageRendering, observer: any TransferObserver,
    userAgent: String, loop: any EventLoop, onClose: @escaping (WebSocketClose) -> Void, onEnd: @escaping () -> Void
  ) {
    self.loop = loop
    self.message = message
    self.rendering = rendering
    self.userAgent = userAgent
    self.onClose = onClose
    self.onEnd = onEnd
    state = TransferState(
      id: 0, request: request, observer: observer, started: .now, newsOfClosing: .zero, onFinishing: { _, _ in })
    reader = ResponseReader(asksForUpgrade: true, headerLimit: request.limits.headerBytes)
    assembler = MessageAssembler(limit: request.limits.lineBytes)
  }

  var request: TransferRequest { state.request }

  // MARK: - From outside, on the loop

  /// Tells of the beginning, and begins to connect.
  ///
  /// - Parameter tls: How connections to `wss` are encrypted.
  func begin(_ tls: NIOSSLContext) {
    guard stage == .connecting else { return }
    hasBegun = true
    state.begin()
    armTimer()
    guard let target = ConnectionTarget(request) else {
      return breakOff(.invalidRequest, "the address names no port from 1 to 65535")
    }
    target.connect(on: loop, self, tls: tls).whenFailure { [weak self] failure in self?.connecting(failed: failure) }
  }

  /// Breaks the exchange off.
  func breakOff(_ kind: TransportError.Kind, _ message: String) { end(error(kind, message)) }

  func resume() {
    guard stage != .ended, state.resume(at: .now) else { return }
    var waiting = held[...]
    held = []
    while let next = waiting.popFirst() {
      switch next {
      case .piece(let bytes, let instant): deliver(bytes, at: instant)
      case .end(let error): return end(error)
      }
      if stage == .ended { return }
      if state.isPaused {
        held = Array(waiting)
        return
      }
    }
    setReading(true)
    armTimer()
  }

  // MARK: - The connection

  /// Takes a channel that is about to be connected, to be closed if nobody wants it any more.
  func attempt(_ channel: any Channel) {
    if stage == .ended { channel.close(promise: nil) } else { attempts.append(channel) }
  }

  private func connecting(failed failure: any Error) {
    guard stage == .connecting else { return }
    let (kind, message) = ConnectionFailure.describe(failure, isConnected: false)
    breakOff(kind, message)
  }

  /// Takes the connection, which stands; TLS may still be to come.
  func connected(_ channel: any Channel) {
    guard stage == .connecting, self.channel == nil else { return channel.close(promise: nil) }
    self.channel = channel
    attempts = []
    metrics.connect = state.started.duration(to: .now)
    metrics.remoteAddress = channel.remoteAddress?.shown
    metrics.localAddress = channel.localAddress?.shown
  }

  /// Whether a channel is that of the exchange, and none that came too late.
  func has(_ channel: any Channel) -> Bool { self.channel === channel }

  /// Sends the handshake over a connection that is ready for it.
  func open(hasTLS: Bool) {
    guard stage == .connecting, let channel else { return }
    let now = MonotonicInstant.now
    if hasTLS { metrics.tls = state.started.duration(to: now) }
    stage = .opening
    state.requestReady(at: now, onKeptConnection: false)
    metrics.requestSent = state.started.duration(to: now)
    armTimer()
    let bytes = handshake.bytes(of: request, userAgent: userAgent)
    metrics.bytesSent += bytes.count
    channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
  }

  /// Takes bytes of the response to the handshake.
  ///
  /// - Returns: What follows a response that begins a WebSocket; `nil` while none has.
  func takeResponse(_ buffer: ByteBuffer, at now: MonotonicInstant) -> ByteBuffer? {
    guard stage == .opening else { return nil }
    metrics.bytesReceived += buffer.readableBytes
    let bytes = Array(buffer.readableBytesView)
    var position = 0
    do throws(ResponseFault) {
      while stage == .opening, let part = try reader.next(in: bytes.span, at: &position) {
        switch part {
        case .head:
          guard let head = reader.head else { return nil }
          note(now)
          if head.status.code == 101 {
            guard agree(to: head, at: now) else { return nil }
            return ByteBuffer(bytes: bytes[position...])
          }
          refuse(with: head, at: now)
        case .body(let range): deliver(Array(bytes[range]), at: now)
        case .end: end(nil, holding: true)
        }
      }
    } catch {
      breakOff(error.kind, error.text(cleanedBy: Redactor(request.head).clean))
    }
    return nil
  }

  private func note(_ now: MonotonicInstant) {
    state.responseBegins(at: now)
    metrics.firstByte = state.started.duration(to: now)
    metrics.httpVersion = reader.version
  }

  /// Takes a response that begins no WebSocket; one that refuses is a response as every other.
  private func refuse(with head: HTTPResponse, at now: MonotonicInstant) {
    guard head.status.kind != .successful else {
      return breakOff(
        .protocolViolation,
        "the service answers the handshake with status \(head.status.code) in place of 101: it speaks no WebSocket there"
      )
    }
    state.deliverSent(at: now)
    state.deliverHead(head, at: now)
  }

  /// Takes a response that begins a WebSocket, and sends the message; false if it is none.
  private func agree(to head: HTTPResponse, at now: MonotonicInstant) -> Bool {
    if let fault = handshake.fault(of: head, to: request) {
      breakOff(.protocolViolation, fault)
      return false
    }
    stage = .open
    // From here on the response is waited for.
    let sent = MonotonicInstant.now
    state.requestReady(at: sent, onKeptConnection: false)
    metrics.requestSent = state.started.duration(to: sent)
    state.deliverSent(at: sent)
    var head = HTTPResponse(status: .ok, headerFields: head.headerFields)
    head.headerFields[.contentType] = rendering.contentType
    state.deliverHead(head, at: sent)
    armTimer()
    return true
  }

  /// Sends the message, once frames can be sent.
  func sendMessage() {
    guard stage == .open, let message else { return }
    write(.text, message)
  }

  // MARK: - Frames

  /// Takes a frame of the service.
  func take(_ frame: WebSocketFrame, at now: MonotonicInstant) {
    guard stage == .open || stage == .closing, !held.contains(where: \.isEnd) else { return }
    let payload = Array(frame.unmaskedData.readableBytesView)
    metrics.bytesReceived += payload.count + 2
    let event: MessageAssembler.Event
    do throws(WebSocketFault) {
      event = try assembler.take(
        .init(
          opcode: UInt8(webSocketOpcode: frame.opcode), isFinal: frame.fin,
          hasReservedBits: !frame.reservedBits.isEmpty,
          isMasked: frame.maskKey != nil, payload: payload))
    } catch {
      return fail(error)
    }
    switch event {
    case .message(let kind, let bytes): receive(rendering.message(kind, bytes), at: now)
    case .fragment, .pong: receive(rendering.silence, at: now)
    case .ping(let bytes):
      // A peer that asks for ever and reads nothing must not fill the memory.
      if stage == .open, channel?.isWritable == true { write(.pong, bytes) }
      receive(rendering.silence, at: now)
    case .close(let close): take(close)
    }
  }

  private func take(_ close: WebSocketClose) {
    onClose(close)
    if stage == .open { write(.connectionClose, Self.payload(close.code)) }
    let isWanted = stage == .closing || close.isClean
    end(
      isWanted ? nil : error(.connectionLost, "the service closed the WebSocket before it was done, \(close)"),
      holding: true)
  }

  /// Takes what the decoder of frames, or the connection, could not stand.
  func take(_ failure: any Error) {
    switch failure {
    case NIOWebSocketError.invalidFrameLength:
      fail(
        WebSocketFault(
          code: 1009, kind: .bodyTooLarge,
          message: "a frame exceeds \(assembler.limit) bytes; raise the limit on lines and events if that is right"))
    case NIOWebSocketError.fragmentedControlFrame, NIOWebSocketError.multiByteControlFrameLength:
      fail(WebSocketFault(code: 1002, message: "a control frame is cut, or has more than 125 bytes"))
    default:
      let (kind, message) = ConnectionFailure.describe(failure, isConnected: stage != .connecting)
      end(error(kind, message), holding: true)
    }
  }

  private func fail(_ fault: WebSocketFault) {
    if stage == .open { write(.connectionClose, Self.payload(Int(fault.code))) }
    end(error(fault.kind, fault.message), holding: true)
  }

  /// Takes note that the connection is gone.
  func disconnected() {
    switch stage {
    case .ended: break
    case .connecting: breakOff(.connectionLost, "the peer closed the connection before it was ready")
    case .opening:
      do throws(ResponseFault) {
        try reader.close()
        end(nil, holding: true)
      } catch {
        end(self.error(error.kind, error.message), holding: true)
      }
    case .closing: end(nil, holding: true)
    case .open:
      end(
        error(.connectionLost, "the connection ended without a closing frame: the service broke off (code 1006)"),
        holding: true)
    }
  }

  private func receive(_ piece: [UInt8], at now: MonotonicInstant) {
    if state.isPaused { held.append(.piece(piece, now)) } else { deliver(piece, at: now) }
  }

  private func deliver(_ piece: [UInt8], at now: MonotonicInstant) {
    guard !state.isPaused else { return held.append(.piece(piece, now)) }
    let isFirst = state.phase == .waiting
    switch state.take(piece.span, at: now) {
    case .goOn:
      if state.cutOff != nil { beginClosing() } else if isFirst { armTimer() }
    case .rest: setReading(false)
    case .breakOff:
      if stage == .open { write(.connectionClose, Self.payload(1001)) }
      end(state.failure.map { error($0.kind, $0.message) })
    }
  }

  /// Says that nothing more is wanted, and waits for the same of the service, for a second at most.
  private func beginClosing() {
    guard stage == .open else { return }
    stage = .closing
    write(.connectionClose, Self.payload(1000))
    armTimer()
  }

  private func write(_ opcode: WebSocketOpcode, _ payload: [UInt8]) {
    metrics.bytesSent += payload.count + 6
    let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: ByteBuffer(bytes: payload))
    channel?.writeAndFlush(frame, promise: nil)
  }

  /// The payload of a closing frame: the code of the peer is given back.
  private static func payload(_ code: Int?) -> [UInt8] {
    code.map { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] } ?? []
  }

  // MARK: - Time

  /// Looks again when the first of the timeouts may have come.
  private func armTimer() {
    timer?.cancel()
    timer = nil
    let deadlines = [state.cutOff, state.nextDeadline].compactMap(\.self)
    guard stage != .ended, let deadline = deadlines.min() else { return }
    // What is longer is looked at again.
    let wait = min(max(.zero, MonotonicInstant.now.duration(to: deadline)), .seconds(24 * 3600))
    timer = loop.scheduleTask(in: .nanoseconds(wait.wholeNanoseconds)) { [weak self] in self?.lookAtTime() }
  }

  private func lookAtTime() {
    let now = MonotonicInstant.now
    if let cutOff = state.cutOff, cutOff <= now { return end(nil) }
    if let (kind, message) = state.timeout(at: now) { return breakOff(kind, message) }
    armTimer()
  }

  private func setReading(_ reads: Bool) {
    // It can only fail on a closed connection, where it no longer matters.
    channel?.setOption(.autoRead, value: reads).whenFailure { _ in }
  }

  // MARK: - The end

  private func error(_ kind: TransportError.Kind, _ message: String) -> TransportError {
    TransportError(kind: kind, message: message, request: request.identity).redacted(by: Redactor(request.head))
  }

  /// Ends the exchange.
  ///
  /// - Parameters:
  ///   - error: What went wrong.
  ///   - holding: Whether what the observer has not taken yet comes first.
  private func end(_ error: TransportError?, holding: Bool = false) {
    guard stage != .ended else { return }
    if holding, state.isPaused { return held.append(.end(error)) }
    stage = .ended
    timer?.cancel()
    held = []
    let now = MonotonicInstant.now
    metrics.total = state.started.duration(to: now)
    for channel in attempts + [channel].compactMap(\.self) { channel.close(promise: nil) }
    (attempts, channel) = ([], nil)
    onEnd()
    if !hasBegun { state.begin() }
    state.end(TransferEnd(error: error, metrics: metrics, instant: now))
  }
}

extension WebSocketExchange.Held {
  /// Whether nothing comes behind it.
  fileprivate var isEnd: Bool { if case .end = self { true } else { false } }
}

extension SocketAddress {
  /// Address and port, or the path of a socket.
  fileprivate var shown: String? {
    if let path = pathname { return path }
    guard let ipAddress, let port else { return nil }
    return ipAddress.contains(":") ? "[\(ipAddress)]:\(port)" : "\(ipAddress):\(port)"
  }
}
