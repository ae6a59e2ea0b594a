internal import CNPUCurl
internal import HTTPTypes
internal import NPUBase

/// How a request and a configuration become options of an easy handle.
extension CurlEasy {
  /// Sets everything but the callbacks.
  func apply(_ request: TransferRequest, _ configuration: TransportConfiguration) throws(TransportError) {
    try applyConnection(request, configuration)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
    if request.redirectLimit > 0 {
      set(CURLOPT_FOLLOWLOCATION, true)
      set(CURLOPT_MAXREDIRS, request.redirectLimit)
    }
    let spoilsReuse =
      configuration.httpVersion == .http2PriorKnowledge && request.head.scheme == "http" && CurlEasy.spoilsPlainHTTP2
    if request.connection == .fresh || spoilsReuse {
      set(CURLOPT_FRESH_CONNECT, true)
      set(CURLOPT_FORBID_REUSE, true)
    }
    try applyMethod(request)
    guard configuration.userAgent.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw TransportError(
        kind: .invalidRequest, message: "the user agent of the configuration holds control characters; remove them",
        request: request.identity)
    }
    applyHeaders(request, userAgent: configuration.userAgent)
    if let signature = request.signature {
      set(CURLOPT_AWS_SIGV4, try signature.option(for: request))
      set(CURLOPT_USERNAME, signature.accessKey.reveal())
      set(CURLOPT_PASSWORD, signature.secretKey.reveal())
    }
    try checkOptions(request)
  }

  /// Sets what is needed to make a connection and leave it to the caller.
  func applyConnectOnly(_ request: TransferRequest, _ configuration: TransportConfiguration) throws(TransportError) {
    try applyConnection(request, configuration)
    connectOnly()
    try checkOptions(request)
  }

  private func applyConnection(
    _ request: TransferRequest, _ configuration: TransportConfiguration
  ) throws(TransportError) {
    set(CURLOPT_URL, try request.url())
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
    set(CURLOPT_PATH_AS_IS, true)
    set(CURLOPT_NOSIGNAL, true)
    // A cancelled or timed-out name lookup is left to its thread; waiting for it would hold up every other exchange.
    set(CURLOPT_QUICK_EXIT, true)
    set(CURLOPT_TCP_NODELAY, true)
    unsafe check(cnpu_leave_spare_descriptors(handle))
    if request.hasNarrowSockets { unsafe check(cnpu_narrow_sockets(handle)) }
    set(CURLOPT_TCP_KEEPALIVE, true)
    // The event loop keeps the time; libcurl's own limit of 300 seconds must not come before it.
    set(CURLOPT_CONNECTTIMEOUT_MS, 1 << 30)
    switch configuration.httpVersion {
    case .automatic: set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    case .http1: set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    case .http2PriorKnowledge: set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE))
    }
    if let path = request.unixSocketPath { set(CURLOPT_UNIX_SOCKET_PATH, path) }
    if request.head.scheme == "https" || request.redirectLimit > 0 { apply(configuration.tls) }
    // Empty texts also keep libcurl from reading the environment.
    set(CURLOPT_PROXY, configuration.proxy?.address ?? "")
    set(CURLOPT_NOPROXY, "")
    if let user = configuration.proxy?.user { set(CURLOPT_PROXYUSERNAME, user) }
    if let password = configuration.proxy?.password { set(CURLOPT_PROXYPASSWORD, password.reveal()) }
  }

  private func checkOptions(_ request: TransferRequest) throws(TransportError) {
    guard failure == CURLE_OK else {
      throw TransportError(
        kind: .invalidRequest, message: "libcurl does not take an option of the request: \(message(for: failure))",
        request: request.identity)
    }
  }

  /// Whether this libcurl breaks plain HTTP/2 connections by using them a second time: 7.88 does (curl issue 10634).
  private static let spoilsPlainHTTP2 = cnpu_version_number() >> 8 == 0x0758

  private func applyMethod(_ request: TransferRequest) throws(TransportError) {
    let method = request.head.method
    switch request.body {
    case .bytes where method == .head, .file where method == .head, .form where method == .head:
      throw TransportError(
        kind: .invalidRequest, message: "a HEAD request cannot carry a body; leave the body empty",
        request: request.identity)
    case .bytes(let bytes):
      set(CURLOPT_POST, true)
      setBody(bytes)
      if method != .post { set(CURLOPT_CUSTOMREQUEST, method.rawValue) }
    case .file(let path):
      let file = try BodyStream(path: path, request: request.identity)
      set(CURLOPT_POST, true)
      unsafe setBody(file.stream, size: file.size)
      if method != .post { set(CURLOPT_CUSTOMREQUEST, method.rawValue) }
    case .form(let form):
      try form.check(request)
      setBody(form)
      if method != .post { set(CURLOPT_CUSTOMREQUEST, method.rawValue) }
    case .empty where method == .head:
      set(CURLOPT_NOBODY, true)
    case .empty where method == .get:
      set(CURLOPT_HTTPGET, true)
    case .empty where method == .post || method == .put || method == .patch:
      // These announce their length even where it is zero (RFC 9110, section 8.6).
      set(CURLOPT_POST, true)
      setBody([])
      if method != .post { set(CURLOPT_CUSTOMREQUEST, method.rawValue) }
    case .empty:
      set(CURLOPT_CUSTOMREQUEST, method.rawValue)
    }
  }

  private func applyHeaders(_ request: TransferRequest, userAgent: String) {
    let fields = request.head.headerFields
    var lines: [String] = []
    for field in fields {
      // An empty list goes out as it is: libcurl takes an empty text for "everything you know".
      if field.name == .acceptEncoding, !field.value.isEmpty {
        // Asking libcurl for it also makes it decode the response.
        set(CURLOPT_ACCEPT_ENCODING, field.value)
      } else {
        // libcurl takes "Name;" for a field without a value; "Name:" would remove the field.
        lines.append(field.value.isEmpty ? "\(field.name.rawName);" : "\(field.name.rawName): \(field.value)")
      }
    }
    // With a list libcurl decodes what comes compressed all the same, as from gateways that do not ask.
    if fields[.acceptEncoding] == nil { set(CURLOPT_ACCEPT_ENCODING, "identity") }
    // libcurl 7.88 signs the fields that it is told to leave out, and no server accepts that.
    if request.signature == nil {
      if fields[.expect] == nil { lines.append("Expect:") }  // no waiting for "100 Continue"
      // libcurl would call a body a web form; of a multipart form it alone knows the boundary.
      if fields[.contentType] == nil, !request.body.isForm { lines.append("Content-Type:") }
    }
    if fields[.userAgent] == nil { set(CURLOPT_USERAGENT, userAgent) }
    setHeaders(lines)
  }

  private func apply(_ tls: TLSConfiguration) {
    set(CURLOPT_SSL_VERIFYPEER, tls.verifiesServer)
    set(CURLOPT_SSL_VERIFYHOST, tls.verifiesServer ? 2 : 0)
    if let path = tls.authorityPath {
      set(CURLOPT_CAINFO, path)
      unset(CURLOPT_CAPATH)  // else the system's authorities stay trusted beside it
    }
    if let certificate = tls.clientCertificate {
      set(CURLOPT_SSLCERT, certificate.certificatePath)
      set(CURLOPT_SSLKEY, certificate.keyPath)
      if let passphrase = certificate.passphrase { set(CURLOPT_KEYPASSWD, passphrase.reveal()) }
    }
  }
}

