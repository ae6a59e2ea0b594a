internal import HTTPTypes
internal import NPUBase
internal import SystemPackage

/// One exchange over a connection that is read and written directly, without libcurl.
///
/// Created, used and ended on the network thread alone.
final class DirectTransfer {
  /// What is to be done with the connection after bytes were taken.
  enum Outcome {
    /// It is read on.
    case open
    /// It is not read until the observer goes on.
    case resting
    /// The response is whole.
    case ended(reusable: Bool)
    /// The exchange is broken off.
    case broken
  }

  let state: TransferState
  let connection: DirectConnection
  let head: RequestHead

  private var reader: ResponseReader
  private var decoder: BodyDecoder?
  private var statusLinesSeen = 0
  /// What is written: the head with a small body, or the head alone.
  private let outgoing: [UInt8]
  private var bytesSent = 0
  /// Whether nothing more is written, since all was or the rest is of no use.
  private(set) var sendingIsOver = false
  private var sentAt: MonotonicInstant?
  /// What was read and not delivered before the observer rested, and before it what was not even unpacked.
  private var kept: [UInt8] = []
  private var keptPacked: [UInt8]?

  init(state: TransferState, connection: DirectConnection, head: RequestHead) {
    self.state = state
    self.connection = connection
    self.head = head
    reader = ResponseReader(
      answersHead: state.request.head.method == .head, headerLimit: state.request.limits.headerBytes)
    if case .bytes(let body) = state.request.body, !state.sendsBodyApart {
      outgoing = head.bytes + body
    } else {
      outgoing = head.bytes
    }
  }

  // MARK: - Writing

  /// Notes that the request is about to be written.
  func begin(at now: MonotonicInstant, onKeptConnection: Bool) {
    sentAt = now
    state.requestReady(at: now, onKeptConnection: onKeptConnection)
    if !state.sendsBodyApart { state.deliverSent(at: now) }
  }

  /// The most that is written at one time, so that no other exchange waits for a long body.
  private static let mostAtOnce = 256 << 10

  /// Writes as much of the request as the system takes, up to 256 KiB.
  ///
  /// - Returns: The error of the system that ends the exchange; a peer that is gone is none, because what it has sent
  ///   before can still be read.
  func send() -> Errno? {
    let body: [UInt8] = if state.sendsBodyApart, case .bytes(let body) = state.request.body { body } else { [] }
    var room = Self.mostAtOnce
    while !sendingIsOver, room > 0 {
      let isHead = bytesSent < outgoing.count
      let result =
        isHead
        ? write(outgoing, from: bytesSent, atMost: room) : write(body, from: bytesSent - outgoing.count, atMost: room)
      switch result {
      case .bytes(let count):
        bytesSent += count
        room -= count
        if !isHead { state.bodyWritten(at: .now) }
        if bytesSent == outgoing.count + body.count {
          sendingIsOver = true
          state.deliverSent(at: .now)
        }
      case .end, .later: return nil
      case .failed(let error):
        guard error == .brokenPipe || error == .connectionReset else { return error }
        sendingIsOver = true
      }
    }
    return nil
  }

  private func write(_ bytes: [UInt8], from start: Int, atMost room: Int) -> DirectConnection.Result {
    unsafe bytes.withUnsafeBytes {
      unsafe connection.write(UnsafeRawBufferPointer(rebasing: $0[start...].prefix(room)))
    }
  }

  /// Whether all of the request was written.
  private var isSent: Bool {
    let apart = if state.sendsBodyApart { state.request.body.bytesInMemory } else { 0 }
    return bytesSent == outgoing.count + apart
  }

  // MARK: - Reading

  /// Takes bytes that were read at an instant.
  func feed(_ bytes: Span<UInt8>, at now: MonotonicInstant, _ room: ReadingRoom) -> Outcome {
    var position = 0
    if !state.headDelivered, !bytes.isEmpty { state.noteResponseBytes() }
    do throws(ResponseFault) {
      while let part = try reader.next(in: bytes, at: &position) {
        switch part {
        case .head: takeHead(at: now)
        case .body(let range):
          switch takePiece(bytes.extracting(range), at: now, room) {
          case .goOn: break
          case .rest:
            kept.append(copying: bytes.extracting(position..<bytes.count))
            return .resting
          case .breakOff: return .broken
          }
        case .end:
          return whole(reusable: reader.keepsConnection && position == bytes.count && isSent)
        }
      }
    } catch {
      noteStatusLines(at: now)
      return broken(error)
    }
    if !state.headDelivered { noteStatusLines(at: now) }
    return .open
  }

