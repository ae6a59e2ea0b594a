internal import CNPUCurl
internal import HTTPTypes
internal import NPUBase

/// One exchange on its way through libcurl, or the connection of one that is read directly: what stands behind the
/// callbacks.
///
/// Created, used and ended on the network thread alone.
@safe
final class CurlTransfer {
  let state: TransferState
  let easy: CurlEasy
  let multi: CurlMulti
  /// Whether a proxy stands between us and the host.
  let usesProxy: Bool
  /// What is sent on the connection once libcurl has made it, which is then all that libcurl does.
  let directHead: RequestHead?

  private var head = ResponseHeadBuilder()
  /// Connections that libcurl had made for this attempt when it was last ready to send.
  private var connectionsMade = 0
  /// Whether an HTTP/2 peer ended the stream of the request, which is an answer on a living connection.
  private var wasRefusedStream = false
  /// Body bytes still to be written, counted only where they do not leave with the head; unknown before the first of a
  /// form.
  private var bodyBytesToSend: Int? = 0

  init(state: TransferState, easy: CurlEasy, multi: CurlMulti, usesProxy: Bool, directHead: RequestHead?) {
    self.state = state
    self.easy = easy
    self.multi = multi
    self.usesProxy = usesProxy
    self.directHead = directHead
  }

  var request: TransferRequest { state.request }

  /// Points libcurl's callbacks at this transfer, which must stay alive until the handle is reset.
  func install() {
    easy.setIdentity(state.id)
    guard directHead == nil else { return }
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe easy.check(cnpu_set_write_callback(easy.handle, CurlTransfer.writeCallback, context))
    unsafe easy.check(cnpu_set_header_callback(easy.handle, CurlTransfer.headerCallback, context))
    unsafe easy.check(cnpu_set_prereq_callback(easy.handle, CurlTransfer.prereqCallback, context))
    // Only the debug callback tells of the writes of a body that does not leave with the head.
    if state.sendsBodyApart {
      unsafe easy.check(cnpu_set_debug_callback(easy.handle, CurlTransfer.debugCallback, context))
    }
  }

  /// How the body is compressed, by the head.
  var contentEncoding: String? { head.contentEncoding }

  /// Whether a whole response head has come.
  var hasHead: Bool { head.isComplete }

  /// Goes on after a pause; libcurl hands over at once what it has kept meanwhile.
  ///
  /// - Returns: What went wrong at that. libcurl tells it here and nowhere else, so the caller must end the transfer.
  func resume(at now: MonotonicInstant) -> CURLcode {
    guard state.resume(at: now) else { return CURLE_OK }
    return unsafe curl_easy_pause(easy.handle, CURLPAUSE_CONT)
  }

  func end(_ end: TransferEnd) {
    if end.error == nil { deliverHead(at: end.instant) }
    state.end(end)
  }

  // MARK: - What libcurl tells

  /// Notes that the request is about to be written; false breaks the transfer off.
  ///
  /// It comes again for each redirect that is followed, and where libcurl itself sends the request again, because the
  /// kept-alive connection died before the first byte of a response.
  private func requestReady(at now: MonotonicInstant) -> Bool {
    let connections = easy.number(CURLINFO_NUM_CONNECTS)
    let isFresh = connections > connectionsMade
    connectionsMade = connections
    if state.phase == .waiting && !state.hasResponseBytes {
      // One fresh connection is tried, and none of those that were kept alive: they may be as dead as the first.
      guard isFresh, state.usesKeptConnection, !state.wasResent,
        state.phaseBegan.duration(to: now) < state.newsOfClosing
      else {
        state.fail(.connectionLost, TransferState.staleMessage)
        return false
      }
      state.noteResending()
    }
    state.requestReady(at: now, onKeptConnection: !isFresh)
    bodyBytesToSend = bytesAfterHead
    if bodyBytesToSend == 0 { state.deliverSent(at: now) }
    return true
  }

  /// Takes note of libcurl's result; whether the request is to be sent again for it.
  func diedOnStaleConnection(_ code: CURLcode, _ error: TransportError?, at now: MonotonicInstant) -> Bool {
    wasRefusedStream = code == CURLE_HTTP2_STREAM
    return !wasRefusedStream && state.diedOnStaleConnection(error, at: now)
  }

