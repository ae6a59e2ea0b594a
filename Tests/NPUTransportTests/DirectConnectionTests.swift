import HTTPTypes
import NPUBase
import TestSupport
import Testing

@testable import NPUTransport

@Suite("A connection that our own reader has", .timeLimit(.minutes(30)))
struct DirectConnectionTests {
  private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

  @Test("is watched while it waits for a request, also where its last exchange was paused at the end")
  func watchedAfterPause() async throws {
    let parked = Gate()
    let left = Gate()
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send(Self.ok)
      parked.pass()
      // Nobody has asked for this: the connection is of no use any more.
      try connection.send("x")
      _ = connection.waitForPeerEnd()
      left.open()
    } _: { server in
      let transport = try CurlTransport.make(reader: .own)
      defer { transport.shutDown() }
      let observer = RecordingObserver { event, _ in event.name == "body" ? .pause : .more }
      let handle = observer.start(.to(server.authority), on: transport)
      await observer.wait { $0.count("body") == 1 }
      handle.resume()
      let end = await observer.ended()
      #expect(end.error == nil)
      parked.open()
      // The transport lives: it is the arrival of the byte that ends the connection.
      await left.passed()
      withExtendedLifetime(transport) {}
    }
  }

  @Test("is not used again when it has been idle for long", arguments: [true, false])
  func longIdle(isLong: Bool) async throws {
    var configuration = TransportConfiguration()
    configuration.longestIdle = isLong ? .zero : .seconds(3600)
    try await withAnswer(Self.ok) { server, notes in
      let transport = try CurlTransport.make(configuration, reader: .own)
      defer { transport.shutDown() }
      _ = try await transport.response(to: .to(server.authority))
      let second = try await transport.response(to: .to(server.authority))
      #expect(second.metrics.connectionReused == !isLong)
      #expect(notes.connections == (isLong ? [0, 1] : [0, 0]))
    }
  }

  @Test("is written at most 256 KiB at a time, so that other exchanges get their turn")
  func writesInTurns() throws {
    let (listener, port) = try Loopback.listen(backlog: 1)
    let socket = try Loopback.beginConnection(to: port)
    let body = [UInt8](repeating: 7, count: 4 << 20)
    let request = TransferRequest.to("127.0.0.1:\(port)", method: .post, body: .bytes(body))
    let head = try #require(RequestHead(request, userAgent: "test"))
    // Closes the socket when it is let go.
    let connection = DirectConnection(socket: socket, origin: "", opening: .init(), slot: 0)
    let state = TransferState(
      id: 0, request: request, observer: RecordingObserver(), started: .now, newsOfClosing: .zero,
      onFinishing: { _, _ in }
    )
    let transfer = DirectTransfer(state: state, connection: connection, head: head)
    transfer.begin(at: .now, onKeptConnection: false)
    #expect(transfer.send() == nil)
    let first = transfer.metrics(until: .now).bytesSent
    #expect(0 < first && first <= 256 << 10)
    #expect(!transfer.sendingIsOver)
    Loopback.close(listener)
  }
}
