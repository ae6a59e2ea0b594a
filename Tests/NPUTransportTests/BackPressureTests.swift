import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite("A slow reader of a body", .everyReader, .timeLimit(.minutes(30)))
struct BackPressureTests {
  private static let block: [UInt8] = (0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ $0 >> 7) }

  /// Compares what arrives with copies of the block.
  private struct Comparison {
    private let doubled = BackPressureTests.block + BackPressureTests.block
    private(set) var count = 0
    private(set) var differences = 0

    mutating func add(_ bytes: [UInt8]) {
      for start in stride(from: 0, to: bytes.count, by: BackPressureTests.block.count) {
        let piece = bytes[start..<min(bytes.count, start + BackPressureTests.block.count)]
        let offset = count % BackPressureTests.block.count
        if piece != doubled[offset..<offset + piece.count] { differences += 1 }
        count += piece.count
      }
    }
  }

  @Test("makes the server wait, and gets every byte once it reads")
  func holdsTheServer() async throws {
    let total = 24 << 20
    let refused = Watched<Int?>(nil)
    let goOn = Gate()
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
      let taken = try connection.sendUntilRefused(Self.block, patience: 500, limit: total)
      refused.change { $0 = taken }
      goOn.pass()
      var sent = taken
      while sent < total {
        let start = sent % Self.block.count
        let end = min(Self.block.count, start + total - sent)
        try connection.send(Array(Self.block[start..<end]))
        sent += end - start
      }
    } _: { server in
      defer { goOn.open() }
      try await CurlTransport.with { transport in
        let response = try await transport.stream(.to(server.authority))
        let taken = try #require(await refused.wait { $0 != nil })
        // What the system's socket buffers hold and what waits in the transport, and not all there is.
        #expect(taken < 16 << 20, "the server could send \(taken) bytes to a reader that read nothing")
        #expect(response.body.end == nil)
        goOn.open()
        var comparison = Comparison()
        for try await chunk in response.body { comparison.add(chunk.bytes) }
        #expect(comparison.count == total)
        #expect(comparison.differences == 0)
        #expect(response.body.end?.error == nil)
      }
    }
  }

  @Test("leaves at most half a megabyte waiting in the transport")
  func boundsWhatWaits() async throws {
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send("HTTP/1.1 200 OK\r\n\r\n")
      while true { try connection.send(Self.block) }
    } _: { server in
      try await CurlTransport.with { transport in
        let received = Watched(0)
        let observer = RecordingObserver(keepsBody: false) { event, log in
          guard case .body = event else { return .more }
          received.change { $0 = log.bodyBytes }
          return log.bodyBytes >= 256 << 10 ? .pause : .more
        }
        observer.start(.to(server.authority), on: transport)
        await received.wait { $0 >= 256 << 10 }
        let before = observer.log.bodyBytes
        #expect(before <= 512 << 10)
        // Another exchange comes and goes while this one rests: nothing of it arrives meanwhile.
        try await Loopback.withUnusedPort { _ = try? await transport.response(to: .to("127.0.0.1:\($0)")) }
        #expect(observer.log.bodyBytes == before)
        for round in 1...20 {
          let seen = observer.log.bodyBytes
          observer.log.handle?.resume()
          await received.wait { $0 > seen }
          #expect(observer.log.events.count { $0.name == "body" } > round)
        }
        observer.log.handle?.cancel()
        #expect(await observer.ended().error?.kind == .cancelled)
      }
    }
  }

  private enum Exchange {
    case running, resting, ended
  }

  @Test(
    "gets nothing between a pause and the resumption, even from a piece that is unpacked to many",
    arguments: [nil, "gzip"])
  func pausesInsideDecodedPieces(asked: String?) async throws {
    // 2 MiB of zeros in 2 KiB: one read brings them all.
    let packed = GzipOfZeros.make(megabytes: 2)
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n")
      try connection.send(packed)
      _ = connection.waitForPeerEnd()
    } _: { server in
      try await CurlTransport.with { transport in
        let state = Watched(Exchange.running)
        let intruders = Watched(0)
        let observer = RecordingObserver(keepsBody: false) { event, _ in
          if event.name == "body" || event.name == "ended" {
            if state.value == .resting { intruders.change { $0 += 1 } }
            state.change { $0 = event.name == "ended" ? .ended : .resting }
          }
          return .pause
        }
        var fields = HTTPFields()
        fields[.acceptEncoding] = asked
        observer.start(.to(server.authority, fields: fields), on: transport)
        let handle = await observer.wait { $0.handle != nil }.handle
        var rests = 0
        while await state.wait(until: { $0 != .running }) == .resting, !Task.isCancelled {
          rests += 1
          state.change { $0 = .running }
          handle?.resume()
        }
        #expect(await observer.ended().error == nil)
        #expect(observer.log.bodyBytes == 2 << 20)
        #expect(intruders.value == 0)
        #expect(rests > 100)
      }
    }
  }

  /// Resumes an exchange after every piece until it ends, and gives the number of pieces.
  @discardableResult
  private func resumeUntilEnd(_ observer: RecordingObserver) async -> Int {
    var pieces = 0
    while !Task.isCancelled {
      let seen = pieces
      let log = await observer.wait { $0.handle != nil && ($0.end != nil || $0.count("body") > seen) }
      if log.end != nil { break }
      pieces = log.count("body")
      log.handle?.resume()
    }
    return pieces
  }

  enum Last: CaseIterable {
    case stop, tooLarge
  }

  @Test(
    "ends at once when what was kept for it is refused on resumption", arguments: Last.allCases, [nil, "gzip"])
  func endsOnResumption(last: Last, asked: String?) async throws {
    let packed = GzipOfZeros.make(megabytes: 1)
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
      try connection.send(packed)
      _ = connection.waitForPeerEnd()
    } _: { server in
      try await CurlTransport.with { transport in
        let observer = RecordingObserver(keepsBody: false) { _, log in
          log.count("body") > 1 && last == .stop ? .stop : .pause
        }
        var fields = HTTPFields()
        fields[.acceptEncoding] = asked
        observer.start(
          .to(server.authority, fields: fields) {
            if last == .tooLarge { $0.limits.bodyBytes = 70_000 }
          }, on: transport)
        await resumeUntilEnd(observer)
        let end = await observer.ended()
        #expect(end.error?.kind == (last == .tooLarge ? .bodyTooLarge : nil))
        #expect(observer.log.bodyBytes <= 128 << 10)
      }
    }
  }

  @Test("that rests on the last piece still learns that it was the last")
  func pausesOnTheLastPiece() async throws {
    try await withAnswer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") { server, _ in
      try await CurlTransport.with { transport in
        let observer = RecordingObserver { _, _ in .pause }
        observer.start(.to(server.authority), on: transport)
        let log = await observer.wait { $0.bodyBytes == 2 }
        #expect(log.end == nil)
        observer.log.handle?.resume()
        #expect(await observer.ended().error == nil)
        // The connection is as good as any other.
        let next = try await transport.response(to: .to(server.authority))
        #expect(next.metrics.connectionReused)
      }
    }
  }

  @Test("is cut off by the total timeout although it rests, and by no other: it is not the server that is silent")
  func keepsTotalTimeout() async throws {
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send("HTTP/1.1 200 OK\r\n\r\nhello")
      _ = connection.waitForPeerEnd()
    } _: { server in
      try await CurlTransport.with { transport in
        let observer = RecordingObserver { _, _ in .pause }
        observer.start(
          .to(server.authority) {
            $0.timeouts.idle = .milliseconds(50)
            $0.timeouts.total = .milliseconds(300)
          }, on: transport)
        #expect(await observer.ended().error?.kind == .totalTimeout)
      }
    }
  }

  @Test("that never catches up does not keep alive what it has read")
  func forgetsWhatWasRead() async {
    // In a process of its own, whose memory no other test takes.
    await #expect(processExitsWith: .success) {
      // A scripted transport fills the queue on the reader's own thread: the reader never finds it empty.
      let piece = [UInt8](repeating: 7, count: 32 << 10)
      let count = 8 << 10
      let transport = ScriptedTransport { _ in
        [.head(status: 200)] + [ScriptedTransport.Step](repeating: .body(piece), count: count)
      }
      let response = try await transport.stream(.to("host"))
      let before = ProcessResources.residentBytes
      var received = 0
      for try await chunk in response.body { received += chunk.bytes.count }
      #expect(received == count * piece.count, "\(received) bytes")
      // Of 256 MiB that went through.
      let grown = ProcessResources.residentBytes - before
      #expect(grown < 128 << 20, "grown by \(grown) bytes")
    }
  }

  @Test("shares a body with nobody: a second reader is told so, and the first one goes on")
  func refusesSecondReaders() async throws {
    let first = Gate()
    try await withFaultServer { connection in
      _ = try connection.readRequest()
      try connection.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
      first.pass()
      try connection.send("hi")
    } _: { server in
      defer { first.open() }
      try await CurlTransport.with { transport in
        let body = try await transport.stream(.to(server.authority)).body
        try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
          for _ in 0..<2 {
            group.addTask {
              var iterator = body.makeAsyncIterator()
              do {
                return try await iterator.next()?.bytes
              } catch let error as TransportError {
                #expect(error.kind == .invalidRequest)
                first.open()
                return nil
              }
            }
          }
          let results = try await group.reduce(into: []) { $0.append($1) }
          #expect(results.compactMap(\.self) == [bytes("hi")])
        }
      }
    }
  }
}
