import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite("A plain exchange over libcurl", .everyReader, .timeLimit(.minutes(30)))
struct PlainRequestTests {
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

  @Test(
    "sends the method as it is asked for",
    arguments: [
      (HTTPRequest.Method.get, TransferBody.empty, ""), (.head, .empty, ""), (.delete, .empty, ""),
      (.options, .empty, ""), (.post, .empty, ""), (.put, .empty, ""), (.patch, .empty, ""),
      (.post, .bytes([]), ""), (.post, .bytes(bytes("{}")), "{}"), (.put, .bytes(bytes("abc")), "abc"),
      (.patch, .bytes(bytes("p")), "p"), (.delete, .bytes(bytes("why")), "why"), (.get, .bytes(bytes("q")), "q"),
    ])
  func sendsMethods(method: HTTPRequest.Method, body: TransferBody, expected: String) async throws {
    let answer = method == .head ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" : Self.ok
    try await withAnswer(answer) { server, notes in
      try await CurlTransport.with { transport in
        let response = try await transport.response(
          to: .to(server.authority, path: "/a/./b/../c?x=1&y=%20", method: method, body: body))
        #expect(response.head.status.code == 200)
        #expect(String(decoding: response.body, as: UTF8.self) == (method == .head ? "" : "hi"))
        let request = try #require(notes.requests.first)
        #expect(request.line == "\(method.rawValue) /a/./b/../c?x=1&y=%20 HTTP/1.1")
        #expect(String(decoding: request.body, as: UTF8.self) == expected)
        let carriesLength = !expected.isEmpty || [.post, .put, .patch].contains(method)
        #expect(request.values("content-length") == (carriesLength ? ["\(expected.utf8.count)"] : []))
        #expect(request.values("content-type") == [], "nobody named a content type")
        #expect(request.values("expect") == [])
        #expect(request.values("accept-encoding") == ["identity"], "compression was not asked for")
        #expect(request.values("host") == [server.authority])
        #expect(request.values("user-agent") == ["NPUTestKit"])
      }
    }
  }

  @Test("sends header fields in their spelling and order, empty ones and repeated ones too")
  func sendsFields() async throws {
    try await withAnswer(Self.ok) { server, notes in
      try await CurlTransport.with { transport in
        var fields = HTTPFields()
        fields.append(HTTPField(name: .named("X-First"), value: "1"))
        fields.append(HTTPField(name: .named("x-empty"), value: ""))
        fields.append(HTTPField(name: .named("X-Twice"), value: "a"))
        fields.append(HTTPField(name: .named("X-Twice"), value: "b; c, d"))
        fields.append(HTTPField(name: .named("X-Text"), value: "grün ☃"))
        fields[.userAgent] = "tester/1"
        fields[.contentType] = "application/json"
        _ = try await transport.response(
          to: .to(server.authority, method: .post, fields: fields, body: .bytes(bytes("{}"))))
        let request = try #require(notes.requests.first)
        let mine = ["X-First: 1", "x-empty:", "X-Twice: a", "X-Twice: b; c, d", "X-Text: grün ☃"]
        #expect(request.lines.filter { mine.contains($0) } == mine)
        #expect(request.values("user-agent") == ["tester/1"])
        #expect(request.values("content-type") == ["application/json"])
      }
    }
  }

  @Test("hands out answer fields with duplicates, empty values and text beyond ASCII")
  func receivesFields() async throws {
    let answer =
      "HTTP/1.1 418 I'm a teapot\r\nX-Twice: 1\r\nx-twice: 2\r\nX-Empty:\r\nX-Text:  grün ☃ \r\nContent-Length: 0\r\n\r\n"
    try await withAnswer(answer) { server, _ in
      try await CurlTransport.with { transport in
        let response = try await transport.response(to: .to(server.authority))
        #expect(response.head.status == HTTPResponse.Status(code: 418, reasonPhrase: "I'm a teapot"))
        #expect(response.head.headerFields[values: .named("X-Twice")] == ["1", "2"])
        #expect(response.head.headerFields[.named("X-Empty")] == "")
        #expect(response.head.headerFields[.named("X-Text")] == "grün ☃")
        #expect(response.body == [])
      }
    }
  }

