import HTTPTypes
import NPUBase
import NPULoad
import NPUServices
import NPUTransport
import NPUWebSocket
import TestSupport
import Testing

@Suite("An exchange over a WebSocket", .timeLimit(.minutes(30)))
struct WebSocketTransportTests {
  private static func service(_ port: Int, _ change: (inout ServiceConfiguration) -> Void = { _ in }) throws
    -> ServiceConfiguration
  {
    var service = ServiceConfiguration(
      endpoint: try Endpoint(webSocket: "ws://127.0.0.1:\(port)"),
      timeouts: TransferTimeouts(connect: .seconds(300), firstByte: .seconds(300), idle: .seconds(300)))
    change(&service)
    return service
  }

  private static func client(
    _ peer: RawPeer, _ change: (inout ServiceConfiguration) -> Void = { _ in }
  ) throws -> WebSocketClient {
    WebSocketClient(transport: try WebSocketTransport(), service: try service(peer.port, change), route: "/ws")
  }

  /// All messages, the close, and the error, of an exchange.
  private static func messages(
    _ client: WebSocketClient, _ text: String = "ask"
  ) async -> (texts: [String], close: WebSocketClose?, error: ServiceError?) {
    var texts: [String] = []
    var messages = client.messages(for: text).makeAsyncIterator()
    do {
      while let message = try await messages.next() { texts.append(message.text) }
      return (texts, messages.close, nil)
    } catch {
      return (texts, messages.close, error as? ServiceError)
    }
  }

  @Test("sends the message behind the handshake, masked, and gives what comes back in order")
  func order() async throws {
    let frames =
      Frames.text("one") + Frames.frame(9, [7]) + Frames.text("人", isFinal: false) + Frames.frame(0, [], true)
    try await RawPeer.with([.agree, .read, .write(frames + Frames.close(1000, "bye"))]) { peer in
      let (texts, close, error) = await Self.messages(try Self.client(peer) { $0.authentication = .bearer("secret-1") })
      #expect(texts == ["one", "人"] && error == nil)
      #expect(close == WebSocketClose(code: 1000, reason: "bye"))
      await peer.wait { Frames.ofClient($0).contains { $0.opcode == 8 } }
      let head = String(decoding: peer.bytes, as: UTF8.self)
      #expect(head.hasPrefix("GET /ws HTTP/1.1\r\n") && head.contains("\r\nAuthorization: Bearer secret-1\r\n"))
      let sent = Frames.ofClient(peer.bytes)
      #expect(sent.map(\.opcode) == [1, 0xA, 8] && sent.map(\.isMasked) == [true, true, true])
      #expect(sent.map(\.payload) == [Array("ask".utf8), [7], [0x03, 0xE8]])
    }
  }

  @Test("is the same however the bytes are cut on their way", arguments: [1, 2, 3, 7])
  func cut(size: Int) async throws {
    let bytes = Frames.text("一") + Frames.text("二" + String(repeating: "x", count: 300)) + Frames.close(1000)
    let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    let steps = pieces.flatMap { [RawPeer.Step.write($0)] }
    try await RawPeer.with([.agree, .read] + steps) { peer in
      let (texts, close, error) = await Self.messages(try Self.client(peer))
      #expect(texts.map(\.count) == [1, 301] && close?.code == 1000 && error == nil)
    }
  }

  @Test("takes frames that come in one piece with the response to the handshake, before the message is sent")
  func early() async throws {
    try await RawPeer.with([.agree, .write(Frames.text("early")), .read, .write(Frames.close(1000))]) { peer in
      let (texts, _, error) = await Self.messages(try Self.client(peer))
      #expect(texts == ["early"] && error == nil)
    }
  }