  /// Begins anew on the same handle, which must have been set up again.
  func resend(at now: MonotonicInstant) {
    state.beginAgain(at: now)
    head = ResponseHeadBuilder()
    connectionsMade = 0
    install()
  }

  /// How many bytes of the body follow the head; `nil` if only libcurl knows, which it does once it writes them.
  private var bytesAfterHead: Int? {
    guard state.sendsBodyApart else { return 0 }
    if case .bytes(let bytes) = request.body { return bytes.count }
    return easy.bodyFileSize.map(Int.init)
  }

  private func bodyWritten(_ count: Int, at now: MonotonicInstant) {
    let left = bodyBytesToSend ?? Int(easy.offset(CURLINFO_CONTENT_LENGTH_UPLOAD_T))
    guard left > 0 else { return }
    bodyBytesToSend = left - count
    state.bodyWritten(at: now)
    if left <= count { state.deliverSent(at: now) }
  }

  /// Takes one header line; false breaks the transfer off.
  private func headerLine(_ line: UnsafeBufferPointer<UInt8>, at now: MonotonicInstant) -> Bool {
    guard !state.headDelivered else { return true }  // a trailer
    if unsafe line.starts(with: "HTTP/".utf8) { state.responseBegins(at: now) } else { state.noteResponseBytes() }
    guard unsafe head.add(line, limit: request.limits.headerBytes) else {
      state.fail(
        .headerTooLarge,
        "the response head exceeds \(request.limits.headerBytes) bytes, or \(ResponseHeadBuilder.mostFields) fields; raise "
          + "the limit if that is right")
      return false
    }
    // Whether a redirect is followed shows only later: its head waits until a body byte or the end shows that it was
    // the last.
    if head.isComplete, !(request.redirectLimit > 0 && head.isRedirect) { deliverHead(at: now) }
    return true
  }

  private func deliverHead(at now: MonotonicInstant) {
    guard !state.headDelivered, let response = head.response() else { return }
    state.deliverHead(response, at: now)
  }

  /// Takes one piece of the body and gives what the write callback is to return.
  private func bodyPiece(_ bytes: UnsafeBufferPointer<UInt8>, at now: MonotonicInstant) -> Int {
    // The rest of what was read or decoded at once with the piece that the observer paused at: libcurl keeps it.
    guard !state.isPaused else { return Int(CURL_WRITEFUNC_PAUSE) }
    deliverHead(at: now)
    switch unsafe state.take(bytes.span, at: now) {
    case .goOn: break
    case .rest: unsafe curl_easy_pause(easy.handle, CURLPAUSE_RECV)
    case .breakOff: return CurlTransfer.breakOff
    }
    return bytes.count
  }

  /// What no piece is as long as, so that libcurl breaks the transfer off.
  private static let breakOff = Int(CURL_WRITEFUNC_PAUSE) + 1

  // MARK: - Callbacks

  private static let writeCallback: cnpu_data_callback = { bytes, size, count, context in
    let now = MonotonicInstant.now
    let length = size &* count
    return unsafe Unmanaged<CurlTransfer>.fromOpaque(context)._withUnsafeGuaranteedRef { transfer in
      unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: length) {
        unsafe transfer.bodyPiece(UnsafeBufferPointer(start: $0, count: length), at: now)
      }
    }
  }

  private static let headerCallback: cnpu_data_callback = { bytes, size, count, context in
    let now = MonotonicInstant.now
    let length = size &* count
    return unsafe Unmanaged<CurlTransfer>.fromOpaque(context)._withUnsafeGuaranteedRef { transfer in
      unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: length) {
        unsafe transfer.headerLine(UnsafeBufferPointer(start: $0, count: length), at: now)
      }
    } ? length : 0
  }

  private static let prereqCallback: cnpu_prereq_callback = { context, _, _, _, _ in
    let now = MonotonicInstant.now
    let goesOn = unsafe Unmanaged<CurlTransfer>.fromOpaque(context)._withUnsafeGuaranteedRef {
      $0.requestReady(at: now)
    }
    return goesOn ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
  }

  private static let debugCallback: cnpu_debug_callback = { _, type, _, count, context in
    guard type == CURLINFO_DATA_OUT else { return 0 }
    let now = MonotonicInstant.now
    unsafe Unmanaged<CurlTransfer>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.bodyWritten(count, at: now) }
    return 0
  }
}
