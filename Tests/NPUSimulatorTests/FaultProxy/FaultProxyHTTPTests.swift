import Foundation
import NPUSimulator
import Testing

/// Faults by the path of a request, and what they leave behind.
@Suite("A fault proxy before HTTP", .timeLimit(.minutes(10))) struct FaultProxyHTTPTests {
  @Test("a path meets a fault that others on the same connection do not")
  func path() async throws {
    try await withSimulator { simulator in
      try await withFaultProxy(to: simulator.baseURL) { proxy in
        proxy.set([FaultProxy.Rule(.reset(), path: "/v1/chat")])
        let connection = try RawConnection(port: proxy.port)
        for _ in 0..<3 {
          connection.send(Simulator.request("/health"))
          let response = await connection.receive()
          #expect(response.status == 200 && response.end == .complete)
        }
        connection.send(Simulator.request("/v1/chat/completions", Simulator.chatBody()))
        #expect(await connection.receive().end == .reset)
        #expect(simulator.requests.map(\.path) == ["/health", "/health", "/health"])
      }
    }
  }

  @Test(
    "a request line that comes in pieces meets the rule of its path", arguments: [FaultProxy.Fault.refuse, .reset()])
  func pieces(_ fault: FaultProxy.Fault) async throws {
    try await withSimulator { simulator in
      try await withFaultProxy(to: simulator.baseURL) { proxy in
        proxy.set([FaultProxy.Rule(fault, path: "/v1/models")])
        let connection = try RawConnection(port: proxy.port)
        for piece in ["G", "ET /v1", "/models HT", "TP/1.1\r\nHost: x\r\n\r\n"] { connection.send(piece) }
        #expect(await connection.receive().end == .reset)
        #expect(proxy.figures.affected(by: fault.kind) == 1)
        #expect(simulator.requests.isEmpty)
      }
    }
  }

  @Test("a stream that is cut in the middle goes on when the cut is over")
  func midStream() async throws {
    let behaviour = Behaviour(
      timeToFirstToken: .milliseconds(1), interTokenLatency: .milliseconds(2), outputTokens: 200)
    try await withSimulator(behaviour: behaviour) { simulator in
      try await withFaultProxy(to: simulator.baseURL) { proxy in
        let connection = try RawConnection(port: proxy.port)
        connection.send(Simulator.request("/v1/chat/completions", Simulator.chatBody(#""stream":true"#)))
        try await proxy.wait { $0.responseBytes > 1000 }
        proxy.set([FaultProxy.Rule(.cut)])
        // The service is done, and the client has not heard of it.
        try await simulator.wait { $0.completed == 1 }
        let passed = proxy.figures.responseBytes
        #expect(proxy.figures.affected(by: .cut) == 1)
        proxy.clear()
        let response = await connection.receive()
        #expect(response.end == .complete && response.text.contains("[DONE]"))
        #expect(response.bytes.count > passed)
      }
    }
  }

  @Test("a client that leaves is seen by the service")
  func clientLeaves() async throws {
    let behaviour = Behaviour(interTokenLatency: .milliseconds(5), outputTokens: 100_000)
    try await withSimulator(behaviour: behaviour) { simulator in
      try await withFaultProxy(to: simulator.baseURL) { proxy in
        do {
          let connection = try RawConnection(port: proxy.port)
          connection.send(Simulator.request("/v1/chat/completions", Simulator.chatBody(#""stream":true"#)))
          try await proxy.wait { $0.responseBytes > 1000 }
        }
        try await simulator.wait { $0.disconnectedClients == 1 }
        try await proxy.wait { $0.openConnections == 0 }
      }
    }
  }

  @Test("a client that does not read stops the service, not the memory")
  func backPressure() async throws {
    var behaviour = Behaviour()
    behaviour.fault = .hugeBody(bytes: 256 << 20)
    try await withSimulator(behaviour: behaviour) { simulator in
      try await withFaultProxy(to: simulator.baseURL) { proxy in
        proxy.set([FaultProxy.Rule(.cut, direction: .responses)])
        let connection = try RawConnection(port: proxy.port)
        connection.send(Simulator.request("/v1/chat/completions", Simulator.chatBody()))
        try await proxy.wait { $0.affected(by: .cut) == 1 }
        #expect(proxy.figures.responseBytes == 0 && simulator.counters.completed == 0)
        proxy.clear()
        let response = await connection.receive(limit: 20 << 20)
        #expect(response.status == 200 && response.end == .enough)
      }
    }
  }

  @Test("leaves no socket behind, whatever its connections do")
  func sockets() async throws {
    try await withSimulator { simulator in
      let proxy = try await FaultProxy.start(to: simulator.baseURL)
      var connections: [RawConnection] = []
      for fault in [FaultProxy.Fault.cut, .blackhole, .halfOpen, .latency(.seconds(3600)), .refuse] {
        proxy.set([FaultProxy.Rule(fault)])
        let connection = try RawConnection(port: proxy.port)
        connection.send(Simulator.request("/health"))
        connections.append(connection)
      }
      try await proxy.wait { $0.connections == 5 }
      try await proxy.shutDown()
      try await proxy.shutDown()
      for connection in connections { #expect(await connection.receive().end != .silent) }
      connections = []
      #expect(try Self.sockets(ofPort: proxy.port) == 0)
      await #expect(throws: CancellationError.self) { try await proxy.wait { _ in false } }
      #expect(throws: POSIXError.self) { try RawConnection(port: proxy.port) }
    }
  }

  @Test("says what to do about a port that is taken")
  func portTaken() async throws {
    try await withSimulator { simulator in
      let error = await #expect(throws: ListeningError.self) {
        try await FaultProxy.start(to: simulator.baseURL, port: simulator.port)
      }
      #expect(error?.message.contains("choose another port") == true)
    }
  }

  /// Sockets of this machine with a port at either end that somebody holds open.
  private static func sockets(ofPort port: Int) throws -> Int {
    let hex = String(format: ":%04X", port)
    let table = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
    return table.split(separator: "\n").dropFirst().count { line in
      let fields = line.split(separator: " ")
      guard fields.count > 9 else { return false }
      // What the kernel alone keeps for a while has no inode.
      return (fields[1].hasSuffix(hex) || fields[2].hasSuffix(hex)) && fields[9] != "0"
    }
  }
}
