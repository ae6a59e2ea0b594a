internal import CNPUCurl
internal import NPUBase

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// What a result code of libcurl means for an exchange.
extension CurlTransfer {
  /// The error of the ended transfer, or `nil` if it ended as it should.
  ///
  /// The peer may have put what it was sent into the words that an error repeats.
  func error(for code: CURLcode) -> TransportError? { cause(of: code)?.redacted(by: Redactor(request.head)) }

  private func cause(of code: CURLcode) -> TransportError? {
    if let failure = state.failure {
      return TransportError(kind: failure.kind, message: failure.message, request: request.identity)
    }
    if state.stoppedByObserver { return nil }
    if code == CURLE_OK {
      // libcurl lets a connection that closes between two header lines pass for the end of a response.
      return hasHead
        ? nil
        : TransportError(
          kind: .connectionLost, message: "the peer closed the connection inside the response head",
          request: request.identity)
    }
    if code == CURLE_BAD_CONTENT_ENCODING {
      let encoding = Redactor(request.head).clean(contentEncoding ?? "")
      return TransportError(
        kind: .protocolViolation, message: BodyDecoder.message(encoding), request: request.identity)
    }
    if let limit = clientLimit(code), let message = ClientLimit.message(limit) {
      return TransportError(
        kind: limit, message: "\(message); libcurl says: \(words(for: code))", request: request.identity)
    }
    let message = words(for: code)
    let kind = kind(of: code, message)
    return TransportError(kind: kind, message: explained(message, kind), request: request.identity)
  }

  private func explained(_ message: String, _ kind: TransportError.Kind) -> String {
    switch kind {
    case .headerTooLarge: "the response head exceeds a limit of libcurl itself: \(message)"
    case .tls: TLSAdvice.explained(message)
    default: message
    }
  }

  /// What libcurl says; of a certificate or a status line it repeats words of the peer.
  private func words(for code: CURLcode) -> String { easy.message(for: code).onOneLine }

  /// The limit of this side that kept the request from being sent; `nil` if it was none.
  private func clientLimit(_ code: CURLcode) -> TransportError.Kind? {
    guard state.phase == .connecting else { return nil }
    return ClientLimit.kind(
      ofResult: code.rawValue, systemError: Int32(clamping: easy.number(CURLINFO_OS_ERRNO)))
  }

  private func kind(of code: CURLcode, _ message: String) -> TransportError.Kind {
    switch code {
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION:
      // Once the request is out it is the peer's version or redirect that libcurl does not take.
      state.phase == .connecting ? .invalidRequest : .protocolViolation
    case CURLE_COULDNT_RESOLVE_HOST:
      .nameResolution
    case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY:
      .proxy
    case CURLE_COULDNT_CONNECT where usesProxy, CURLE_RECV_ERROR where usesProxy && state.phase == .connecting:
      .proxy
    case CURLE_COULDNT_CONNECT:
      easy.number(CURLINFO_OS_ERRNO) == Int(ECONNREFUSED) ? .connectionRefused : .connectionFailed
    case CURLE_OPERATION_TIMEDOUT:
      state.phase == .connecting ? .connectTimeout : .totalTimeout
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
      CURLE_SSL_CRL_BADFILE, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
      CURLE_USE_SSL_FAILED:
      .tls
    case CURLE_RECV_ERROR, CURLE_SEND_ERROR:
      kind(ofLostConnection: message)
    case CURLE_GOT_NOTHING, CURLE_SSL_SHUTDOWN_FAILED, CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND:
      // The last: libcurl meant to send the request again and could not begin its body anew.
      .connectionLost
    case CURLE_OUT_OF_MEMORY where !hasHead && state.phase != .connecting, CURLcode(rawValue: 100):
      // A header line of more than 100 KiB; newer versions have the code 100, CURLE_TOO_LARGE, for it.
      .headerTooLarge
    case CURLE_PARTIAL_FILE:
      .truncatedBody
    case CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_BAD_CONTENT_ENCODING:
      .protocolViolation
    case CURLE_TOO_MANY_REDIRECTS:
      .tooManyRedirects
    default:
      .other
    }
  }

  /// What broke a connection off where libcurl has one code for several causes and only its text tells them apart.
  private func kind(ofLostConnection message: String) -> TransportError.Kind {
    if message.contains("chunked-encoding") || message.contains("chunk hex-length") { return .protocolViolation }
    if message.hasPrefix("Too large response headers") { return .headerTooLarge }
    // With TLS 1.3 a server refuses a client certificate only after the handshake.
    if message.contains("SSL routines"), message.contains("alert") { return .tls }
    return .connectionLost
  }

  /// Bytes of head and body that were written.
  private var bytesSent: Int {
    let head = easy.number(CURLINFO_REQUEST_SIZE)
    let body = Int(easy.offset(CURLINFO_SIZE_UPLOAD_T))
    // What libcurl writes together with the head it counts as a part of it.
    return state.sendsBodyApart ? head + body : max(head, body)
  }

  /// What libcurl measured of the transfer, to be asked before its handle is reset.
  func metrics(until end: MonotonicInstant) -> TransferMetrics {
    let reused = easy.number(CURLINFO_NUM_CONNECTS) == 0 && state.phase != .connecting
    // What libcurl counts from the second sending the caller counts from the first.
    let before = state.started.duration(to: state.attemptBegan)
    func time(_ info: CURLINFO) -> Duration? {
      let microseconds = easy.offset(info)
      return microseconds > 0 ? before + .microseconds(microseconds) : nil
    }
    func address(_ host: CURLINFO, _ port: CURLINFO) -> String? {
      guard let host = easy.text(host) else { return nil }
      return host.contains(":") ? "[\(host)]:\(easy.number(port))" : "\(host):\(easy.number(port))"
    }
    return TransferMetrics(
      nameLookup: reused ? nil : time(CURLINFO_NAMELOOKUP_TIME_T),
      connect: reused ? nil : time(CURLINFO_CONNECT_TIME_T),
      tls: reused ? nil : time(CURLINFO_APPCONNECT_TIME_T),
      requestSent: time(CURLINFO_PRETRANSFER_TIME_T),
      // Of an upload libcurl's own time is that of the first byte that was sent.
      firstByte: state.responseBegan.map { state.started.duration(to: $0) },
      total: state.started.duration(to: end),
      bytesSent: bytesSent,
      bytesReceived: easy.number(CURLINFO_HEADER_SIZE) + Int(easy.offset(CURLINFO_SIZE_DOWNLOAD_T)),
      connectionReused: reused,
      wasResent: state.wasResent,
      httpVersion: httpVersion,
      localAddress: address(CURLINFO_LOCAL_IP, CURLINFO_LOCAL_PORT),
      remoteAddress: address(CURLINFO_PRIMARY_IP, CURLINFO_PRIMARY_PORT))
  }

  private var httpVersion: String? {
    switch easy.number(CURLINFO_HTTP_VERSION) {
    case Int(CURL_HTTP_VERSION_1_0): "HTTP/1.0"
    case Int(CURL_HTTP_VERSION_1_1): "HTTP/1.1"
    case Int(CURL_HTTP_VERSION_2_0): "HTTP/2"
    case Int(CURL_HTTP_VERSION_3): "HTTP/3"
    default: nil
    }
  }
}