  /// Takes note that the peer has closed its side.
  func peerClosed() -> Outcome {
    do throws(ResponseFault) {
      try reader.close()
      return whole(reusable: false)
    } catch {
      return broken(error)
    }
  }

  /// Takes note that the system knows nothing more of the peer.
  func connectionFailed(_ error: Errno) -> Outcome {
    broken(
      ResponseFault(kind: .connectionLost, message: "the connection was lost: \(error) (errno \(error.rawValue))"))
  }

  /// Goes on after a pause with what was kept meanwhile.
  func resume(at now: MonotonicInstant, _ room: ReadingRoom) -> Outcome {
    guard state.resume(at: now) else { return .open }
    if let packed = keptPacked {
      keptPacked = nil
      switch takePiece(packed.span, at: now, room) {
      case .goOn: break
      case .rest: return .resting
      case .breakOff: return .broken
      }
    }
    let bytes = kept
    kept = []
    return feed(bytes.span, at: now, room)
  }

  private func broken(_ fault: ResponseFault) -> Outcome {
    // The peer may have put what it was sent into its words.
    state.fail(fault.kind, fault.text(cleanedBy: Redactor(state.request.head).clean))
    return .broken
  }

  /// Ends a response whose framing is whole, if its packed bytes are so too.
  private func whole(reusable: Bool) -> Outcome {
    guard let decoder, !decoder.isAtEnd else { return .ended(reusable: reusable) }
    let encoding = Redactor(state.request.head).clean(decoder.encoding)
    state.fail(.protocolViolation, BodyDecoder.message(cutShort: encoding))
    return .broken
  }

  private func noteStatusLines(at now: MonotonicInstant) {
    guard reader.statusLines > statusLinesSeen else { return }
    statusLinesSeen = reader.statusLines
    state.responseBegins(at: now)
  }

  private func takeHead(at now: MonotonicInstant) {
    noteStatusLines(at: now)
    guard let head = reader.head else { return }
    decoder = BodyDecoder(head.headerFields[.contentEncoding])
    // A peer that refuses does not want the rest of the body.
    if head.status.code >= 300 { sendingIsOver = true }
    state.deliverHead(head, at: now)
  }

  private func takePiece(_ piece: Span<UInt8>, at now: MonotonicInstant, _ room: ReadingRoom) -> TransferState.Reception
  {
    guard let decoder else { return state.take(piece, at: now) }
    var position = 0
    while true {
      switch unsafe decoder.decode(piece, at: &position, into: room.unpacked) {
      case .hungry: return .goOn
      case .damaged:
        let encoding = Redactor(state.request.head).clean(decoder.encoding)
        state.fail(.protocolViolation, BodyDecoder.message(encoding))
        return .breakOff
      case .piece(let count):
        switch unsafe state.take(UnsafeBufferPointer(rebasing: room.unpacked[..<count]).span, at: now) {
        case .goOn: break
        case .rest:
          var packed: [UInt8] = []
          packed.append(copying: piece.extracting(position..<piece.count))
          keptPacked = packed
          return .rest
        case .breakOff: return .breakOff
        }
      }
    }
  }

  // MARK: - The end

  /// Why the exchange was broken off; `nil` if its observer did it.
  var error: TransportError? {
    state.failure.map {
      TransportError(kind: $0.kind, message: $0.message, request: state.request.identity)
        .redacted(by: Redactor(state.request.head))
    }
  }

  /// What was measured.
  func metrics(until end: MonotonicInstant) -> TransferMetrics {
    // What libcurl counts from the second attempt the caller counts from the first.
    let before = state.started.duration(to: state.attemptBegan)
    let opening = state.usesKeptConnection ? nil : connection.opening
    return TransferMetrics(
      nameLookup: opening?.nameLookup.map { before + $0 },
      connect: opening?.connect.map { before + $0 },
      requestSent: sentAt.map { state.started.duration(to: $0) },
      firstByte: state.responseBegan.map { state.started.duration(to: $0) },
      total: state.started.duration(to: end),
      bytesSent: bytesSent,
      bytesReceived: reader.headerBytes + reader.bodyBytes,
      connectionReused: state.usesKeptConnection,
      wasResent: state.wasResent,
      httpVersion: reader.head == nil ? nil : reader.version,
      localAddress: connection.opening.localAddress,
      remoteAddress: connection.opening.remoteAddress)
  }
}
