import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite("How a transport classifies what goes wrong", .everyReader, .timeLimit(.minutes(30)))
struct TransportErrorTests {
  /// What a server does to a request, and what the transport should make of it.
  struct Mischief: Sendable, CustomTestStringConvertible {
    let name: String
    let kind: TransportError.Kind
    /// A part of the message that helps.
    let hint: String
    var change: @Sendable (inout TransferRequest) -> Void = { _ in }
    let script: FaultServer.Script

    var testDescription: String { name }
  }

  static let mischiefs: [Mischief] = [
    Mischief(name: "closes at once", kind: .connectionLost, hint: "") { _ in },
    Mischief(name: "closes before it answers", kind: .connectionLost, hint: "") { _ = try $0.readRequest() },
    Mischief(name: "resets before it answers", kind: .connectionLost, hint: "") {
      _ = try $0.readRequest()
      $0.reset()
    },
    Mischief(name: "closes inside the head", kind: .connectionLost, hint: "") {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\nContent-Le")
    },
    Mischief(name: "resets inside the body", kind: .connectionLost, hint: "") {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
      $0.reset()
    },
    Mischief(name: "ends a body before its length", kind: .truncatedBody, hint: "5") {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
    },
    Mischief(name: "ends inside a chunk", kind: .truncatedBody, hint: "") {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhello")
    },
    Mischief(name: "ends without a last chunk", kind: .truncatedBody, hint: "") {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
    },
    Mischief(name: "sends a chunk size that is none", kind: .protocolViolation, hint: "chunk") {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n")
    },
    Mischief(name: "speaks another protocol", kind: .protocolViolation, hint: "HTTP/0.9") {
      try $0.send("SSH-2.0-OpenSSH_9.2\r\n")
      _ = $0.waitForPeerEnd()
    },
    Mischief(name: "answers as HTTP/0.9", kind: .protocolViolation, hint: "HTTP/0.9") {
      _ = try $0.readRequest()
      try $0.send("<html>it works</html>")
    },
    Mischief(name: "sends a version that is none", kind: .protocolViolation, hint: "") {
      _ = try $0.readRequest()
      try $0.send("HTTP/7.3 200 OK\r\nContent-Length: 0\r\n\r\n")
    },
    Mischief(name: "sends a length that is none", kind: .protocolViolation, hint: "Content-Length") {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nhello")
    },
    Mischief(name: "says gzip and sends none", kind: .protocolViolation, hint: "gzip") {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\nthis is not gzip at!")
    },
    Mischief(name: "sends 100 MB of header fields", kind: .headerTooLarge, hint: "262144") {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\n")
      let line = "X-Filler: \(String(repeating: "x", count: 1000))\r\n"
      for _ in 0..<100 << 10 { try $0.send(line) }
    },
    Mischief(name: "sends 100 MB in one header field", kind: .headerTooLarge, hint: "limit") {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\nX-Filler: ")
      let block = [UInt8](repeating: 0x78, count: 1 << 20)
      for _ in 0..<100 { try $0.send(block) }
    },
    Mischief(name: "sends more header than libcurl carries", kind: .headerTooLarge, hint: "") {
      $0.limits.headerBytes = 1 << 30
    } script: {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\n")
      let line = "X-Filler: \(String(repeating: "x", count: 1000))\r\n"
      for _ in 0..<10 << 10 { try $0.send(line) }
    },
    Mischief(name: "sends interim answers without end", kind: .headerTooLarge, hint: "262144") {
      _ = try $0.readRequest()
      while true { try $0.send("HTTP/1.1 102 Processing\r\n\r\n") }
    },
    Mischief(name: "sends a body without end", kind: .bodyTooLarge, hint: "1000000") {
      $0.limits.bodyBytes = 1_000_000
    } script: {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\n\r\n")
      let block = [UInt8](repeating: 0x78, count: 1 << 16)
      while true { try $0.send(block) }
    },
    Mischief(name: "never answers", kind: .firstByteTimeout, hint: "0.15") {
      $0.timeouts.firstByte = .milliseconds(150)
    } script: {
      _ = $0.waitForPeerEnd()
    },
    Mischief(name: "sends a head and no body", kind: .firstByteTimeout, hint: "0.15") {
      $0.timeouts.firstByte = .milliseconds(150)
    } script: {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
      _ = $0.waitForPeerEnd()
    },
    Mischief(name: "goes silent inside the body", kind: .idleTimeout, hint: "0.15") {
      $0.timeouts.idle = .milliseconds(150)
    } script: {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
      _ = $0.waitForPeerEnd()
    },
    Mischief(name: "never comes to an end", kind: .totalTimeout, hint: "0.3") {
      $0.timeouts.total = .milliseconds(300)
    } script: {
      _ = try $0.readRequest()
      try $0.send("HTTP/1.1 200 OK\r\n\r\n")
      while true {
        try $0.send([0x78])
        guard $0.rests(milliseconds: 20) else { return }
      }
    },
    Mischief(name: "never finishes the handshake of TLS", kind: .connectTimeout, hint: "0.15") {
      $0.head.scheme = "https"
      $0.timeouts.connect = .milliseconds(150)
    } script: {
      _ = $0.waitForPeerEnd()
    },
    Mischief(name: "answers a TLS handshake in plain text", kind: .tls, hint: "") {
      $0.head.scheme = "https"
    } script: {
      try $0.send("HTTP/1.1 400 Bad Request\r\n\r\n")
      _ = $0.waitForPeerEnd()
    },
  ]

