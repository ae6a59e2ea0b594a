import HTTPTypes
import NPUBase
import NPUTransport
import TestSupport
import Testing

/// A server may close an idle connection at any time; that is the client's matter, not a failure of the service.
@Suite("A kept-alive connection that the server has closed", .everyReader, .timeLimit(.minutes(30)))
struct StaleConnectionTests {
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

  /// A busy machine may be told late that a connection is closed.
  private static var patient: TransportConfiguration {
    var configuration = TransportConfiguration()
    configuration.newsOfClosing = .seconds(300)
    return configuration
  }

  enum Death: String, CaseIterable {
    /// The server closes or resets once it has seen the head of the second request.
    case close, reset
    /// The same once it has the whole second request.
    case closeAfterBody, resetAfterBody

    func happen(_ connection: FaultConnection) throws {
      switch self {
      case .close, .reset: _ = try connection.readHead()
      case .closeAfterBody, .resetAfterBody: _ = try connection.readRequest()
      }
      if self == .reset || self == .resetAfterBody { connection.reset() } else { connection.close() }
    }
  }

  /// A server whose first connections answer one request and die with the second one.
  private func withDyingConnections<Result>(
    _ death: Death, dying: Int = 1, _ body: (FaultServer, RequestNotes) async throws -> Result
  ) async throws -> Result {
    let notes = RequestNotes()
    return try await withFaultServer { connection in
      notes.add(try connection.readRequest(), connection.number)
      try connection.send(Self.ok)
      if connection.number < dying { return try death.happen(connection) }
      while true {
        notes.add(try connection.readRequest(), connection.number)
        try connection.send(Self.ok)
      }
    } _: {
      try await body($0, notes)
    }
  }

  @Test("is replaced: the request is sent once more, and told once", arguments: Death.allCases)
  func resends(death: Death) async throws {
    try await withDyingConnections(death) { server, notes in
      try await CurlTransport.with(Self.patient) { transport in
        _ = try await transport.response(to: .to(server.authority))
        let observer = RecordingObserver()
        observer.start(.to(server.authority, method: .post, body: .bytes(bytes("twice"))), on: transport)
        let end = await observer.ended()
        #expect(end.error == nil)
        #expect(observer.log.names == ["started", "sent", "head", "body", "ended"])
        #expect(end.metrics.wasResent)
        #expect(!end.metrics.connectionReused)
        #expect(notes.connections == [0, 1])
        #expect(notes.requests.last?.body == bytes("twice"))
        let next = try await transport.response(to: .to(server.authority))
        #expect(next.metrics.connectionReused)
        #expect(!next.metrics.wasResent)
      }
    }
  }

  @Test("the durations of both sendings count from the first")
  func countsFromTheFirstSending() async throws {
    try await withDyingConnections(.closeAfterBody) { server, _ in
      try await CurlTransport.with(Self.patient) { transport in
        _ = try await transport.response(to: .to(server.authority))
        let observer = RecordingObserver()
        observer.start(.to(server.authority), on: transport)
        let metrics = await observer.ended().metrics
        let log = observer.log
        let started = try #require(log.events.first?.instant)
        let ended = try #require(log.end?.instant)
        let total = try #require(metrics.total)
        let firstByte = try #require(metrics.firstByte)
        #expect(firstByte <= total)
        #expect(started.advanced(by: total) <= ended)
        // libcurl's clock began anew with the second sending, which came after the first.
        let sent = try #require(log.events.first { $0.name == "sent" }).instant
        #expect(try #require(metrics.requestSent) > started.duration(to: sent))
      }
    }
  }

