internal import CNPUCurl
internal import HTTPTypes
internal import NPUBase

/// One exchange on its way through libcurl: the state behind the callbacks.
///
/// Created, used and ended on the network thread alone.
@safe
final class CurlTransfer {
  /// How far the exchange has come; each phase has its own timeout.
  enum Phase {
    case connecting, waiting, receiving
  }

  let id: UInt64
  let request: TransferRequest
  let easy: CurlEasy
  let multi: CurlMulti
  let started: MonotonicInstant
  /// Whether a proxy stands between us and the host.
  let usesProxy: Bool
  /// How long after its sending a request may learn that its connection had been closed.
  let newsOfClosing: Duration

  private let observer: any TransferObserver
  /// Told when the observer has all that it wants, and until when the end is waited for.
  private let onFinishing: (UInt64, MonotonicInstant) -> Void
  private(set) var phase = Phase.connecting
  /// The instant from which the timeout of the phase counts.
  private(set) var phaseBegan: MonotonicInstant
  /// When content last came, or was last waited for from now on.
  private var contentBegan: MonotonicInstant
  /// Whether any content has come.
  private var hasContent = false
  private(set) var isPaused = false
  private(set) var stoppedByObserver = false
  /// When the exchange is cut off because its observer has all that it wants.
  private(set) var cutOff: MonotonicInstant?
  /// Why a callback broke the transfer off.
  private(set) var failure: (kind: TransportError.Kind, message: String)?

  /// Whether the request was sent again, because the kept-alive connection that it went out on was closed.
  private(set) var wasResent = false
  /// When libcurl began with what it does now: with the transfer, or with sending the request again.
  private(set) var attemptBegan: MonotonicInstant

  private var head = ResponseHeadBuilder()
  private var headDelivered = false
  /// Connections that libcurl had made for this attempt when it was last ready to send.
  private var connectionsMade = 0
  /// Whether the request last went out on a connection that was kept alive.
  private var usesKeptConnection = false
  /// Whether a byte of any response has come since the request last went out.
  private var hasResponseBytes = false
  /// Whether an HTTP/2 peer ended the stream of the request, which is an answer on a living connection.
  var wasRefusedStream = false
  /// Whether the observer knows that the request was written.
  private var sentDelivered = false
  /// When the status line came, of the last response where there were several.
  private(set) var responseBegan: MonotonicInstant?
  private var bodyBytes = 0
  /// Body bytes still to be written, counted only where they do not leave with the head; unknown before the first of a
  /// form.
  private var bodyBytesToSend: Int? = 0

  init(
    id: UInt64, request: TransferRequest, observer: any TransferObserver, easy: CurlEasy, multi: CurlMulti,
    started: MonotonicInstant, usesProxy: Bool, newsOfClosing: Duration,
    onFinishing: @escaping (UInt64, MonotonicInstant) -> Void
  ) {
    self.id = id
    self.request = request
    self.observer = observer
    self.easy = easy
    self.multi = multi
    self.started = started
    self.usesProxy = usesProxy
    self.newsOfClosing = newsOfClosing
    self.onFinishing = onFinishing
    phaseBegan = started
    contentBegan = started
    attemptBegan = started
  }

  /// Points libcurl's callbacks at this transfer, which must stay alive until the handle is reset.
  func install() {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe easy.check(cnpu_setopt_pointer(easy.handle, CURLOPT_PRIVATE, context))
    unsafe easy.check(cnpu_set_write_callback(easy.handle, CurlTransfer.writeCallback, context))
    unsafe easy.check(cnpu_set_header_callback(easy.handle, CurlTransfer.headerCallback, context))
    unsafe easy.check(cnpu_set_prereq_callback(easy.handle, CurlTransfer.prereqCallback, context))
    // Only the debug callback tells of the writes of a body that does not leave with the head.
    if sendsBodyApart {
      unsafe easy.check(cnpu_set_debug_callback(easy.handle, CurlTransfer.debugCallback, context))
    }
  }

  func begin() { observer.transferStarted(at: started) }

