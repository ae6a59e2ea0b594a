import HTTPTypes
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

@Suite("Proxies and Unix-domain sockets", .timeLimit(.minutes(30)))
struct ProxyTests {
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
  /// "tester:hunter2" in Base64, as RFC 7617 has it.
  private static let credentials = "Basic dGVzdGVyOmh1bnRlcjI="

  private func proxy(_ server: FaultServer, user: String? = nil, password: Secret? = nil) -> TransportConfiguration {
    TransportConfiguration(
      proxy: ProxyConfiguration(address: "http://\(server.authority)", user: user, password: password))
  }

  @Test("a forward proxy is asked for the whole address, for hosts that only it knows")
  func forwards() async throws {
    try await withAnswer(Self.ok) { server, notes in
      try await CurlTransport.with(proxy(server)) { transport in
        let response = try await transport.response(
          to: .to("only-the-proxy-knows.invalid", path: "/x?y=1", fields: [.authorization: "Bearer token"]))
        #expect(response.body == bytes("hi"))
        let request = try #require(notes.requests.first)
        #expect(request.line == "GET http://only-the-proxy-knows.invalid/x?y=1 HTTP/1.1")
        #expect(request.values("proxy-authorization") == [])
        #expect(request.values("authorization") == ["Bearer token"])
        #expect(response.metrics.remoteAddress == server.authority)
      }
    }
  }

  @Test("user and password go to the proxy")
  func authenticates() async throws {
    try await withAnswer(Self.ok) { server, notes in
      try await CurlTransport.with(proxy(server, user: "tester", password: "hunter2")) { transport in
        _ = try await transport.response(to: .to("host.invalid"))
        #expect(notes.requests.first?.values("proxy-authorization") == [Self.credentials])
      }
    }
  }

  @Test("a proxy's own answer to a plain request is a response")
  func deliversRefusals() async throws {
    try await withAnswer("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n") { server, _ in
      try await CurlTransport.with(proxy(server)) { transport in
        let response = try await transport.response(to: .to("host.invalid"))
        #expect(response.head.status.code == 407)
      }
    }
  }

  @Test("TLS goes through a tunnel, whose refusal is the proxy's fault", arguments: [407, 403, 502])
  func classifiesTunnels(status: Int) async throws {
    try await withAnswer("HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n") { server, notes in
      try await CurlTransport.with(proxy(server, user: "tester", password: "hunter2")) { transport in
        let observer = RecordingObserver()
        observer.start(.to("host.invalid", path: "/x?key=hidden", scheme: "https"), on: transport)
        let error = try #require(await observer.ended().error)
        #expect(error.kind == .proxy, "\(error)")
        #expect(error.message.contains("\(status)"), "\(error)")
        #expect(observer.log.count("head") == 0)
        let request = try #require(notes.requests.first)
        #expect(request.line == "CONNECT host.invalid:443 HTTP/1.1")
        #expect(request.values("proxy-authorization") == [Self.credentials])
      }
    }
  }

  @Test("a proxy that does not answer to a tunnel runs into the timeout of connecting")
  func timesTunnels() async throws {
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      _ = connection.waitForPeerEnd()
    } _: { server in
      try await CurlTransport.with(proxy(server)) { transport in
        let error = await #expect(throws: TransportError.self) {
          _ = try await transport.response(
            to: .to("host.invalid", scheme: "https") { $0.timeouts.connect = .milliseconds(150) })
        }
        #expect(error?.kind == .connectTimeout)
      }
    }
  }

  @Test(
    "a proxy that is not there, is unknown, or hangs up is told as the proxy's failure",
    arguments: ["unused", "nonexistent.invalid:3128", "hangs up"])
  func classifiesProxies(kind: String) async throws {
    func expectProxyError(_ address: String) async throws {
      let configuration = TransportConfiguration(proxy: ProxyConfiguration(address: "http://\(address)"))
      try await CurlTransport.with(configuration) { transport in
        let error = await #expect(throws: TransportError.self) {
          _ = try await transport.response(to: .to("host.invalid", scheme: "https"))
        }
        #expect(error?.kind == .proxy, "\(String(describing: error))")
      }
    }
    switch kind {
    case "unused": try await Loopback.withUnusedPort { try await expectProxyError("127.0.0.1:\($0)") }
    case "hangs up":
      try await withFaultServer { _ in
      } _: { server in
        try await expectProxyError(server.authority)
      }
    default: try await expectProxyError(kind)
    }
  }

  @Test("the environment's proxy variables change nothing, neither without a proxy nor with one")
  func ignoresTheEnvironment() async {
    await #expect(processExitsWith: .success) {
      for (name, value) in [
        ("http_proxy", "http://127.0.0.1:1"), ("all_proxy", "http://127.0.0.1:1"), ("no_proxy", "*"), ("NO_PROXY", "*"),
      ] {
        _ = unsafe setenv(name, value, 1)
      }
      try await withAnswer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") { server, notes in
        try await CurlTransport.with { transport in
          _ = try await transport.response(to: .to(server.authority))
        }
        let configuration = TransportConfiguration(proxy: ProxyConfiguration(address: "http://\(server.authority)"))
        try await CurlTransport.with(configuration) { transport in
          _ = try await transport.response(to: .to("host.invalid"))
        }
        #expect(
          notes.requests.map(\.line) == ["GET / HTTP/1.1", "GET http://host.invalid/ HTTP/1.1"], "\(notes.requests)")
      }
    }
  }

  @Test("a Unix-domain socket takes the place of host and port")
  func usesUnixSockets() async throws {
    let path = "/tmp/nputestkit-\(getpid())-\(UInt32.random(in: .min ... .max)).sock"
    let simulator = try await Simulator.start(behaviour: Behaviour(outputTokens: 5), unixSocket: path)
    defer { unsafe unlink(path) }
    try await CurlTransport.with { transport in
      for _ in 0..<2 {
        let body = #"{"model":"simulated-chat","stream":true,"messages":[{"role":"user","content":"hello"}]}"#
        var request = TransferRequest.to(
          "service.example", path: "/v1/chat/completions", method: .post, fields: [.contentType: "application/json"],
          body: .bytes(bytes(body)))
        request.unixSocketPath = path
        let response = try await transport.response(to: request)
        #expect(response.head.status == .ok)
        #expect(String(decoding: response.body, as: UTF8.self).hasSuffix("data: [DONE]\n\n"))
      }
      #expect(simulator.requests.first?.header("Host") == "service.example")
      #expect(simulator.counters.connections == 1)
    }
    try await simulator.shutDown()

    try await CurlTransport.with { transport in
      let error = await #expect(throws: TransportError.self) {
        var request = TransferRequest.to("service.example")
        request.unixSocketPath = "/nonexistent/socket"
        _ = try await transport.response(to: request)
      }
      #expect(error?.kind == .connectionFailed || error?.kind == .connectionRefused)
    }
  }
}
