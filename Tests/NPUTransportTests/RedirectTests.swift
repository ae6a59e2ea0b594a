import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite("Redirects", .everyReader, .timeLimit(.minutes(30)))
struct RedirectTests {
  /// Runs a server that sends `/from` elsewhere with a body of its own, and responses everything else.
  private func withRedirect<Result>(
    status: Int = 302, to location: String, _ body: (FaultServer, RequestNotes) async throws -> Result
  ) async throws -> Result {
    let notes = RequestNotes()
    return try await withFaultServer { connection in
      while true {
        let request = try connection.readRequest()
        notes.add(request, connection.number)
        if request.line.contains(" /from") {
          try connection.send(
            "HTTP/1.1 \(status) Moved\r\nLocation: \(location)\r\nX-Hop: 1\r\nContent-Length: 5\r\n\r\nmoved")
        } else {
          try connection.send("HTTP/1.1 200 OK\r\nX-Goal: 1\r\nContent-Length: 2\r\n\r\nhi")
        }
      }
    } _: {
      try await body($0, notes)
    }
  }

  @Test(
    "are handed over as the responses they are, unless following is asked for", arguments: [301, 302, 303, 307, 308])
  func handsOver(status: Int) async throws {
    try await withRedirect(status: status, to: "/to") { server, notes in
      try await CurlTransport.with { transport in
        let response = try await transport.response(to: .to(server.authority, path: "/from"))
        #expect(response.head.status.code == status)
        #expect(response.head.headerFields[.location] == "/to")
        #expect(response.body == bytes("moved"))
        #expect(notes.requests.count == 1)
      }
    }
  }

  @Test(
    "are followed when asked, and only the last response is told",
    arguments: [
      (301, "GET", ""), (302, "GET", ""), (303, "GET", ""), (307, "POST", "payload"), (308, "POST", "payload"),
    ])
  func follows(status: Int, method: String, body: String) async throws {
    try await withRedirect(status: status, to: "/to?x=1") { server, notes in
      try await CurlTransport.with { transport in
        let observer = RecordingObserver()
        observer.start(
          .to(server.authority, path: "/from", method: .post, body: .bytes(bytes("payload"))) { $0.redirectLimit = 1 },
          on: transport)
        #expect(await observer.ended().error == nil)
        #expect(observer.log.count("head") == 1)
        #expect(observer.log.head?.status == .ok)
        #expect(observer.log.head?.headerFields[.named("X-Goal")] == "1")
        #expect(observer.log.head?.headerFields[.named("X-Hop")] == nil)
        #expect(observer.log.body == bytes("hi"))
        #expect(notes.requests.map(\.line) == ["POST /from HTTP/1.1", "\(method) /to?x=1 HTTP/1.1"])
        #expect(notes.requests.last?.body == bytes(body))
        let instants = observer.log.events.map(\.instant)
        #expect(instants == instants.sorted())
      }
    }
  }

  @Test("a redirect status without a location is a response even when following is asked for", arguments: [300, 304])
  func deliversWithoutLocation(status: Int) async throws {
    try await withAnswer("HTTP/1.1 \(status) Choices\r\nContent-Length: 0\r\n\r\n") { server, _ in
      try await CurlTransport.with { transport in
        let response = try await transport.response(to: .to(server.authority) { $0.redirectLimit = 2 })
        #expect(response.head.status.code == status)
      }
    }
  }

  @Test(
    "to anything but http and https are refused, and it is the server that is to blame",
    arguments: ["file:///etc/hostname", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "dict://127.0.0.1/", "http://[::"])
  func refuses(location: String) async throws {
    try await withRedirect(to: location) { server, notes in
      try await CurlTransport.with { transport in
        let observer = RecordingObserver()
        observer.start(.to(server.authority, path: "/from") { $0.redirectLimit = 5 }, on: transport)
        let error = await observer.ended().error
        #expect(error?.kind == .protocolViolation, "\(String(describing: error))")
        #expect(observer.log.bodyBytes == 0)
        #expect(notes.requests.count == 1)
      }
    }
  }

  @Test("do not carry credentials to another host, and do to the same one")
  func keepsCredentials() async throws {
    try await withAnswer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") { other, otherNotes in
      for (location, stays) in [("http://\(other.authority)/to", false), ("/to", true)] {
        try await withRedirect(to: location) { server, notes in
          try await CurlTransport.with { transport in
            let fields: HTTPFields = [.authorization: "Bearer hidden", .cookie: "session=hidden"]
            let response = try await transport.response(
              to: .to(server.authority, path: "/from", fields: fields) { $0.redirectLimit = 1 })
            #expect(response.head.status == .ok)
            let last = try #require(stays ? notes.requests.last : otherNotes.requests.last)
            #expect(notes.requests.first?.values("authorization") == ["Bearer hidden"])
            #expect(last.values("authorization") == (stays ? ["Bearer hidden"] : []))
            #expect(last.values("cookie") == (stays ? ["session=hidden"] : []))
          }
        }
      }
    }
  }
}