  /// Whether the body follows the head in writes of its own: libcurl puts one of less than 64 KiB into the write of the
  /// head.
  var sendsBodyApart: Bool {
    switch request.body {
    case .empty: false
    case .bytes(let bytes): bytes.count >= 64 << 10
    case .file, .form: true  // What is read piece by piece libcurl never puts there.
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
    guard isPaused else { return CURLE_OK }
    isPaused = false
    phaseBegan = now
    contentBegan = now
    return unsafe curl_easy_pause(easy.handle, CURLPAUSE_CONT)
  }

  func end(_ end: TransferEnd) {
    if end.error == nil { deliverHead(at: end.instant) }
    observer.transferEnded(end)
  }

  // MARK: - Timeouts

  /// When the first of the timeouts comes that apply now.
  var nextDeadline: MonotonicInstant? {
    let limits = [
      phaseTimeout.map { phaseBegan.advanced(by: $0.duration) }, contentLimit.map { contentBegan.advanced(by: $0) },
      request.timeouts.total.map { started.advanced(by: $0) },
    ]
    return limits.compactMap(\.self).min()
  }

  /// Which timeout has come, if any.
  func timeout(at now: MonotonicInstant) -> (TransportError.Kind, String)? {
    if let total = request.timeouts.total, started.advanced(by: total) <= now {
      return (.totalTimeout, "the exchange did not end within \(total)")
    }
    if let limit = phaseTimeout, phaseBegan.advanced(by: limit.duration) <= now { return (limit.kind, limit.message) }
    guard let limit = contentLimit, contentBegan.advanced(by: limit) <= now else { return nil }
    return (.contentTimeout, TransferTimeouts.silenceMessage(limit))
  }

  private var contentLimit: Duration? {
    phase == .receiving && !isPaused ? request.timeouts.silence(begun: hasContent) : nil
  }

  private var phaseTimeout: (duration: Duration, kind: TransportError.Kind, message: String)? {
    switch phase {
    case .connecting:
      request.timeouts.connect.map { ($0, .connectTimeout, "no connection within \($0)") }
    case .waiting:
      request.timeouts.firstByte.map { ($0, .firstByteTimeout, "the response did not begin within \($0)") }
    case .receiving:
      isPaused ? nil : request.timeouts.idle.map { ($0, .idleTimeout, "the response was silent for \($0)") }
    }
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
    if phase == .waiting && !hasResponseBytes {
      // One fresh connection is tried, and none of those that were kept alive: they may be as dead as the first.
      guard isFresh, usesKeptConnection, !wasResent,
        phaseBegan.duration(to: now) < newsOfClosing
      else {
        failure = (.connectionLost, CurlTransfer.staleMessage)
        return false
      }
      wasResent = true
    } else if hasResponseBytes {
      sentDelivered = false  // the request that follows a redirect is another one
    }
    usesKeptConnection = !isFresh
    hasResponseBytes = false
    phase = .waiting
    phaseBegan = now
    contentBegan = now
    bodyBytesToSend = bytesAfterHead
    if bodyBytesToSend == 0 { deliverSent(at: now) }
    return true
  }

  private static let staleMessage = "the peer closed the connection before it answered"

  /// Whether the transfer died because the peer had closed a kept-alive connection, and has not been sent again.
  ///
  /// A peer may close an idle connection at any time, also while the request is on its way to it. That is no fault of
  /// the service, and the client's to mend (RFC 9112, section 9.3.1). The news of it is a round trip away: a connection
  /// that dies later was in use, and a service that fails while it works must be seen to fail.
  func diedOnStaleConnection(_ error: TransportError?, at now: MonotonicInstant) -> Bool {
    error?.kind == .connectionLost && phase == .waiting && usesKeptConnection && !hasResponseBytes && !wasResent
      && !wasRefusedStream && phaseBegan.duration(to: now) < newsOfClosing
  }

  /// Begins anew on the same handle, which must have been set up again.
  func resend(at now: MonotonicInstant) {
    wasResent = true
    attemptBegan = now
    phase = .connecting
    phaseBegan = now
    contentBegan = now
    hasContent = false
    failure = nil
    head = ResponseHeadBuilder()
    connectionsMade = 0
    responseBegan = nil
    install()
  }

  private func deliverSent(at now: MonotonicInstant) {
    // Of a request that is sent again the first sending counts: the caller waits since then.
    guard !sentDelivered else { return }
    sentDelivered = true
    observer.transferSent(at: now)
  }

  /// How many bytes of the body follow the head; `nil` if only libcurl knows, which it does once it writes them.
  private var bytesAfterHead: Int? {
    guard sendsBodyApart else { return 0 }
    if case .bytes(let bytes) = request.body { return bytes.count }
    return easy.bodyFileSize.map(Int.init)
  }

  private func bodyWritten(_ count: Int, at now: MonotonicInstant) {
    let left = bodyBytesToSend ?? Int(easy.offset(CURLINFO_CONTENT_LENGTH_UPLOAD_T))
    guard left > 0 else { return }
    bodyBytesToSend = left - count
    phaseBegan = now
    contentBegan = now
    if left <= count { deliverSent(at: now) }
  }

  /// Takes one header line; false breaks the transfer off.
  private func headerLine(_ line: UnsafeBufferPointer<UInt8>, at now: MonotonicInstant) -> Bool {
    guard !headDelivered else { return true }  // a trailer
    hasResponseBytes = true
    if unsafe line.starts(with: "HTTP/".utf8) { responseBegan = now }
    guard unsafe head.add(line, limit: request.limits.headerBytes) else {
      failure = (
        .headerTooLarge,
        "the response head exceeds \(request.limits.headerBytes) bytes; raise the limit if that is right"
      )
      return false
    }
    // Whether a redirect is followed shows only later: its head waits until a body byte or the end shows that it was
    // the last.
    if head.isComplete, !(request.redirectLimit > 0 && head.isRedirect) { deliverHead(at: now) }
    return true
  }

  private func deliverHead(at now: MonotonicInstant) {
    guard !headDelivered, let response = head.response() else { return }
    headDelivered = true
    observer.transferReceived(head: response, at: now)
  }

  /// Takes one piece of the body and gives what the write callback is to return.
  private func bodyPiece(_ bytes: UnsafeBufferPointer<UInt8>, at now: MonotonicInstant) -> Int {
    // The rest of what was read or decoded at once with the piece that the observer paused at: libcurl keeps it.
    guard !isPaused else { return Int(CURL_WRITEFUNC_PAUSE) }
    return unsafe takePiece(bytes, at: now) ? bytes.count : CurlTransfer.breakOff
  }

  /// What no piece is as long as, so that libcurl breaks the transfer off.
  private static let breakOff = Int(CURL_WRITEFUNC_PAUSE) + 1

  private func takePiece(_ bytes: UnsafeBufferPointer<UInt8>, at now: MonotonicInstant) -> Bool {
    deliverHead(at: now)
    hasResponseBytes = true
    if phase != .receiving, request.timeouts.content != nil { contentBegan = now }
    phase = .receiving
    phaseBegan = now
    bodyBytes += bytes.count
    guard bodyBytes <= request.limits.bodyBytes else {
      failure = (
        .bodyTooLarge, "the response body exceeds \(request.limits.bodyBytes) bytes; raise the limit if that is right"
      )
      return false
    }
    let demand = unsafe observer.transferReceived(body: bytes.span, at: now)
    if demand != .moreOfSilence {
      contentBegan = now
      hasContent = true
    }
    switch demand {
    case .more, .moreOfSilence:
      return true
    case .pause:
      isPaused = true
      unsafe curl_easy_pause(easy.handle, CURLPAUSE_RECV)
      return true
    case .stop:
      stoppedByObserver = true
      return false
    case .finish:
      guard cutOff == nil else { return true }
      let instant = now.advanced(by: TransferDemand.finishTime)
      cutOff = instant
      onFinishing(id, instant)
      return true
    }
  }

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