  /// What a service does instead of closing as it should, the kind of the error, and a word of it.
  private static let ends: [([RawPeer.Step], String, String)] = [
    ([.close], "connection_lost", "1006"),
    ([.write(Frames.close(1011, "engine failed"))], "connection_lost", "1011 (the service failed): \"engine failed\""),
    ([.write(Frames.close(1001))], "connection_lost", "1001"),
    ([.write(Frames.close(4000, "mine"))], "connection_lost", "4000: \"mine\""),
    ([.write(Frames.frame(3, []))], "protocol_violation", "opcode 3"),
    ([.write([0x81, 0x81, 1, 2, 3, 4, 5])], "protocol_violation", "masks"),
    ([.write(Frames.frame(1, [0xFF]))], "protocol_violation", "UTF-8"),
    ([.write(Frames.frame(9, [UInt8](repeating: 0, count: 200)))], "protocol_violation", "control frame"),
    ([.write(Frames.frame(1, [UInt8](repeating: 97, count: 2000)))], "body_too_large", "1000 bytes"),
    (
      [
        .write(
          Frames.frame(1, [UInt8](repeating: 97, count: 900), false)
            + Frames.frame(0, [UInt8](repeating: 97, count: 900)))
      ],
      "body_too_large", "1000 bytes"
    ),
  ]

  @Test("that ends badly gives the messages before it, and says how it ended", arguments: ends.indices)
  func badEnds(index: Int) async throws {
    let (steps, kind, words) = Self.ends[index]
    try await RawPeer.with([.agree, .read, .write(Frames.text("one"))] + steps) { peer in
      let (texts, _, error) = await Self.messages(try Self.client(peer) { $0.limits.lineBytes = 1000 })
      #expect(texts == ["one"])
      #expect(error?.shortDescription == kind, "\(String(describing: error))")
      #expect(error?.message.contains(words) == true, "\(String(describing: error))")
      #expect("\(String(describing: error))".contains("ws://127.0.0.1"))
    }
  }

  @Test("that the service refuses has its status and its words")
  func refused() async throws {
    let body = #"{"error_code":"APIG.0301","error_msg":"no token secret-1"}"#
    let response = "HTTP/1.1 401 Unauthorized\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
    try await RawPeer.with([.write(Array(response.utf8))]) { peer in
      let (texts, _, error) = await Self.messages(try Self.client(peer) { $0.authentication = .bearer("secret-1") })
      #expect(texts.isEmpty && error?.status == 401 && error?.code == "APIG.0301")
      #expect("\(String(describing: error))".contains("secret-1") == false)
    }
  }

