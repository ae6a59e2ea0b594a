import Dispatch
import Foundation
import NPUSimulator
import Testing

/// A proxy before a server that sends everything back, and before the simulator.
@Suite("A fault proxy", .timeLimit(.minutes(10))) struct FaultProxyTests {
  private func withEcho(
    seed: UInt64 = 0, _ body: (FaultProxy, EchoServer) async throws -> Void
  ) async throws {
    try await EchoServer.with { server in
      try await withFaultProxy(to: "127.0.0.1:\(server.port)", seed: seed) { try await body($0, server) }
    }
  }

  private func connect(_ proxy: FaultProxy) throws -> RawConnection { try RawConnection(port: proxy.port) }

  /// Sends from a thread of its own, since a server that sends everything back wants to be read meanwhile.
  private func send(_ bytes: [UInt8], on connection: RawConnection, thenFinish: Bool = false) {
    DispatchQueue.global().async {
      connection.send(bytes)
      if thenFinish { connection.finishSending() }
    }
  }

  private func echo(_ text: String, on connection: RawConnection) async -> RawResponse {
    connection.send(text)
    return await connection.receive(limit: text.utf8.count)
  }

  @Test("passes large bodies both ways to the byte, and the end of either half")
  func exact() async throws {
    try await withEcho { proxy, _ in
      let bytes = (0..<(12 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
      let connection = try connect(proxy)
      send(bytes, on: connection, thenFinish: true)
      let response = await connection.receive(limit: bytes.count + 1)
      #expect(response.end == .closed)
      #expect(response.bytes == bytes)
      let figures = try await proxy.wait { $0.openConnections == 0 }
      #expect(figures.requestBytes == bytes.count && figures.responseBytes == bytes.count)
      #expect(figures.connections == 1 && figures.affectedConnections.isEmpty)
    }
  }

  @Test("is not seen by a client of the simulator")
  func transparent() async throws {
    try await withSimulator { simulator in
      try await withFaultProxy(to: simulator.baseURL) { proxy in
        let request = Simulator.request("/v1/chat/completions", Simulator.chatBody(#""stream":true,"seed":1"#))
        let direct = try RawConnection(port: simulator.port)
        direct.send(request)
        let proxied = try connect(proxy)
        proxied.send(request)
        let (expected, found) = (await direct.receive(), await proxied.receive())
        #expect(found.status == 200 && found.end == .complete && expected.end == .complete)
        #expect(found.text.hasSuffix("data: [DONE]\n\n") && expected.text.hasSuffix("data: [DONE]\n\n"))
      }
    }
  }

  @Test("passes small exchanges over every fault that loses nothing, in order")
  func lossless() async throws {
    let faults: [FaultProxy.Fault] = [
      .latency(.milliseconds(3), jitter: .milliseconds(3)), .bandwidth(bytesPerSecond: 400_000),
      .slice(bytes: 7, every: .microseconds(100)), .halfOpen, .reset(afterBytes: 1 << 30), .corrupt(share: 0),
    ]
    try await withEcho { proxy, _ in
      proxy.set(faults.map { FaultProxy.Rule($0) })
      let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let connection = try connect(proxy)
      for start in stride(from: 0, to: bytes.count, by: 100) { connection.send(Array(bytes[start..<start + 100])) }
      let response = await connection.receive(limit: bytes.count)
      #expect(response.bytes == bytes)
      for kind in [FaultProxy.Fault.Kind.latency, .bandwidth, .slice] {
        #expect(proxy.figures.affected(by: kind) == 1)
      }
    }
  }

  @Test("delays requests and responses")
  func latency() async throws {
    try await withEcho { proxy, _ in
      proxy.set([FaultProxy.Rule(.latency(.milliseconds(40)))])
      let connection = try connect(proxy)
      let start = ContinuousClock.now
      let response = await echo("hello", on: connection)
      #expect(response.text(of: 5) == "hello")
      #expect(start.duration(to: .now) >= .milliseconds(80))
    }
  }

  @Test("a cut connection goes on where it was when the cut is over")
  func cut() async throws {
    try await withEcho { proxy, _ in
      let connection = try connect(proxy)
      _ = await echo("before", on: connection)
      proxy.set([FaultProxy.Rule(.cut)])
      connection.send("during")
      let late = try connect(proxy)
      late.send("new")
      try await proxy.wait { $0.affected(by: .cut) == 1 && $0.connections == 2 }
      proxy.clear()
      let responses = (await connection.receive(limit: 6), await late.receive(limit: 3))
      #expect(responses.0.text(of: 6) == "during" && responses.1.text(of: 3) == "new")
      #expect(proxy.figures.lostBytes == 0)
    }
  }

  @Test("bytes vanish in a black hole, the connection stays silent, and new connections pass afterwards")
  func blackhole() async throws {
    try await withEcho { proxy, _ in
      let lost = try connect(proxy)
      _ = await echo("before", on: lost)
      proxy.set([FaultProxy.Rule(.blackhole)])
      lost.send("12345")
      try await proxy.wait { $0.lostBytes == 5 }
      proxy.clear()
      lost.send("678")
      try await proxy.wait { $0.lostBytes == 8 }
      let fresh = try connect(proxy)
      #expect(await echo("after", on: fresh).text(of: 5) == "after")
      lost.finishSending()
      #expect(await lost.receive().end == .reset)
      try await proxy.wait { $0.openConnections == 1 }
    }
  }

  @Test("resets after exactly as many bytes as ordered", arguments: [1, 999, 70_000])
  func reset(count: Int) async throws {
    try await withEcho { proxy, _ in
      let connection = try connect(proxy)
      _ = await echo("before", on: connection)
      proxy.set([FaultProxy.Rule(.reset(afterBytes: count), direction: .responses)])
      let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
      send(bytes, on: connection)
      let response = await connection.receive()
      #expect(response.end == .reset)
      #expect(response.bytes == Array(bytes.prefix(count)))
      #expect(proxy.figures.affected(by: .reset) == 1)
    }
  }

  @Test("resets open connections at once")
  func resetNow() async throws {
    try await withEcho { proxy, _ in
      let connection = try connect(proxy)
      _ = await echo("before", on: connection)
      proxy.set([FaultProxy.Rule(.reset())])
      #expect(await connection.receive().end == .reset)
      try await proxy.wait { $0.openConnections == 0 }
    }
  }

  @Test("does not tell the client that the service is gone until the fault ends")
  func halfOpen() async throws {
    try await withEcho { proxy, server in
      proxy.set([FaultProxy.Rule(.halfOpen)])
      let connection = try connect(proxy)
      _ = await echo("before", on: connection)
      try await server.stop()
      try await proxy.wait { $0.affected(by: .halfOpen) == 1 }
      let late = try connect(proxy)
      late.send("new")
      try await proxy.wait { $0.unreachable == 1 && $0.affected(by: .halfOpen) == 2 }
      #expect(proxy.figures.openConnections == 2)
      proxy.clear()
      #expect([.reset, .closed].contains(await connection.receive().end))
      #expect(await late.receive().end == .reset)
    }
  }

  @Test("lets a client go whose service it does not tell about")
  func halfOpenClientLeaves() async throws {
    try await withEcho { proxy, server in
      proxy.set([FaultProxy.Rule(.halfOpen)])
      do {
        let connection = try connect(proxy)
        _ = await echo("before", on: connection)
        try await server.stop()
        try await proxy.wait { $0.affected(by: .halfOpen) == 1 }
        connection.finishSending()
        #expect(await connection.receive().end != .silent)
      }
      try await proxy.wait { $0.openConnections == 0 }
    }
  }

  @Test("changes bytes and counts them")
  func corrupt() async throws {
    try await withEcho { proxy, _ in
      proxy.set([FaultProxy.Rule(.corrupt(share: 1), direction: .responses)])
      let connection = try connect(proxy)
      let response = await echo("hello", on: connection)
      #expect(zip(response.bytes, "hello".utf8).allSatisfy { $0 != $1 })
      #expect(response.bytes.count == 5)
      try await proxy.wait { $0.corruptedBytes == 5 }
    }
  }

  @Test("refuses new connections, and leaves open ones alone")
  func refuse() async throws {
    try await withEcho { proxy, _ in
      let open = try connect(proxy)
      _ = await echo("before", on: open)
      proxy.set([FaultProxy.Rule(.refuse)])
      let refused = try connect(proxy)
      #expect(await refused.receive().end == .reset)
      #expect(await echo("during", on: open).text(of: 6) == "during")
      #expect(proxy.figures.affected(by: .refuse) == 1 && proxy.figures.connections == 2)
      proxy.clear()
      #expect(await echo("after", on: try connect(proxy)).text(of: 5) == "after")
    }
  }

  @Test("resets the client if the service cannot be reached")
  func unreachable() async throws {
    let address = try await EchoServer.with { "127.0.0.1:\($0.port)" }
    try await withFaultProxy(to: address) { proxy in
      let connection = try connect(proxy)
      // Sent, it could meet the reset, which is then not seen a second time.
      #expect(await connection.receive().end == .reset)
      #expect(try await proxy.wait { $0.openConnections == 0 }.unreachable == 1)
    }
  }

  @Test("a share of the connections meets a fault, the same for the same seed")
  func share() async throws {
    func refused(seed: UInt64) async throws -> [Bool] {
      var refused: [Bool] = []
      try await withEcho(seed: seed) { proxy, _ in
        proxy.set([FaultProxy.Rule(.refuse, share: 0.25)])
        for _ in 0..<40 { refused.append(await echo("x", on: try connect(proxy)).end != .enough) }
        #expect(proxy.figures.affected(by: .refuse) == refused.count(where: \.self))
      }
      return refused
    }
    let first = try await refused(seed: 5)
    #expect((8...12).contains(first.count(where: \.self)))
    #expect(try await refused(seed: 5) == first)
    #expect(try await refused(seed: 6) != first)
  }
}
