import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite("Plain HTTP read by our own reader, beside libcurl", .timeLimit(.minutes(30)))
struct PlainReaderTests {
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

  /// What a server at one port is sent by each reader, connections and their number included.
  private func sent(
    _ requests: [TransferRequest], _ configuration: TransportConfiguration = TransportConfiguration(),
    by reader: PlainHTTPReader, to server: FaultServer
  ) async throws {
    let transport = try CurlTransport.make(configuration, reader: reader)
    defer { transport.shutDown() }
    for request in requests { _ = try await transport.response(to: request) }
  }

  @Test("a request is byte for byte what libcurl would send", arguments: ["NPUTestKit", "", "a (b; c) / d"])
  func writesAlike(userAgent: String) async throws {
    let notes = RequestNotes()
    try await withFaultServer { connection in
      while true {
        let request = try connection.readRequest()
        notes.add(request, connection.number)
        try connection.send(request.line.hasPrefix("HEAD") ? "HTTP/1.1 204 No\r\n\r\n" : Self.ok)
      }
    } _: { server in
      var many = HTTPFields()
      many.append(HTTPField(name: .named("X-First"), value: "1"))
      many.append(HTTPField(name: .named("x-empty"), value: ""))
      many.append(HTTPField(name: .named("X-Twice"), value: "a"))
      many.append(HTTPField(name: .named("X-Twice"), value: "b; c, d"))
      many.append(HTTPField(name: .named("X-Text"), value: "grün ☃"))
      many.append(HTTPField(name: .named("X-Mine"), lenientValue: "a\r\nX-Evil: 1".utf8))
      many[.authorization] = "Bearer x"
      many[.cookie] = "a=b"
      many[.range] = "bytes=0-1"
      let fieldsets: [HTTPFields] = [
        [:], many, [.userAgent: "tester/1"], [.accept: "text/event-stream"], [.acceptEncoding: "identity"],
        [.contentType: "application/json"],
      ]
      let requests = fieldsets.flatMap { fields in
        let (get, post) = (HTTPRequest.Method.get, HTTPRequest.Method.post)
        let bodies: [(HTTPRequest.Method, TransferBody)] = [
          (get, .empty), (.head, .empty), (.delete, .empty), (.options, .empty), (post, .empty), (.put, .empty),
          (.patch, .empty), (post, .bytes([])), (post, .bytes(bytes("{}"))), (.put, .bytes(bytes("abc"))),
          (.delete, .bytes(bytes("why"))), (get, .bytes(bytes("q"))),
          (post, .bytes([UInt8](repeating: 7, count: 100_000))),
        ]
        return bodies.map { method, body in
          TransferRequest.to(
            server.authority, path: "/a/./b/../c?x=1&y=%20//", method: method, fields: fields, body: body)
        }
      }
      let configuration = TransportConfiguration(userAgent: userAgent)
      try await sent(requests, configuration, by: .libcurl, to: server)
      let expected = notes.requests
      try await sent(requests, configuration, by: .own, to: server)
      let own = Array(notes.requests.dropFirst(expected.count))
      #expect(expected.count == requests.count && own.count == requests.count)
      for (own, expected) in zip(own, expected) { #expect(own == expected) }
    }
  }

  @Test("the port is left out of the field Host where it is the usual one, and otherwise not")
  func namesHosts() async throws {
    // Nobody need listen at port 80: what would be sent is looked at.
    for (authority, host) in [
      ("a.example", "a.example"), ("a.example:80", "a.example"), ("a.example:8080", "a.example:8080"),
      ("[::1]:80", "[::1]"), ("[::1]:81", "[::1]:81"),
    ] {
      let head = try #require(RequestHead(.to(authority), userAgent: "x"))
      #expect(String(decoding: head.bytes, as: UTF8.self).contains("\r\nHost: \(host)\r\n"))
    }
  }

  @Test(
    "whatever changes how a request is carried is left to libcurl",
    arguments: [
      .to("h", fields: [.connection: "close"]), .to("h", fields: [.transferEncoding: "chunked"]),
      .to("h", fields: [.contentLength: "5"]), .to("h", fields: [.expect: "100-continue"]),
      .to("h", fields: [.upgrade: "websocket"]), .to("h", fields: [.te: "trailers"]),
      .to("h", fields: [.named("Host"): "other"]), .to("h", fields: [.acceptEncoding: "gzip"]),
      .to("h", fields: [.acceptEncoding: ""]), .to("h", path: "/a#b"), .to("h:"), .to("h%20"), .to("user@h"),
      .to("h", method: .post, body: .file(path: "/x")), .to("h", method: .post, body: .form(MultipartForm())),
      .to("h", method: .head, body: .bytes([1])),
    ] as [TransferRequest])
  func leavesToCurl(request: TransferRequest) {
    #expect(RequestHead(request, userAgent: "x") == nil)
  }

  @Test("a refusal that comes before a large body has gone is the response", arguments: PlainHTTPReader.allCases)
  func takesEarlyRefusals(reader: PlainHTTPReader) async throws {
    try await withFaultServer { connection in
      _ = try connection.readHead()
      try connection.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
      _ = connection.waitForPeerEnd()
    } _: { server in
      let transport = try CurlTransport.make(reader: reader)
      defer { transport.shutDown() }
      let body = [UInt8](repeating: 7, count: 40 << 20)
      for _ in 0..<2 {
        let response = try await transport.response(to: .to(server.authority, method: .post, body: .bytes(body)))
        #expect(response.head.status.code == 413)
        #expect(response.body == bytes("big"))
        #expect(!response.metrics.connectionReused, "half a request stands on it")
      }
    }
  }

  @Test("a connection on which more stands than the response is not used again", arguments: PlainHTTPReader.allCases)
  func leavesSurplus(reader: PlainHTTPReader) async throws {
    try await withAnswer(Self.ok + "HTTP/1.1 500 Smuggled\r\nContent-Length: 0\r\n\r\n") { server, notes in
      let transport = try CurlTransport.make(reader: reader)
      defer { transport.shutDown() }
      for _ in 0..<3 {
        let response = try await transport.response(to: .to(server.authority))
        #expect(response.head.status == .ok)
        #expect(response.body == bytes("hi"))
      }
      #expect(notes.connections == [0, 1, 2])
    }
  }

  /// "hi" as gzip: 22 bytes.
  private static let packed: [UInt8] = [
    0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xCB, 0xC8, 0x04, 0, 0xAC, 0x2A, 0x93, 0xD8, 0x02, 0, 0, 0,
  ]

  @Test("a packed body that its framing cuts short is not whole", arguments: [0, 1, 10, 13, 14, 21, 22])
  func seesCutPackedBodies(count: Int) async throws {
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send(
        bytes("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(count)\r\n\r\n")
          + Self.packed.prefix(count))
      _ = connection.waitForPeerEnd()
    } _: { server in
      let transport = try CurlTransport.make(reader: .own)
      defer { transport.shutDown() }
      do {
        let response = try await transport.response(to: .to(server.authority))
        #expect(count == 0 || count == Self.packed.count)
        #expect(response.body == (count == 0 ? [] : bytes("hi")))
      } catch let error as TransportError {
        #expect(0 < count && count < Self.packed.count, "\(error)")
        #expect(error.kind == .protocolViolation)
        #expect(error.message.contains("gzip") && error.message.contains("missing"))
      }
    }
  }
}
