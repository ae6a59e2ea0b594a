internal import CNPUCurl

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
  func error(for code: CURLcode) -> TransportError? {
    if let failure { return TransportError(kind: failure.kind, message: failure.message, request: request.identity) }
    if code == CURLE_OK || stoppedByObserver { return nil }
    return TransportError(
      kind: kind(of: code), message: easy.message(for: code), request: request.identity)
  }

  private func kind(of code: CURLcode) -> TransportError.Kind {
    switch code {
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_UNKNOWN_OPTION:
      .invalidRequest
    case CURLE_COULDNT_RESOLVE_HOST:
      .nameResolution
    case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY:
      .proxy
    case CURLE_COULDNT_CONNECT:
      easy.number(CURLINFO_OS_ERRNO) == Int(ECONNREFUSED) ? .connectionRefused : .connectionFailed
    case CURLE_OPERATION_TIMEDOUT:
      phase == .connecting ? .connectTimeout : .totalTimeout
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
      CURLE_SSL_CRL_BADFILE, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
      CURLE_USE_SSL_FAILED:
      .tls
    case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_SSL_SHUTDOWN_FAILED:
      .connectionLost
    case CURLE_PARTIAL_FILE:
      .truncatedBody
    case CURLE_WEIRD_SERVER_REPLY, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_BAD_CONTENT_ENCODING:
      .protocolViolation
    case CURLE_TOO_MANY_REDIRECTS:
      .tooManyRedirects
    default:
      .other
    }
  }

  /// What libcurl measured of the transfer, to be asked before its handle is reset.
  func metrics(until end: MonotonicInstant) -> TransferMetrics {
    let reused = easy.number(CURLINFO_NUM_CONNECTS) == 0 && phase != .connecting
    func time(_ info: CURLINFO) -> Duration? {
      let microseconds = easy.offset(info)
      return microseconds > 0 ? .microseconds(microseconds) : nil
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
      firstByte: time(CURLINFO_STARTTRANSFER_TIME_T),
      total: started.duration(to: end),
      bytesSent: easy.number(CURLINFO_REQUEST_SIZE) + Int(easy.offset(CURLINFO_SIZE_UPLOAD_T)),
      bytesReceived: easy.number(CURLINFO_HEADER_SIZE) + Int(easy.offset(CURLINFO_SIZE_DOWNLOAD_T)),
      connectionReused: reused,
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
