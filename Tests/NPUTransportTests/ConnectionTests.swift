import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite("Which connection an exchange uses", .everyReader, .timeLimit(.minutes(30)))
struct ConnectionTests {
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

  @Test("one after the other they share a connection, unless a fresh one is asked for")
  func reusesConnections() async throws {
    try await withAnswer(Self.ok) { server, notes in
      try await CurlTransport.with { transport in
        let policies: [ConnectionPolicy] = [.keepAlive, .keepAlive, .fresh, .fresh, .keepAlive]
        var reused: [Bool] = []
        for policy in policies {
          reused.append(
            try await transport.response(to: .to(server.authority) { $0.connection = policy }).metrics.connectionReused)
        }
        #expect(notes.connections == [0, 0, 1, 2, 0])
        #expect(reused == [false, true, false, false, true])
      }
    }
  }

  @Test("a fresh connection is closed after its exchange")
  func closesFreshConnections() async throws {
    let end = Watched<FaultConnection.PeerEnd?>(nil)
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send(Self.ok)
      let seen = connection.waitForPeerEnd()
      end.change { $0 = seen }
    } _: { server in
      try await CurlTransport.with { transport in
        let response = try await transport.response(to: .to(server.authority) { $0.connection = .fresh })
        #expect(response.body == bytes("hi"))
        // The transport lives on: it is not its end that closes the connection.
        #expect(await end.wait { $0 != nil } == .closed)
      }
    }
  }

  @Test(
    "an observer that has all it wants keeps the connection if the body ends soon, and is not held up if it does not")
  func finishes() async throws {
    let chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nDONE\r\n"
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send(chunk + "0\r\n\r\n")
      _ = try connection.readRequest()
      try connection.send(chunk)  // and never the end
      _ = connection.waitForPeerEnd()
    } _: { server in
      try await CurlTransport.with { transport in
        var reused: [Bool] = []
        for _ in 0..<2 {
          let observer = RecordingObserver { _, _ in .finish }
          observer.start(.to(server.authority) { $0.timeouts = .init(idle: nil) }, on: transport)
          let end = await observer.ended()
          #expect(end.error == nil)
          #expect(observer.log.body == bytes("DONE"))
          reused.append(end.metrics.connectionReused)
        }
        #expect(reused == [false, true])
      }
    }
  }

  enum Mishap: String, CaseIterable {
    case cancelled, stopped, timedOut, bodyTooLarge
  }

  @Test("the connection of an exchange that was broken off is never used again", arguments: Mishap.allCases)
  func leavesBrokenConnections(mishap: Mishap) async throws {
    let notes = RequestNotes()
    try await withFaultServer { connection in
      notes.add(try connection.readRequest(), connection.number)
      if connection.number == 0 {
        try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfirst half")
        _ = connection.waitForPeerEnd()
      } else {
        try connection.send(Self.ok)
      }
    } _: { server in
      try await CurlTransport.with { transport in
        let observer = RecordingObserver { _, _ in mishap == .stopped ? .stop : .more }
        observer.start(
          .to(server.authority) {
            if mishap == .timedOut { $0.timeouts.idle = .milliseconds(100) }
            if mishap == .bodyTooLarge { $0.limits.bodyBytes = 5 }
          }, on: transport)
        if mishap == .cancelled { await observer.wait { $0.bodyBytes > 0 }.handle?.cancel() }
        let end = await observer.ended()
        let kinds: [Mishap: TransportError.Kind] = [
          .cancelled: .cancelled, .timedOut: .idleTimeout, .bodyTooLarge: .bodyTooLarge,
        ]
        #expect(end.error?.kind == kinds[mishap])

        let response = try await transport.response(to: .to(server.authority))
        #expect(response.body == bytes("hi"))
        #expect(!response.metrics.connectionReused)
        #expect(notes.connections == [0, 1])
      }
    }
  }

  @Test("many at once stand on as many connections, spread over several handles, and leave them for the next")
  func spreadsConnections() async throws {
    let count = 25
    let arrived = Watched(0)
    let answered = Gate()
    try await withFaultServer { connection in
      while true {
        let request = try connection.readRequest()
        arrived.change { $0 += 1 }
        if request.line.contains("/wait") { answered.pass() }
        try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(request.line.utf8.count)\r\n\r\n\(request.line)")
      }
    } _: { server in
      defer { answered.open() }
      try await CurlTransport.with(TransportConfiguration(connectionsPerHandle: 2)) { transport in
        for round in 0..<3 {
          try await withThrowingTaskGroup(of: (Int, TransferResponse).self) { group in
            for index in 0..<count {
              group.addTask {
                (index, try await transport.response(to: .to(server.authority, path: "/wait/\(round)/\(index)")))
              }
            }
            if round == 0 {
              await arrived.wait { $0 == count }
              #expect(server.accepted == count)
              answered.open()
            }
            for try await (index, response) in group {
              #expect(String(decoding: response.body, as: UTF8.self) == "GET /wait/\(round)/\(index) HTTP/1.1")
            }
          }
        }
        #expect(server.accepted <= 2 * count, "most of the second and third round must use what the first one left")
        let one = try await transport.response(to: .to(server.authority, path: "/last"))
        #expect(one.metrics.connectionReused)
      }
    }
  }
}
