import NPUSimulator
import Testing

/// Every fault as a client meets it on its socket.
@Suite struct FaultTests {
  private func stream(
    _ fault: Fault, members: String = #""stream":true"#, script: Script = .latin, patience: Int32 = 300_000,
    limit: Int = 1 << 26
  ) async throws -> RawResponse {
    let behaviour = Behaviour(outputTokens: 8, fault: fault).with { $0.script = script }
    return try await withSimulator(behaviour: behaviour) { simulator in
      try await simulator.chat(members, patience: patience, limit: limit)
    }
  }

  private func contents(_ answer: RawResponse) -> Int {
    answer.chunks.filter { $0["choices"][0]["delta"]["content"].string?.isEmpty == false }.count
  }

  @Test("An error status has the protocol's body or one's own, and says when to come back", arguments: [true, false])
  func status(streams: Bool) async throws {
    let plain = try await stream(.status(429, retryAfter: 7), members: #""stream":\#(streams)"#)
    #expect(plain.status == 429)
    #expect(plain.header("retry-after") == "7")
    #expect(plain.json["error"]["code"].int == 429)
    let page = try await stream(.status(502, body: "<html>Bad</html>", contentType: "text/html"))
    #expect(page.status == 502)
    #expect(page.text == "<html>Bad</html>")
    #expect(page.header("content-type") == "text/html")
  }

  @Test("An error may be the first event of a stream with status 200") func errorFirst() async throws {
    let answer = try await stream(.errorFirst)
    #expect(answer.status == 200)
    #expect(answer.chunks.count == 1)
    #expect(answer.chunks.first?["error"]["code"].int == 500)
    #expect(answer.events.last == "[DONE]")
    #expect(answer.end == .complete)
  }

  @Test("An error event follows exactly the tokens asked for", arguments: [0, 3, 7]) func errorEvent(
    tokens: Int
  ) async throws {
    let answer = try await stream(.errorEvent(afterTokens: tokens))
    #expect(contents(answer) == tokens)
    #expect(answer.chunks.last?["error"]["type"].string == "InternalServerError")
    #expect(answer.events.last == "[DONE]")
  }

  @Test("Without streaming an error event is an error status") func errorPlain() async throws {
    let answer = try await stream(.errorEvent(afterTokens: 3), members: "")
    #expect(answer.status == 500)
    #expect(answer.json["error"]["code"].int == 500)
  }

  @Test("A stall is silence with the connection open") func stall() async throws {
    let answer = try await stream(.stall(afterTokens: 3), patience: 3000)
    #expect(answer.end == .silent)
    #expect(contents(answer) == 3)
  }

  @Test("A stall that ends lets the rest follow") func stallEnds() async throws {
    let behaviour = Behaviour(outputTokens: 8, fault: .stall(afterTokens: 3, for: .milliseconds(50)))
    try await withSimulator(behaviour: behaviour) { simulator in
      let answer = try await simulator.chat(#""stream":true"#)
      #expect(answer.end == .complete)
      #expect(contents(answer) == 8)
      let request = try #require(simulator.requests.first)
      #expect(try #require(request.endedAt) - request.receivedAt >= 50_000_000)
    }
  }

  @Test("A reset is a reset, after the tokens asked for", arguments: [0, 4]) func reset(tokens: Int) async throws {
    let answer = try await stream(.reset(afterTokens: tokens))
    #expect(answer.end == .reset)
    #expect(contents(answer) == tokens)
  }

  @Test("A truncated stream ends between events without the end of its body") func truncate() async throws {
    let answer = try await stream(.truncate(afterTokens: 4))
    #expect(answer.end == .closed)
    #expect(contents(answer) == 4)
    #expect(answer.tail.isEmpty)
  }

  @Test("A cut stream ends inside an event, with or without the end of its body", arguments: [true, false])
  func cut(cleanly: Bool) async throws {
    let answer = try await stream(.cutInsideEvent(afterTokens: 4, endsCleanly: cleanly))
    #expect(answer.end == (cleanly ? .complete : .closed))
    #expect(contents(answer) == 4)
    #expect(answer.tail.hasPrefix("data: {"))
    #expect(!answer.tail.hasSuffix("}"))
  }

  @Test("A cut plain answer is shorter than announced", arguments: [Fault.Kind.truncate, .cutInsideEvent])
  func cutPlain(kind: Fault.Kind) async throws {
    let answer = try await stream(Fault(kind), members: "")
    #expect(answer.end == .closed)
    let announced = try #require(answer.header("content-length").flatMap { Int($0) })
    #expect(!answer.body.isEmpty && answer.body.count < announced)
  }

  @Test("A stream may lack its end mark or its finish reason") func lacking() async throws {
    let noDone = try await stream(Fault(.noDone))
    #expect(noDone.end == .complete)
    #expect(!noDone.text.contains("[DONE]"))
    #expect(noDone.chunks.last?["choices"][0]["finish_reason"].string == "stop")
    let noFinish = try await stream(Fault(.noFinish))
    #expect(noFinish.events.last == "[DONE]")
    #expect(noFinish.chunks.allSatisfy { $0["choices"][0]["finish_reason"].isNull })
  }

  @Test("A slow head comes in two halves", arguments: [true, false]) func slowHeaders(streams: Bool) async throws {
    let whole = try await stream(.slowHeaders(.milliseconds(60)), members: #""stream":\#(streams)"#)
    #expect(whole.status == 200)
    #expect(whole.end == .complete)
    #expect(whole.text.contains("finish_reason"))
    let half = try await stream(Fault(.slowHeaders), members: #""stream":\#(streams)"#, patience: 3000)
    #expect(half.end == .silent)
    #expect(!half.bytes.isEmpty && half.bytes.count < whole.head.utf8.count)
  }

  @Test("A whole answer may bear the wrong content type", arguments: [true, false]) func contentType(
    streams: Bool
  ) async throws {
    let answer = try await stream(.wrongContentType("text/html"), members: #""stream":\#(streams)"#)
    #expect(answer.header("content-type") == "text/html")
    #expect(answer.text.contains(#""finish_reason":"stop""#))
  }

  @Test("A page, or nothing, may stand in place of the answer") func pages() async throws {
    let page = try await stream(Fault(.htmlPage))
    #expect(page.status == 200)
    #expect(page.header("content-type")?.hasPrefix("text/html") == true)
    #expect(page.text.contains("<html>"))
    let empty = try await stream(Fault(.emptyBody))
    #expect(empty.status == 200)
    #expect(empty.body.isEmpty)
    #expect(empty.end == .complete)
  }

  @Test("A huge header goes on as long as the client reads") func hugeHeader() async throws {
    let whole = try await stream(.hugeHeader(bytes: 300_000))
    #expect(whole.header("x-filler")?.count == 300_000)
    #expect(whole.end == .complete)
    let endless = try await stream(Fault(.hugeHeader), limit: 4_000_000)
    #expect(endless.end == .enough)
    #expect(endless.status == 200)
  }

  @Test("A line may never end", arguments: [true, false]) func endlessLine(streams: Bool) async throws {
    let endless = try await stream(.endlessLine(), members: #""stream":\#(streams)"#, limit: 4_000_000)
    #expect(endless.end == .enough)
    let cut = try await stream(.endlessLine(afterTokens: 2, bytes: 200_000))
    #expect(cut.end == .closed)
    #expect(contents(cut) == 2)
    #expect(cut.tail.count > 200_000)
  }

  @Test("A huge answer is well-formed", arguments: [true, false]) func hugeBody(streams: Bool) async throws {
    let answer = try await stream(.hugeBody(bytes: 3_000_000), members: #""stream":\#(streams)"#)
    #expect(answer.end == .complete)
    if streams {
      #expect(answer.deltas("content").utf8.count { $0 == UInt8(ascii: "a") } >= 3_000_000)
      #expect(answer.events.last == "[DONE]")
    } else {
      #expect(answer.json["choices"][0]["message"]["content"].string?.count == 3_000_000)
    }
  }

  @Test("JSON may be broken while HTTP is whole") func invalidJSON() async throws {
    let answer = try await stream(.invalidJSON(afterTokens: 3))
    #expect(answer.end == .complete)
    #expect(answer.chunks.filter { !$0.exists }.count == 1)
    #expect(contents(answer) == 8)
    let plain = try await stream(.invalidJSON(), members: "")
    #expect(plain.end == .complete)
    #expect(!plain.json.exists)
  }

  @Test("An error may be bare text at the end of a stream") func rawText() async throws {
    let answer = try await stream(.rawTextError(afterTokens: 2))
    #expect(answer.end == .complete)
    #expect(contents(answer) == 2)
    #expect(answer.tail == "Failed to get engine response")
    let plain = try await stream(.rawTextError(afterTokens: 2), members: "")
    #expect(plain.status == 500)
    #expect(plain.text == "Server internal error")
  }

  @Test("A connection may be closed as soon as it stands") func closeOnAccept() async throws {
    try await withSimulator(behaviour: Behaviour(fault: Fault(.closeOnAccept))) { simulator in
      let connection = try RawConnection(port: simulator.port)
      let answer = await connection.receive()
      #expect(answer.end == .closed || answer.end == .reset)
      #expect(answer.bytes.isEmpty)
      #expect(simulator.counters.requests == 0)
    }
  }

  @Test("A request may never be answered") func neverAnswer() async throws {
    let answer = try await stream(Fault(.noResponse), patience: 200)
    #expect(answer.end == .silent)
    #expect(answer.bytes.isEmpty)
  }

  @Test("A body may come byte by byte, or torn inside its characters") func splits() async throws {
    let bytes = try await stream(Fault(.splitBytes))
    #expect(bytes.parts.chunks.allSatisfy { $0.count == 1 })
    #expect(contents(bytes) == 8)
    let torn = try await stream(Fault(.splitInsideUTF8), script: .chinese)
    #expect(contents(torn) == 8)
    #expect(torn.parts.chunks.count { String(validating: $0, as: UTF8.self) == nil } >= 8)
  }

  @Test("Some requests fail and others do not, as listed") func mixed() async throws {
    let behaviour = Behaviour(outputTokens: 2, fault: .status(503)).with { $0.faultRequests = [1, 2] }
    try await withSimulator(behaviour: behaviour) { simulator in
      var statuses: [Int?] = []
      for _ in 0..<4 { statuses.append(try await simulator.chat().status) }
      #expect(statuses == [200, 503, 503, 200])
      #expect(simulator.requests.map(\.fault) == [nil, .status, .status, nil])
    }
  }
}