  @Test("a server that", arguments: mischiefs)
  func classifies(mischief: Mischief) async throws {
    try await withFaultServer(mischief.script) { server in
      try await CurlTransport.with { transport in
        var request = TransferRequest.to(server.authority, path: "/v1/x?key=hidden")
        mischief.change(&request)
        let observer = RecordingObserver(keepsBody: false)
        observer.start(request, on: transport)
        let end = await observer.ended()
        let error = try #require(end.error)
        #expect(error.kind == mischief.kind, "\(error)")
        #expect(error.message.contains(mischief.hint), "\(error)")
        #expect(error.request == "GET \(request.head.scheme ?? "")://\(server.authority)/v1/x")
        #expect(!"\(error)".contains("hidden"))
        #expect(observer.log.count("ended") == 1)
        #expect(observer.log.events.first?.name == "started")
        // The transport goes on.
        try await Loopback.withUnusedPort { port in
          let next = RecordingObserver()
          next.start(.to("127.0.0.1:\(port)"), on: transport)
          #expect(await next.ended().error?.kind == .connectionRefused)
        }
      }
    }
  }

  @Test("a port on which nobody listens refuses, and the message names it")
  func classifiesRefusal() async throws {
    try await Loopback.withUnusedPort { port in
      try await CurlTransport.with { transport in
        let error = await #expect(throws: TransportError.self) {
          _ = try await transport.response(to: .to("127.0.0.1:\(port)"))
        }
        #expect(error?.kind == .connectionRefused)
        #expect(error?.message.contains("\(port)") == true)
        #expect(error?.shortDescription == "connection_refused")
      }
    }
  }

  @Test("a name that does not exist does not resolve, and the message names it")
  func classifiesNames() async throws {
    try await CurlTransport.with { transport in
      let error = await #expect(throws: TransportError.self) {
        _ = try await transport.response(to: .to("nonexistent.invalid"))
      }
      #expect(error?.kind == .nameResolution)
      #expect(error?.message.contains("nonexistent.invalid") == true)
    }
  }

  @Test("a host that does not take the connection runs into the timeout of connecting")
  func classifiesSilentHosts() async throws {
    let (listener, port) = try Loopback.listen(backlog: 0)
    var sockets = [listener]
    defer { for socket in sockets { Loopback.close(socket) } }
    // The queue of the listener takes one or two connections; the next ones are left without a response.
    for _ in 0..<4 { sockets.append(try Loopback.beginConnection(to: port)) }
    try await CurlTransport.with { transport in
      let error = await #expect(throws: TransportError.self) {
        _ = try await transport.response(to: .to("127.0.0.1:\(port)") { $0.timeouts.connect = .milliseconds(200) })
      }
      #expect(error?.kind == .connectTimeout)
      #expect(error?.message.contains("0.2") == true)
    }
  }

  @Test("more redirects than allowed are told as that")
  func classifiesRedirectLoops() async throws {
    try await withAnswer("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n") { server, notes in
      try await CurlTransport.with { transport in
        let error = await #expect(throws: TransportError.self) {
          _ = try await transport.response(to: .to(server.authority) { $0.redirectLimit = 3 })
        }
        #expect(error?.kind == .tooManyRedirects)
        #expect(error?.message.contains("3") == true)
        #expect(notes.requests.count == 4)
      }
    }
  }

  @Test("errors without a request of their own also stand in the bounded set of causes")
  func namesAllKinds() {
    let names = TransportError.Kind.allCases.map {
      TransportError(kind: $0, message: "m", request: "r").shortDescription
    }
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "_" } })
  }
}
