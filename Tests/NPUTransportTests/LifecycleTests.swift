import HTTPTypes
import NPUBase
import NPUTransport
import TestSupport
import Testing

@Suite("The life of a transport", .everyReader, .timeLimit(.minutes(30)))
struct LifecycleTests {
  /// A server that begins a response and leaves it at that.
  private static let openAnswer: FaultServer.Script = { connection in
    _ = try connection.readRequest()
    try connection.send("HTTP/1.1 200 OK\r\n\r\nfirst")
    _ = connection.waitForPeerEnd()
  }

  // The exchanges have minutes until their timeouts, so that they show what ended them.

  @Test("shutting down ends every exchange at once, and waits for no timer")
  func shutsDown() async throws {
    try await withFaultServer(Self.openAnswer) { server in
      let transport = try CurlTransport.make()
      let observers = (0..<20).map { _ in RecordingObserver() }
      for observer in observers { observer.start(.to(server.authority), on: transport) }
      for observer in observers { await observer.wait { $0.bodyBytes > 0 } }
      transport.shutDown()
      for observer in observers {
        #expect(observer.log.end?.error?.kind == .shutDown)
        #expect(observer.log.count("ended") == 1)
      }
      transport.shutDown()
    }
  }

  @Test("a transport shuts down that never had anything to do")
  func shutsDownIdle() throws {
    let transport = try CurlTransport.make()
    transport.shutDown()
  }

  @Test("what is asked of a transport afterwards ends with an error that says so")
  func refusesAfterwards() async throws {
    let transport = try CurlTransport.make()
    transport.shutDown()
    let error = await #expect(throws: TransportError.self) { _ = try await transport.response(to: .to("127.0.0.1:9")) }
    #expect(error?.kind == .shutDown)
    let streamError = await #expect(throws: TransportError.self) { _ = try await transport.stream(.to("127.0.0.1:9")) }
    #expect(streamError?.kind == .shutDown)
    transport.schedule(at: .now) { Issue.record("a function was called after the shutdown") }
    let observer = RecordingObserver()
    let handle = observer.start(.to("127.0.0.1:9"), on: transport)
    handle.cancel()
    handle.resume()
    #expect(observer.log.names == ["started", "ended"])
  }

  @Test("many threads may shut it down at once while others start exchanges; each exchange ends once")
  func shutsDownFromMany() async throws {
    try await withFaultServer(Self.openAnswer) { server in
      for _ in 0..<20 {
        let transport = try CurlTransport.make()
        let observers = (0..<16).map { _ in RecordingObserver() }
        await withTaskGroup(of: Void.self) { group in
          for (index, observer) in observers.enumerated() {
            group.addTask {
              observer.start(.to(server.authority), on: transport)
              if index % 4 == 3 { transport.shutDown() }
            }
          }
        }
        transport.shutDown()
        for observer in observers {
          #expect(await observer.ended().error?.kind == .shutDown)
          #expect(observer.log.count("ended") == 1)
        }
      }
    }
  }

  @Test("a callback may shut it down", arguments: ["started", "sent", "head", "body", "ended"])
  func shutsDownInCallbacks(event: String) async throws {
    try await withAnswer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") { server, _ in
      let transport = try CurlTransport.make()
      let other = RecordingObserver()
      let observer = RecordingObserver { now, _ in
        if now.name == event { transport.shutDown() }
        return .more
      }
      other.start(.to("127.0.0.1:\(try Loopback.listen(backlog: 4).port)"), on: transport)
      observer.start(.to(server.authority), on: transport)
      let end = await observer.ended()
      if event != "ended" { #expect(end.error == nil || end.error?.kind == .shutDown) }
      #expect(await other.ended().error?.kind == .shutDown)
    }
  }

  @Test("letting the last reference go ends the exchanges that only observers watch")
  func endsWhenReleased() async throws {
    try await withFaultServer(Self.openAnswer) { server in
      let observer = RecordingObserver()
      try await {
        let transport = try CurlTransport.make()
        observer.start(.to(server.authority), on: transport)
        await observer.wait { $0.bodyBytes > 0 }
      }()
      #expect(await observer.ended().error?.kind == .shutDown)
    }
  }

