import HTTPTypes
import NPUSimulator
import NPUTransport
import TestSupport
import Testing

@Suite("Cancellation", .everyReader, .timeLimit(.minutes(30)))
struct CancellationTests {
  /// A server whose answers begin and never end, and that notes which connections their clients closed.
  private func withEndlessAnswers<Result>(
    head: String = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", first: String = "first",
    _ body: (FaultServer, Watched<Int>) async throws -> Result
  ) async throws -> Result {
    let left = Watched(0)
    return try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send(head + first)
      _ = connection.waitForPeerEnd()
      left.change { $0 += 1 }
    } _: {
      try await body($0, left)
    }
  }

  @Test("of the task that awaits a response ends the exchange and closes its connection at once")
  func cancelsResponses() async throws {
    let asked = Watched(0)
    let left = Watched(0)
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send("HTTP/1.1 200 OK\r\n\r\nfirst")
      asked.change { $0 += 1 }
      _ = connection.waitForPeerEnd()
      left.change { $0 += 1 }
    } _: { server in
      try await CurlTransport.with { transport in
        for round in 1...5 {
          let task = Task { try await transport.response(to: .to(server.authority)) }
          await asked.wait { $0 == round }
          task.cancel()
          await #expect(throws: CancellationError.self) { _ = try await task.value }
          await left.wait { $0 == round }
        }
      }
    }
  }

  @Test("of the task that awaits the head of a stream ends the exchange")
  func cancelsHeads() async throws {
    try await withEndlessAnswers(head: "", first: "") { server, left in
      try await CurlTransport.with { transport in
        let task = Task { try await transport.stream(.to(server.authority)) }
        while server.accepted < 1 { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        await left.wait { $0 == 1 }
      }
    }
  }

  @Test("of the task that reads a stream ends the exchange, and the server sees its client leave")
  func cancelsReaders() async throws {
    try await withSimulator(behaviour: Behaviour(interTokenLatency: .seconds(3600), outputTokens: 10)) { simulator in
      try await CurlTransport.with { transport in
        let hasFirst = Gate()
        let task = Task {
          let response = try await transport.stream(.chat(simulator))
          for try await _ in response.body { hasFirst.open() }
        }
        await hasFirst.passed()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await simulator.wait { $0.disconnectedClients == 1 }
        #expect(simulator.requests.first?.clientLeft == true)
      }
    }
  }

  @Test("happens by itself when a body is let go unread", arguments: [false, true])
  func cancelsDroppedBodies(begun: Bool) async throws {
    try await withEndlessAnswers { server, left in
      try await CurlTransport.with { transport in
        do {
          let response = try await transport.stream(.to(server.authority))
          if begun {
            var iterator = response.body.makeAsyncIterator()
            let chunk = try await iterator.next()
            #expect(chunk?.bytes == bytes("first"))
          }
        }
        await left.wait { $0 == 1 }
      }
    }
  }

  @Test("leaving a loop over a body early closes the connection")
  func cancelsLeftLoops() async throws {
    try await withEndlessAnswers { server, left in
      try await CurlTransport.with { transport in
        for try await chunk in try await transport.stream(.to(server.authority)).body {
          #expect(chunk.bytes == bytes("first"))
          break
        }
        await left.wait { $0 == 1 }
      }
    }
  }

  @Test("a task that was cancelled beforehand gets no response")
  func cancelsBeforehand() async throws {
    try await withEndlessAnswers { server, _ in
      try await CurlTransport.with { transport in
        let cancelled = Gate()
        let task = Task {
          await cancelled.passed()
          #expect(Task.isCancelled)
          _ = try await transport.response(to: .to(server.authority))
        }
        task.cancel()
        cancelled.open()
        await #expect(throws: CancellationError.self) { try await task.value }
      }
    }
  }

  @Test("twice, or after the end, does nothing more")
  func cancelsTwice() async throws {
    try await withAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") { server, notes in
      try await CurlTransport.with { transport in
        let hanging = RecordingObserver()
        let first = hanging.start(.to("127.0.0.1:\(try silentPort())"), on: transport)
        first.cancel()
        first.cancel()
        #expect(await hanging.ended().error?.kind == .cancelled)
        first.cancel()
        first.resume()

        let whole = RecordingObserver()
        let second = whole.start(.to(server.authority), on: transport)
        #expect(await whole.ended().error == nil)
        second.cancel()
        second.resume()
        // What stands behind those in the queue of the network thread is done after them.
        _ = try await transport.response(to: .to(server.authority))
        #expect(hanging.log.count("ended") == 1)
        #expect(whole.log.count("ended") == 1)
        #expect(notes.connections == [0, 0], "cancelling an ended exchange must not harm its connection")
      }
    }
  }

  /// A port that takes connections and says nothing; the socket is the process's until its end.
  private func silentPort() throws -> Int { try Loopback.listen(backlog: 8).port }

  @Test("from within a callback works in each of them", arguments: ["started", "sent", "head", "body", "ended"])
  func cancelsInCallbacks(event: String) async throws {
    try await withEndlessAnswers(head: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n") { server, _ in
      try await CurlTransport.with { transport in
        let handle = Watched<TransferHandle?>(nil)
        let held = GateSemaphore()
        let observer = RecordingObserver { now, _ in
          guard now.name == event else { return .more }
          held.wait()  // start() has yet to return the handle; a callback may otherwise not wait
          handle.value?.cancel()
          return .more
        }
        handle.change { $0 = transport.start(.to(server.authority), observer: observer) }
        held.signal()
        let end = await observer.ended()
        // One read may bring the end with the body, and then there is nothing left to cancel.
        if event == "started" || event == "sent" {
          #expect(end.error?.kind == .cancelled)
        } else {
          #expect(end.error == nil || end.error?.kind == .cancelled)
        }
        #expect(observer.log.count("ended") == 1)
      }
    }
  }

  @Test("a callback may start the next exchange")
  func startsInCallbacks() async throws {
    try await withAnswer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") { server, notes in
      try await CurlTransport.with { transport in
        let done = Watched(0)
        for _ in 0..<4 { next(transport, server.authority, done, left: 49) }
        await done.wait { $0 == 4 }
        #expect(notes.requests.count == 200)
        #expect(server.accepted <= 4 * transport.networkThreads)
      }
    }
  }

  private func next(_ transport: CurlTransport, _ authority: String, _ done: Watched<Int>, left: Int) {
    let observer = RecordingObserver { event, _ in
      guard case .ended(let end) = event else { return .more }
      #expect(end.error == nil)
      if left == 0 { done.change { $0 += 1 } } else { next(transport, authority, done, left: left - 1) }
      return .more
    }
    observer.start(.to(authority), on: transport)
  }
}