  @Test(
    "is none where the service speaks something else",
    arguments: [
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "SSH-2.0-x\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    ])
  func otherProtocols(response: String) async throws {
    try await RawPeer.with([.write(Array(response.utf8))]) { peer in
      let (texts, _, error) = await Self.messages(try Self.client(peer))
      #expect(texts.isEmpty && error?.shortDescription == "protocol_violation", "\(String(describing: error))")
    }
  }

  @Test("is bounded in time, whichever phase does not end", arguments: ["head", "message", "rest", "total", "content"])
  func bounded(phase: String) async throws {
    let steps: [RawPeer.Step] =
      switch phase {
      case "head": []
      case "message": [.agree]
      case "content": [.agree, .read, .write(Frames.text("one")), .read]
      default: [.agree, .read, .write(Frames.text("one"))]
      }
    try await RawPeer.with(steps + [.read]) { peer in
      let client = try Self.client(peer) { service in
        switch phase {
        case "head", "message": service.timeouts.firstByte = .milliseconds(1)
        case "rest": service.timeouts.idle = .milliseconds(1)
        case "content": service.timeouts.content = .milliseconds(1)
        default: service.timeouts.total = .milliseconds(20)
        }
      }
      let (_, _, error) = await Self.messages(client)
      let kind = ["head": "first_byte_timeout", "message": "first_byte_timeout", "rest": "idle_timeout"][phase]
      #expect(error?.shortDescription == kind ?? "\(phase)_timeout")
    }
  }

  @Test("that nobody listens to is refused")
  func nobody() async throws {
    try await Loopback.withUnusedPort { port in
      let client = WebSocketClient(transport: try WebSocketTransport(), service: try Self.service(port))
      let (_, _, error) = await Self.messages(client)
      #expect(error?.shortDescription == "connection_refused", "\(String(describing: error))")
    }
  }

  @Test("ends when it is cancelled, and when its transport is shut down")
  func cancelled() async throws {
    try await RawPeer.with([.agree, .read, .write(Frames.text("one")), .read]) { peer in
      let transport = try WebSocketTransport()
      let client = WebSocketClient(transport: transport, service: try Self.service(peer.port))
      let task = Task { await Self.messages(client) }
      await peer.wait { !Frames.ofClient($0).isEmpty }
      transport.shutDown()
      let (_, _, error) = await task.value
      #expect(error?.shortDescription == "shut_down", "\(String(describing: error))")
      let (_, _, late) = await Self.messages(client)
      #expect(late?.shortDescription == "shut_down")
    }
    try await RawPeer.with([.agree, .read]) { peer in
      let client = try Self.client(peer)
      let task = Task {
        var messages = client.messages(for: "ask").makeAsyncIterator()
        return try await messages.next()
      }
      await peer.wait { !Frames.ofClient($0).isEmpty }
      task.cancel()
      await #expect(throws: CancellationError.self) { _ = try await task.value }
    }
  }

  @Test("is read on only as fast as its reader reads")
  func backPressure() async throws {
    // More than what waits for a slow reader, in one go.
    let frames = (0..<40).map { _ in Frames.frame(1, [UInt8](repeating: 97, count: 30_000)) }
    try await RawPeer.with([.agree, .read, .write(frames.flatMap(\.self) + Frames.close(1000))]) { peer in
      var messages = try Self.client(peer).messages(for: "ask").makeAsyncIterator()
      var count = 0
      while let message = try await messages.next() {
        #expect(message.bytes.count == 30_000)
        count += 1
        await Task.yield()
      }
      #expect(count == 40 && messages.close?.code == 1000)
    }
  }

  private static let chat = [
    #"{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#,
    #"{"choices":[{"index":0,"delta":{"content":"人工"}}]}"#, #"{"choices":[{"index":0,"delta":{"content":"智能"}}]}"#,
    #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#,
  ]

  @Test("is recorded and judged as a stream of events is: whole with its mark, cut without it")
  func recorded() async throws {
    let text = Self.chat.flatMap { Frames.text($0) }
    for (end, isWhole) in [
      (Frames.text("[DONE]"), true), (Frames.close(1000), true), (Frames.close(1011), false), ([], false),
    ] {
      try await RawPeer.with([.agree, .read, .write(text + end)] + (end.isEmpty ? [.close] : [.read])) { peer in
        let transport = try WebSocketTransport()
        let workload = MessageWorkload(
          ChatWorkload(
            service: try Self.service(peer.port), route: "/ws", pattern: ChatRequest(model: "m", messages: []),
            prompts: PromptList.fixed("Hello"), keepsText: true))
        let prepared = try #require(try await workload.prepare(0))
        let record = await prepared.record(over: transport)
        // The finish reason came before the connection broke: what is missing is the end of the body.
        #expect(record.outcome.isSuccess == isWhole, "\(record.outcome)")
        if !isWhole { #expect(record.outcome.kind == Outcome.Kind(rawValue: "connection_lost"), "\(record.outcome)") }
        #expect(record.text == "人工智能" && record.finishReason == "stop" && record.tokens.completion == 2)
        #expect(record.timeline.events.count { !$0.content.isDisjoint(with: .token) } == 2)
        let (sent, first) = (try #require(record.timeline.sent), try #require(record.timeline.firstToken))
        #expect(record.timeline.started <= sent && sent <= first && first <= record.timeline.closed ?? first)
        #expect(
          Frames.ofClient(peer.bytes).first.map { String(decoding: $0.payload, as: UTF8.self).contains("Hello") }
            == true)
      }
    }
  }
}
