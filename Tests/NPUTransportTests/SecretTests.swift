import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite("Secrets stay out of everything that is shown", .everyReader, .timeLimit(.minutes(30)))
struct SecretTests {
  /// Everything that might find its way into a log.
  private func texts(_ value: some Any) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    let children = Mirror(reflecting: value).children.map { "\($0.label ?? "") \(String(reflecting: $0.value))" }
    return [dumped, String(describing: value), String(reflecting: value), children.joined(separator: "\n")]
  }

  private func secret(_ seed: Int) -> String {
    "s3cr3t-\(seed &* 2_654_435_761 % 1_000_003)-\(String(seed, radix: 36))"
  }

  static let secretFields = [
    "Authorization", "Proxy-Authorization", "X-Auth-Token", "X-Api-Key", "api-key", "X-Apig-AppCode", "Cookie",
    "X-Subject-Token", "X-Security-Token", "X-Client-Secret", "X-Password", "x-goog-signature",
  ]

  @Test("a request shows its method, host and path, and of its header fields the names alone", arguments: 1...20)
  func redactsRequests(seed: Int) {
    let secret = secret(seed)
    var fields: HTTPFields = [.contentType: "application/json", .accept: "text/event-stream"]
    for name in Self.secretFields { fields.append(HTTPField(name: .named(name), value: "Bearer \(secret)")) }
    let request = TransferRequest.to(
      "host.example:81", path: "/v1/chat?key=\(secret)", method: .post, fields: fields, body: .bytes(bytes(secret)))
    for text in texts(request) + texts([request]) + texts(Optional(request)) {
      #expect(!text.contains(secret))
      #expect(text.contains("POST http://host.example:81/v1/chat"))
      #expect(!text.contains("text/event-stream"))
      #expect(text.contains("X-Auth-Token"))
    }
  }

  @Test("a configuration shows neither passphrase nor password, even one that was put into the proxy's address")
  func redactsConfigurations() {
    let secret = secret(7)
    let configuration = TransportConfiguration(
      tls: TLSConfiguration(
        clientCertificate: .init(certificatePath: "/cert.pem", keyPath: "/key.pem", passphrase: Secret(secret))),
      proxy: ProxyConfiguration(
        address: "http://someone:\(secret)@proxy.example:3128", user: "someone", password: Secret(secret)))
    for text in texts(configuration) {
      #expect(!text.contains(secret))
      #expect(text.contains("proxy.example:3128"))
      #expect(text.contains("/key.pem"))
    }
  }

  @Test("no error shows a secret, whatever went wrong", arguments: 1...3)
  func keepsErrorsClean(seed: Int) async throws {
    let secret = secret(seed)
    let answers = [
      "", "junk", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
      "HTTP/1.1 302 Found\r\nLocation: ftp://x/?\(secret)\r\n\r\n",
      "HTTP/1.1 302 Found\r\nLocation: http://[\(secret)\r\n\r\n",
    ]
    var errors: [TransportError] = []
    for answer in answers {
      try await withFaultServer { connection in
        _ = try connection.readRequest()
        try connection.send(answer)
      } _: { server in
        errors.append(contentsOf: try await failures(server.authority, secret, proxy: nil))
        errors.append(contentsOf: try await failures(server.authority, secret, proxy: server.authority))
      }
    }
    errors += try await Loopback.withUnusedPort { port in
      try await failures("127.0.0.1:\(port)", secret, proxy: nil)
        + failures("x.invalid", secret, proxy: "127.0.0.1:\(port)")
    }
    errors += try await failures("x.invalid", secret, proxy: "nonexistent.invalid:1")
    #expect(errors.count > 30)
    for error in errors {
      for text in texts(error) { #expect(!text.contains(secret), "\(error.kind)") }
    }
  }

  /// The errors of requests that are full of secrets.
  private func failures(_ authority: String, _ secret: String, proxy: String?) async throws -> [TransportError] {
    let configuration = TransportConfiguration(
      tls: TLSConfiguration(
        clientCertificate: .init(certificatePath: "/nowhere.pem", keyPath: "/nowhere.key", passphrase: Secret(secret))),
      proxy: proxy.map { ProxyConfiguration(address: "http://\($0)", user: "u", password: Secret(secret)) })
    return try await CurlTransport.with(configuration) { transport in
      var errors: [TransportError] = []
      for (scheme, authority) in [
        ("http", authority), ("https", authority), ("ftp", authority), ("http", "user:\(secret)@\(authority)"),
        ("http", "\(authority)?\(secret)"),
      ] {
        let fields: HTTPFields = [
          .authorization: "Bearer \(secret)", .proxyAuthorization: secret, .named("X-Auth-Token"): secret,
        ]
        let request = TransferRequest.to(authority, path: "/v1?token=\(secret)", scheme: scheme, fields: fields) {
          $0.redirectLimit = 3
        }
        do {
          _ = try await transport.response(to: request)
        } catch let error as TransportError {
          errors.append(error)
        }
      }
      return errors
    }
  }

  @Test("a secret itself shows a fixed mark")
  func hidesSecrets() {
    for text in texts(Secret("hunter2")) { #expect(!text.contains("hunter2")) }
    #expect("\(Secret("a"))" == "\(Secret("abcdefgh"))")
    #expect(Secret("hunter2").reveal() == "hunter2")
    #expect(Secret("a") == "a")
    #expect(Secret("a") != "b")
  }
}
