import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite("A hostile server of HTTP/2", .timeLimit(.minutes(30)))
struct HostileHTTP2Tests {
  /// What a server does once it has the request, and how the exchange may end.
  struct Mischief: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The kinds that say truly what happened; versions of libcurl differ in which they see.
    var kinds: Set<TransportError.Kind>
    var change: @Sendable (inout TransferRequest) -> Void = { _ in }
    var script: @Sendable (FaultConnection, _ stream: UInt32) throws -> Void
  }

  private typealias Frame = HTTP2Frame

  private static let quick: @Sendable (inout TransferRequest) -> Void = {
    $0.timeouts.firstByte = .milliseconds(300)
    $0.timeouts.idle = .milliseconds(300)
    $0.timeouts.total = .milliseconds(900)
  }
  private static let timeouts: Set<TransportError.Kind> = [.firstByteTimeout, .idleTimeout, .totalTimeout]
  private static let broken: Set<TransportError.Kind> = [.connectionLost, .protocolViolation, .truncatedBody, .other]

  static let mischiefs: [Mischief] = [
    Mischief(testDescription: "goes away before it answers", kinds: broken) { connection, _ in
      try connection.send(Frame.greeting + Frame.frame(.goAway, stream: 0, Frame.big(0) + Frame.big(0xB)))
    },
    Mischief(testDescription: "resets the stream before it answers", kinds: broken) { connection, stream in
      try connection.send(Frame.greeting + Frame.frame(.resetStream, stream: stream, Frame.big(0x2)))
      _ = connection.waitForPeerEnd()
    },
    Mischief(testDescription: "resets the stream inside the body", kinds: broken) { connection, stream in
      try connection.send(
        Frame.greeting + Frame.frame(.headers, Frame.endHeaders, stream: stream, Frame.okay)
          + Frame.frame(.data, stream: stream, [1, 2, 3]) + Frame.frame(.resetStream, stream: stream, Frame.big(0x2)))
      _ = connection.waitForPeerEnd()
    },
    Mischief(testDescription: "closes inside the body", kinds: broken) { connection, stream in
      try connection.send(
        Frame.greeting + Frame.frame(.headers, Frame.endHeaders, stream: stream, Frame.okay)
          + Frame.frame(.data, stream: stream, [1, 2, 3]))
    },
    Mischief(
      testDescription: "sends giant headers", kinds: broken.union([.headerTooLarge])
    ) { connection, stream in
      try connection.send(Frame.greeting + Frame.frame(.headers, stream: stream, Frame.okay))
      for number in 0..<2000 {
        let value = [UInt8](repeating: 0x78, count: 16_000)
        try connection.send(Frame.frame(.continuation, stream: stream, Frame.field("x-\(number)", value)))
      }
      try connection.send(Frame.frame(.continuation, Frame.endHeaders, stream: stream))
      _ = connection.waitForPeerEnd()
    },
    Mischief(
      testDescription: "continues the headers for ever", kinds: broken.union([.headerTooLarge]).union(timeouts),
      change: quick
    ) { connection, stream in
      try connection.send(Frame.greeting + Frame.frame(.headers, stream: stream, Frame.okay))
      while true { try connection.send(Frame.frame(.continuation, stream: stream, Frame.field("x", [0x78]))) }
    },
    Mischief(
      testDescription: "continues the headers with nothing for ever", kinds: broken.union(timeouts), change: quick
    ) { connection, stream in
      try connection.send(Frame.greeting + Frame.frame(.headers, stream: stream, Frame.okay))
      while true { try connection.send(Frame.frame(.continuation, stream: stream)) }
    },
    Mischief(
      testDescription: "repeats a remembered field thousands of times", kinds: broken.union([.headerTooLarge])
    ) { connection, stream in
      let block = Frame.okay + Frame.remembered("x", [UInt8](repeating: 0x78, count: 3900))
      // 62 is the place of the field that was remembered last; each byte stands for 3,900.
      let repeated = [UInt8](repeating: 0x80 | 62, count: 16_000)
      try connection.send(Frame.greeting + Frame.frame(.headers, stream: stream, block))
      for _ in 0..<20 { try connection.send(Frame.frame(.continuation, stream: stream, repeated)) }
      try connection.send(Frame.frame(.continuation, Frame.endHeaders, stream: stream))
      _ = connection.waitForPeerEnd()
    },
    Mischief(
      testDescription: "opens no window for the body of the request", kinds: timeouts,
      change: {
        quick(&$0)
        $0.head.method = .post
        $0.body = .bytes([UInt8](repeating: 0x78, count: 1 << 20))
      }
    ) { connection, _ in
      // The initial window of streams is 0.
      try connection.send(Frame.frame(.settings, stream: 0, [0, 4] + Frame.big(0)))
      _ = connection.waitForPeerEnd()
    },
    Mischief(testDescription: "pings for ever", kinds: timeouts.union(broken), change: quick) { connection, _ in
      try connection.send(Frame.greeting)
      while true { try connection.send(Frame.frame(.ping, stream: 0, [UInt8](repeating: 0, count: 8))) }
    },
    Mischief(testDescription: "changes its settings for ever", kinds: timeouts.union(broken), change: quick) {
      connection, _ in
      try connection.send(Frame.greeting)
      while true { try connection.send(Frame.frame(.settings, stream: 0, [0, 3] + Frame.big(100))) }
    },
    Mischief(testDescription: "sends empty data for ever", kinds: timeouts.union(broken), change: quick) {
      connection, stream in
      try connection.send(Frame.greeting + Frame.frame(.headers, Frame.endHeaders, stream: stream, Frame.okay))
      while true { try connection.send(Frame.frame(.data, stream: stream)) }
    },
    Mischief(
      testDescription: "sends a body without end", kinds: broken.union([.bodyTooLarge]),
      change: { $0.limits.bodyBytes = 50_000 }
    ) { connection, stream in
      try connection.send(Frame.greeting + Frame.frame(.headers, Frame.endHeaders, stream: stream, Frame.okay))
      while true { try connection.send(Frame.frame(.data, stream: stream, [UInt8](repeating: 0x78, count: 16_000))) }
    },
    Mischief(testDescription: "announces a frame of 16 MB", kinds: broken) { connection, stream in
      try connection.send(
        Frame.greeting + Frame.head(.data, stream: stream, length: 0xFF_FFFF) + [UInt8](repeating: 0, count: 1 << 16))
      _ = connection.waitForPeerEnd()
    },
    Mischief(testDescription: "sends data of a stream that nobody opened", kinds: broken) { connection, stream in
      try connection.send(Frame.greeting + Frame.frame(.data, Frame.endStream, stream: stream + 100, [1, 2, 3]))
      _ = connection.waitForPeerEnd()
    },
    Mischief(testDescription: "promises what was not asked for", kinds: broken) { connection, stream in
      try connection.send(
        Frame.greeting + Frame.frame(.pushPromise, Frame.endHeaders, stream: stream, Frame.big(2) + [0x82, 0x84, 0x86]))
      _ = connection.waitForPeerEnd()
    },
    Mischief(testDescription: "sends a block that is no HPACK", kinds: broken) { connection, stream in
      try connection.send(
        Frame.greeting
          + Frame.frame(.headers, Frame.endHeaders, stream: stream, [UInt8](repeating: 0xFF, count: 64)))
      _ = connection.waitForPeerEnd()
    },
    Mischief(testDescription: "closes without a word", kinds: broken) { _, _ in },
    Mischief(testDescription: "speaks HTTP/1.1", kinds: broken) { connection, _ in
      try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
      _ = connection.waitForPeerEnd()
    },
  ]

  @Test("breaks its own exchange, with an error that says how, and no other", arguments: mischiefs)
  func mischief(_ mischief: Mischief) async throws {
    try await withFaultServer { connection in
      try mischief.script(connection, try connection.readHTTP2Request())
    } _: { server in
      try await CurlTransport.with(TransportConfiguration(httpVersion: .http2PriorKnowledge)) { transport in
        var request = TransferRequest.to(server.authority)
        request.timeouts.total = .seconds(300)
        mischief.change(&request)
        let error = await #expect(throws: TransportError.self) { try await transport.response(to: request) }
        if let error {
          #expect(mischief.kinds.contains(error.kind), "\(error)")
          #expect(!error.message.isEmpty)
        }
        // The same transport goes on with a server that behaves.
        try await withFaultServer { connection in
          let stream = try connection.readHTTP2Request()
          try connection.send(
            HTTP2Frame.greeting + HTTP2Frame.frame(.headers, HTTP2Frame.endHeaders, stream: stream, HTTP2Frame.okay)
              + HTTP2Frame.frame(.data, HTTP2Frame.endStream, stream: stream, bytes("fine")))
          _ = connection.waitForPeerEnd()
        } _: { good in
          let response = try await transport.response(to: .to(good.authority))
          #expect(response.body == bytes("fine"))
        }
      }
    }
  }
}