  @Test("a stream keeps its transport until it has ended, and is its last owner then")
  func staysForStreams() async throws {
    let goOn = Gate()
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
      goOn.pass()
      try connection.send("later")
      _ = connection.waitForPeerEnd()
    } _: { server in
      defer { goOn.open() }
      weak var weakTransport: CurlTransport?
      let body = try await {
        let transport = try CurlTransport.make()
        weakTransport = transport
        return try await transport.stream(.to(server.authority)).body
      }()
      #expect(weakTransport != nil)
      goOn.open()
      var received: [UInt8] = []
      for try await chunk in body { received += chunk.bytes }
      #expect(received == bytes("firstlater"))
      #expect(body.end?.error == nil)
    }
  }

  @Test("functions are called at their instants, in order, and those of the past at once")
  func callsAtInstants() async throws {
    try await CurlTransport.with { transport in
      let calls = Watched<[(Int, MonotonicInstant)]>([])
      let start = transport.now
      let delays = [60, 20, -1000, 40, 20, 0]
      // From the thread that makes the calls: it makes none before all of them are known, however long that takes.
      transport.schedule(at: start) {
        for (index, delay) in delays.enumerated() {
          transport.schedule(at: start.advanced(by: .milliseconds(delay))) {
            calls.change { $0.append((index, .now)) }
          }
        }
      }
      let made = await calls.wait { $0.count == delays.count }
      for (index, instant) in made { #expect(instant >= start.advanced(by: .milliseconds(delays[index]))) }
      #expect(made.map(\.0) == [2, 5, 1, 4, 3, 0])
    }
  }

  // Descriptors and threads belong to the whole process, so these look at one of their own.

  @Test("two hundred transports, used and released or shut down, leave no thread and no descriptor")
  func leavesNothing() async {
    await #expect(processExitsWith: .success) { [reader = PlainHTTPReader.ofThisRun as PlainHTTPReader] in
      try await withFaultServer(LifecycleTests.openAnswer) { server in
        func use(_ index: Int) async throws {
          let transport = try CurlTransport.make(
            TransportConfiguration(connectionsPerHandle: 1), reader: reader)
          let observers = (0..<3).map { _ in RecordingObserver() }
          for observer in observers { observer.start(.to(server.authority), on: transport) }
          for observer in observers { await observer.wait { $0.bodyBytes > 0 } }
          if index % 2 == 0 { transport.shutDown() }
          if index % 3 == 0 { observers.first?.log.handle?.cancel() }
        }
        for index in 0..<5 { try await use(index) }
        try await settle(server)
        let (descriptors, threads) = (ProcessResources.descriptors, ProcessResources.threads)
        for index in 0..<200 { try await use(index) }
        try await settle(server)
        // The last threads end a moment after their connections; the pool of tasks may have grown by some meanwhile.
        let deadline = MonotonicInstant.now.advanced(by: .seconds(300))
        while ProcessResources.descriptors > descriptors || ProcessResources.threads > threads + 8, .now < deadline {
          await Task.yield()
        }
        let (left, alive) = (ProcessResources.descriptors, ProcessResources.threads)
        #expect(left <= descriptors, "\(left) descriptors, before \(descriptors)")
        #expect(alive <= threads + 8, "\(alive) threads, before \(threads)")
      }
    }
  }

  @Test("a process may end while exchanges run")
  func endsWithTheProcess() async {
    await #expect(processExitsWith: .success) { [reader = PlainHTTPReader.ofThisRun as PlainHTTPReader] in
      let server = try FaultServer(script: LifecycleTests.openAnswer)
      let transport = try CurlTransport.make(reader: reader)
      for _ in 0..<50 {
        let observer = RecordingObserver()
        observer.start(.to(server.authority), on: transport)
        observer.start(.to(server.authority, scheme: "https"), on: transport)
        await observer.wait { $0.bodyBytes > 0 }
      }
      ProcessResources.exitNow(transport)
    }
  }
}

/// Waits until the server has seen the last of its connections close.
private func settle(_ server: FaultServer) async throws {
  while server.open > 0 { await Task.yield() }
}