  @Test("keeps the bytes of a response field that is not UTF-8")
  func receivesLatinFields() async throws {
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send(bytes("HTTP/1.1 200 OK\r\nX-Text: gr") + [0xFC] + bytes("n\r\nContent-Length: 0\r\n\r\n"))
    } _: { server in
      try await CurlTransport.with { transport in
        let fields = try await transport.response(to: .to(server.authority)).head.headerFields
        let field = try #require(fields.first { $0.name == .named("x-text") })
        let raw = unsafe field.withUnsafeBytesOfValue { unsafe Array($0) }
        #expect(raw == bytes("gr") + [0xFC] + bytes("n"))
      }
    }
  }

  @Test("a field value cannot smuggle in another field", arguments: ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\u{0}b"])
  func refusesInjection(value: String) async throws {
    try await withAnswer(Self.ok) { server, notes in
      try await CurlTransport.with { transport in
        var fields = HTTPFields()
        fields.append(HTTPField(name: .named("X-Mine"), lenientValue: value.utf8))
        _ = try await transport.response(to: .to(server.authority, fields: fields))
        #expect(notes.requests.first?.values("x-evil") == [])
        #expect(notes.requests.first?.lines.filter { $0.hasPrefix("X-Mine: a") }.count == 1)
      }
    }
  }

  struct Body: Sendable, CustomTestStringConvertible {
    let name: String
    let answer: String
    let expected: String
    var testDescription: String { name }
  }

  @Test(
    "reads a body however its length is told",
    arguments: [
      Body(name: "content-length", answer: ok, expected: "hi"),
      Body(
        name: "chunked",
        answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nh\r\n0001;x=y\r\ni\r\n0\r\n\r\n",
        expected: "hi"),
      Body(
        name: "chunked with a trailer",
        answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n",
        expected: "hi"),
      Body(name: "until close", answer: "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi", expected: "hi"),
      Body(name: "HTTP/1.0", answer: "HTTP/1.0 200 OK\r\n\r\nhi", expected: "hi"),
      Body(name: "204", answer: "HTTP/1.1 204 No Content\r\n\r\n", expected: ""),
      Body(name: "304", answer: "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", expected: ""),
      Body(name: "empty", answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", expected: ""),
      Body(
        name: "after interim answers",
        answer: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + ok, expected: "hi"),
    ])
  func readsBodies(body: Body) async throws {
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send(body.answer)
    } _: { server in
      try await CurlTransport.with { transport in
        let observer = RecordingObserver()
        observer.start(.to(server.authority), on: transport)
        #expect(await observer.ended().error == nil)
        #expect(String(decoding: observer.log.body, as: UTF8.self) == body.expected)
        #expect(observer.log.count("head") == 1)
        #expect(observer.log.head?.headerFields[.named("X-Early")] == nil)
        #expect(observer.log.head?.headerFields[.named("X-T")] == nil)
        #expect(
          observer.log.names == ["started", "sent", "head"] + (body.expected.isEmpty ? [] : ["body"]) + ["ended"])
      }
    }
  }

  /// "hi" in the encodings that a response may have unasked.
  private static let packed: [(encoding: String, body: [UInt8])] = [
    (
      "gzip",
      [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0xc8, 0x04, 0x00, 0xac, 0x2a, 0x93, 0xd8,
        0x02,
        0x00, 0x00, 0x00,
      ]
    ), ("deflate", [0x78, 0x9c, 0xcb, 0xc8, 0x04, 0x00, 0x01, 0x3b, 0x00, 0xd2]), ("identity", bytes("hi")),
  ]

  @Test("asks for no compression, and decodes a compressed body all the same", arguments: packed, [nil, "gzip"])
  func decodes(packed: (encoding: String, body: [UInt8]), asked: String?) async throws {
    try await withFaultServer { connection in
      let request = try connection.readRequest()
      try connection.send(
        "HTTP/1.1 200 OK\r\nContent-Encoding: \(packed.encoding)\r\n"
          + "X-Asked: \(request.values("accept-encoding"))\r\nContent-Length: \(packed.body.count)\r\n\r\n")
      // Cut wherever it may be.
      for byte in packed.body { try connection.send([byte]) }
    } _: { server in
      try await CurlTransport.with { transport in
        var fields = HTTPFields()
        fields[.acceptEncoding] = asked
        let response = try await transport.response(to: .to(server.authority, fields: fields))
        #expect(response.head.headerFields[.named("X-Asked")] == "[\"\(asked ?? "identity")\"]")
        #expect(response.body == bytes("hi"))
      }
    }
  }

  @Test("names an encoding that it cannot decode")
  func unknownEncoding() async throws {
    try await withAnswer("HTTP/1.1 200 OK\r\nContent-Encoding: x-rot13\r\nContent-Length: 2\r\n\r\nuv") { server, _ in
      try await CurlTransport.with { transport in
        let error = await #expect(throws: TransportError.self) {
          try await transport.response(to: .to(server.authority))
        }
        #expect(error?.kind == .protocolViolation)
        #expect(error?.message.contains(#"Content-Encoding "x-rot13""#) == true, "\(String(describing: error))")
      }
    }
  }

  @Test("names no secret that came back as an encoding")
  func secretEncoding() async throws {
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: sk-very-secret\r\nContent-Length: 2\r\n\r\nuv"
    try await withAnswer(head) { server, _ in
      try await CurlTransport.with { transport in
        let fields: HTTPFields = [.authorization: "Bearer sk-very-secret"]
        let error = await #expect(throws: TransportError.self) {
          try await transport.response(to: .to(server.authority, fields: fields))
        }
        #expect(error?.message.contains(#"Content-Encoding "<secret>""#) == true, "\(String(describing: error))")
      }
    }
  }

  @Test("an empty list of accepted encodings is sent as that, and not as all that libcurl knows")
  func sendsEmptyAcceptEncoding() async throws {
    try await withAnswer(Self.ok) { server, notes in
      try await CurlTransport.with { transport in
        _ = try await transport.response(to: .to(server.authority, fields: [.acceptEncoding: ""]))
        #expect(notes.requests.first?.values("accept-encoding") == [""])
      }
    }
  }

  @Test(
    "sends a body of any size whole, and says so once it is on its way",
    arguments: [0, 1 << 10, (64 << 10) - 1, 64 << 10, (64 << 10) + 1, 65 << 10, 20 << 20])
  func sendsBodies(size: Int) async throws {
    let block = (0..<251).map { UInt8($0) }
    let body = Array([[UInt8]](repeating: block, count: size / block.count + 1).joined().prefix(size))
    let notes = RequestNotes()
    try await withFaultServer { connection in
      notes.add(try connection.readRequest(), connection.number)
      try connection.send(Self.ok)
    } _: { server in
      try await CurlTransport.with { transport in
        let observer = RecordingObserver()
        observer.start(.to(server.authority, method: .post, body: .bytes(body)), on: transport)
        let end = await observer.ended()
        #expect(end.error == nil)
        #expect(observer.log.names == ["started", "sent", "head", "body", "ended"])
        #expect(observer.log.count("sent") == 1)
        let request = try #require(notes.requests.first)
        #expect(request.body == body)
        #expect(end.metrics.bytesSent == request.size)
      }
    }
  }

  @Test(
    "a large body is sent only when its last byte is, and not while the server has yet to read it", arguments: [1, 20])
  func stampsLargeBodies(megabytes: Int) async throws {
    let read = Gate()
    try await withFaultServer { connection in
      _ = try connection.readHead()
      read.pass()
      _ = try connection.read(megabytes << 20)
      try connection.send(Self.ok)
    } _: { server in
      try await CurlTransport.with { transport in
        let observer = RecordingObserver()
        defer { read.open() }
        observer.start(
          .to(server.authority, method: .post, body: .bytes([UInt8](repeating: 7, count: megabytes << 20))),
          on: transport)
        await observer.wait { $0.count("started") == 1 }
        // 20 MB cannot be in the system's buffers while the server reads none of it.
        if megabytes == 20 { #expect(observer.log.count("sent") == 0) }
        read.open()
        #expect(await observer.ended().error == nil)
        #expect(observer.log.count("sent") == 1)
      }
    }
  }
}
