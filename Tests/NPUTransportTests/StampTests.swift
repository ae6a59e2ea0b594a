import HTTPTypes
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@Suite("What the transport stamps and measures", .everyReader, .timeLimit(.minutes(30)))
struct StampTests {
  @Test("the stamps of an exchange stand in the order of the events, between two readings of the clock")
  func ordersStamps() async throws {
    try await withSimulator(behaviour: Behaviour(interTokenLatency: .milliseconds(2), outputTokens: 20)) { simulator in
      try await CurlTransport.with { transport in
        let before = transport.now
        let observer = RecordingObserver()
        observer.start(.chat(simulator), on: transport)
        await observer.ended()
        let log = observer.log
        #expect(log.names == ["started", "sent", "head", "body", "ended"])
        let instants = log.events.map(\.instant)
        #expect(instants == instants.sorted())
        let (first, last) = (try #require(instants.first), try #require(instants.last))
        #expect(before <= first && last <= transport.now)
      }
    }
  }

  @Test("a new connection has its phases in order, and a used one has none")
  func measuresPhases() async throws {
    try await withAnswer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello") { server, notes in
      try await CurlTransport.with { transport in
        let first = try await transport.response(to: .to(server.authority)).metrics
        let second = try await transport.response(to: .to(server.authority)).metrics
        #expect(!first.connectionReused)
        let connect = try #require(first.connect)
        let phases = [first.nameLookup ?? .zero, connect, first.requestSent, first.firstByte, first.total]
        let measured = phases.compactMap(\.self)
        #expect(measured.count == 5)
        #expect(measured == measured.sorted())
        #expect(first.tls == nil)

        #expect(second.connectionReused)
        #expect(second.nameLookup == nil && second.connect == nil && second.tls == nil)
        #expect(second.firstByte != nil && second.total != nil)
        #expect(second.localAddress == first.localAddress)
        #expect(notes.connections == [0, 0])
        for metrics in [first, second] {
          #expect(metrics.httpVersion == "HTTP/1.1")
          #expect(metrics.remoteAddress == server.authority)
          #expect(metrics.localAddress?.hasPrefix("127.0.0.1:") == true)
          #expect(metrics.bytesReceived == 51)
          #expect(metrics.bytesSent == notes.requests.first?.size)
        }
      }
    }
  }

  @Test("an exchange that fails still tells what it measured")
  func measuresFailures() async throws {
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
    } _: { server in
      try await CurlTransport.with { transport in
        let observer = RecordingObserver()
        observer.start(.to(server.authority), on: transport)
        let metrics = await observer.ended().metrics
        #expect(metrics.remoteAddress == server.authority)
        #expect(metrics.firstByte != nil)
        #expect(metrics.bytesReceived == 44)
      }
    }
  }
}

extension TransferRequest {
  /// A streamed chat request to a simulator.
  static func chat(
    _ simulator: Simulator, connection: ConnectionPolicy = .keepAlive,
    _ change: (inout TransferRequest) -> Void = { _ in }
  ) -> TransferRequest {
    let body = #"{"model":"simulated-chat","stream":true,"messages":[{"role":"user","content":"hello"}]}"#
    return .to(
      "127.0.0.1:\(simulator.port)", path: "/v1/chat/completions", method: .post,
      fields: [.contentType: "application/json"], body: .bytes(bytes(body))
    ) {
      $0.connection = connection
      change(&$0)
    }
  }
}
