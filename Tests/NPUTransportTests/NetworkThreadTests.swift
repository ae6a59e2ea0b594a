import NPUBase
import NPUTransport
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Several network threads", .timeLimit(.minutes(30)))
struct NetworkThreadTests {
  /// A server that answers each request with two bytes.
  private static let brief: FaultServer.Script = { connection in
    while true {
      _ = try connection.readRequest()
      try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    }
  }

  private static var thisThread: UInt { UInt(bitPattern: pthread_self().hashValue) }

  /// An observer that notes the threads on which it is called.
  private static func observer(_ threads: Watched<[UInt]>) -> RecordingObserver {
    RecordingObserver { event, _ in
      if event.name == "started" { threads.change { $0.append(thisThread) } }
      return .more
    }
  }

  private func transport(_ threads: Int) throws -> CurlTransport {
    try CurlTransport(configuration: TransportConfiguration(networkThreads: threads))
  }

  @Test("a transport has the threads that it was told, one at the least", arguments: [(-1, 1), (0, 1), (1, 1), (5, 5)])
  func hasThreads(asked: Int, expected: Int) throws {
    var configuration = TransportConfiguration()
    configuration.networkThreads = asked
    let transport = try CurlTransport(configuration: configuration)
    defer { transport.shutDown() }
    #expect(transport.networkThreads == expected)
  }

  @Test("exchanges that run at once are spread evenly", arguments: [1, 3])
  func spreads(count: Int) async throws {
    let answered = Gate()
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      answered.pass()
      try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    } _: { server in
      defer { answered.open() }
      let transport = try transport(count)
      defer { transport.shutDown() }
      let threads = Watched([UInt]())
      let observers = (0..<12).map { _ in Self.observer(threads) }
      for observer in observers { observer.start(.to(server.authority), on: transport) }
      let seen = await threads.wait { $0.count == observers.count }
      let shares = Dictionary(grouping: seen) { $0 }.values.map(\.count)
      #expect(shares == Array(repeating: observers.count / count, count: count))
      answered.open()
      for observer in observers { #expect(await observer.ended().error == nil) }
    }
  }

  @Test("requests one after the other use one connection")
  func reuses() async throws {
    try await withFaultServer(Self.brief) { server in
      let transport = try transport(4)
      defer { transport.shutDown() }
      for _ in 0..<20 { _ = try await transport.response(to: .to(server.authority)) }
      #expect(server.accepted == 1)
    }
  }

  @Test("what the end of an exchange starts goes on where that one was, on its connection")
  func staysOnItsThread() async throws {
    let (chains, links) = (6, 25)
    let allHaveBegun = Gate()
    try await withFaultServer { connection in
      allHaveBegun.pass()
      try Self.brief(connection)
    } _: { server in
      defer { allHaveBegun.open() }
      let transport = try transport(3)
      defer { transport.shutDown() }
      let ends = Watched([Int: [UInt]]())
      @Sendable func link(_ chain: Int) {
        RecordingObserver { event, _ in
          guard event.name == "ended" else { return .more }
          // A chain that stopped early would leave its thread less to do than the others.
          let goesOn = ends.change { ends in
            ends[chain, default: []].append(Self.thisThread)
            return (0..<chains).contains { ends[$0, default: []].count < links }
          }
          if goesOn { link(chain) }
          return .more
        }.start(.to(server.authority), on: transport)
      }
      for chain in 0..<chains { link(chain) }
      allHaveBegun.open()
      let threads = await ends.wait { ends in
        (0..<chains).allSatisfy { ends[$0, default: []].count >= links }
      }
      for chain in threads.values { #expect(Set(chain.prefix(links)).count == 1) }
    }
  }
}