  @Test("large bodies, files and forms are sent again from their beginning", arguments: Death.allCases)
  func rewindsBodies(death: Death) async throws {
    let content = (0..<(2 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try await TemporaryFile.with(content) { path in
      for body in [TransferBody.bytes(content), .file(path: path), .form(MultipartForm([.file("audio", path: path)]))] {
        try await withDyingConnections(death) { server, notes in
          try await CurlTransport.with(Self.patient) { transport in
            // Of the same kind: who reads it keeps connections of its own.
            _ = try await transport.response(to: .to(server.authority, method: .post, body: body))
            let observer = RecordingObserver()
            observer.start(.to(server.authority, method: .post, body: body), on: transport)
            let end = await observer.ended()
            #expect(end.error == nil, "\(body)")
            #expect(end.metrics.wasResent)
            #expect(observer.log.count("sent") == 1)
            let request = try #require(notes.requests.last)
            if case .form = body {
              let type = try #require(request.values("content-type").first)
              let parts = try #require(PlainMultipart.parts(of: request.body, contentType: type))
              #expect(parts.map(\.body) == [content])
            } else {
              #expect(request.body == content)
            }
          }
        }
      }
    }
  }

  @Test("of several dead connections only one is tried")
  func triesAFreshOne() async throws {
    let count = 4
    let arrived = Watched(0)
    let answered = Gate()
    let notes = RequestNotes()
    try await withFaultServer { connection in
      notes.add(try connection.readRequest(), connection.number)
      guard connection.number < count else { return try connection.send(Self.ok) }
      arrived.change { $0 += 1 }
      answered.pass()
      try connection.send(Self.ok)
      _ = try connection.readHead()
    } _: { server in
      defer { answered.open() }
      try await CurlTransport.with(Self.patient) { transport in
        try await withThrowingTaskGroup(of: TransferResponse.self) { group in
          for _ in 0..<count { group.addTask { try await transport.response(to: .to(server.authority)) } }
          await arrived.wait { $0 == count }
          answered.open()
          for try await response in group { #expect(response.head.status == .ok) }
        }
        let response = try await transport.response(to: .to(server.authority))
        #expect(response.metrics.wasResent)
        #expect(notes.connections.last == count)
        #expect(server.accepted == count + 1)
      }
    }
  }

  @Test("a connection that dies later was in use: the failure is the service's", arguments: Death.allCases)
  func keepsLateFailures(death: Death) async throws {
    var configuration = TransportConfiguration()
    configuration.newsOfClosing = .zero
    try await withDyingConnections(death) { server, notes in
      try await CurlTransport.with(configuration) { transport in
        _ = try await transport.response(to: .to(server.authority))
        let observer = RecordingObserver()
        observer.start(.to(server.authority, method: .post, body: .bytes(bytes("once"))), on: transport)
        let end = await observer.ended()
        #expect(end.error?.kind == .connectionLost)
        #expect(!end.metrics.wasResent)
        #expect(notes.connections == [0])
      }
    }
  }

  @Test("a request that dies on the fresh connection too has failed")
  func failsTheSecondTime() async throws {
    let notes = RequestNotes()
    try await withFaultServer { connection in
      notes.add(try connection.readRequest(), connection.number)
      guard connection.number == 0 else { return }
      try connection.send(Self.ok)
      _ = try connection.readHead()
    } _: { server in
      try await CurlTransport.with(Self.patient) { transport in
        _ = try await transport.response(to: .to(server.authority))
        let observer = RecordingObserver()
        observer.start(.to(server.authority), on: transport)
        let end = await observer.ended()
        #expect(end.error?.kind == .connectionLost)
        #expect(end.metrics.wasResent)
        #expect(notes.connections == [0, 1])
      }
    }
  }

  @Test(
    "a request of which a line of the response has come is not sent again",
    arguments: ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"])
  func neverResendsWhatWasAnswered(beginning: String) async throws {
    let notes = RequestNotes()
    try await withFaultServer { connection in
      notes.add(try connection.readRequest(), connection.number)
      try connection.send(Self.ok)
      notes.add(try connection.readRequest(), connection.number)
      try connection.send(beginning)
    } _: { server in
      try await CurlTransport.with(Self.patient) { transport in
        _ = try await transport.response(to: .to(server.authority))
        let observer = RecordingObserver()
        observer.start(.to(server.authority), on: transport)
        let end = await observer.ended()
        #expect(end.error != nil)
        #expect(!end.metrics.wasResent)
        #expect(notes.connections == [0, 0])
      }
    }
  }

  @Test("a request whose own fresh connection dies is not sent again", arguments: ConnectionPolicy.allCases)
  func neverResendsOnAFreshConnection(policy: ConnectionPolicy) async throws {
    let notes = RequestNotes()
    try await withFaultServer { connection in
      notes.add(try connection.readRequest(), connection.number)
    } _: { server in
      try await CurlTransport.with(Self.patient) { transport in
        let observer = RecordingObserver()
        observer.start(.to(server.authority) { $0.connection = policy }, on: transport)
        let end = await observer.ended()
        #expect(end.error?.kind == .connectionLost)
        #expect(!end.metrics.wasResent)
        #expect(notes.connections == [0])
      }
    }
  }

  @Test("the request that follows a redirect is sent again too")
  func resendsAfterARedirect() async throws {
    let notes = RequestNotes()
    try await withFaultServer { connection in
      notes.add(try connection.readRequest(), connection.number)
      if connection.number == 0 {
        try connection.send("HTTP/1.1 307 Go\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n")
        _ = try connection.readHead()
      } else {
        try connection.send(Self.ok)
      }
    } _: { server in
      try await CurlTransport.with(Self.patient) { transport in
        let observer = RecordingObserver()
        observer.start(
          .to(server.authority, method: .post, body: .bytes(bytes("x"))) { $0.redirectLimit = 2 }, on: transport)
        let end = await observer.ended()
        #expect(end.error == nil)
        #expect(end.metrics.wasResent)
        #expect(notes.requests.map(\.line) == ["POST / HTTP/1.1", "POST /there HTTP/1.1"])
      }
    }
  }
}