extension TransferRequest {
  /// Method and address without query, user and password: what errors and logs may show.
  package var identity: String {
    let authority = (head.authority ?? "").split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    let host = authority.prefix { !TransferRequest.endsOfAuthority.contains($0) }
    let path = (head.path ?? "").prefix { $0 != "?" && $0 != "#" }
    let text = "\(head.method.rawValue) \(head.scheme ?? "?")://\(host)\(path)"
    // One short line in a log, whatever the caller, or the service that named the address, put into it.
    return Excerpt.of(text, limit: 1000)
  }

  private static let endsOfAuthority: Set<Character> = ["/", "?", "#", "\\"]

  /// The address to connect to, checked.
  ///
  /// - Parameter schemes: What is carried.
  /// - Returns: The address.
  /// - Throws: ``TransportError`` of kind `invalidRequest`.
  package func url(_ schemes: [String] = ["http", "https"]) throws(TransportError) -> String {
    func invalid(_ message: String) -> TransportError {
      TransportError(kind: .invalidRequest, message: message, request: identity)
    }
    guard let scheme = head.scheme, schemes.contains(scheme) else {
      throw invalid("the scheme is \"\(head.scheme ?? "")\"; only \(schemes.joined(separator: " and ")) are carried")
    }
    guard let authority = head.authority, !authority.isEmpty else { throw invalid("the address names no host") }
    guard !authority.contains("@") else {
      throw invalid("user and password do not belong in the address; send an Authorization field")
    }
    guard !authority.contains(where: TransferRequest.endsOfAuthority.contains) else {
      throw invalid("the authority holds more than host and port; put the rest into the path")
    }
    let path = head.path ?? "/"
    guard path.hasPrefix("/") else { throw invalid("the path must begin with a slash") }
    guard (authority + path).utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw invalid("the address holds spaces, control characters or non-ASCII text; percent-encode them")
    }
    return "\(scheme)://\(authority)\(path)"
  }
}
