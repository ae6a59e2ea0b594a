import Foundation
import NIOCore
import Testing

@testable import NPUSimulator

/// The scripts of whole answers, played by a clock that the test moves by hand.
@Suite struct ScriptTests {
  private static let format = WireFormat(
    wireProtocol: .vllm, chunks: true, keepsAlive: true, date: "now", number: 0, receivedAt: 0)

  private func script(_ members: String, _ behaviour: Behaviour) throws -> any ResponseScript {
    let json = #"{"messages":[{"role":"user","content":"Hi"}]\#(members.isEmpty ? "" : ",")\#(members)}"#
    let request = try RequestReader(try JSONParser.parse(Array(json.utf8)), behaviour: behaviour).read(.chat)
    let identity = ResponseIdentity(request, wireProtocol: .vllm, number: 0, requestID: "r", created: 1)
    return GenerationService.script(
      request, behaviour, fault: behaviour.fault(forRequest: 0), identity: identity, format: Self.format)
  }

  /// Plays a script and notes when bytes were sent and how it ended; every wake-up is late by some time.
  private func play(
    _ script: any ResponseScript, late: Int64 = 0, most: Int = 10_000
  ) -> (sent: [(at: Int64, text: String)], end: WireStep?) {
    var script = script
    var now: Int64 = 0
    var sent: [(at: Int64, text: String)] = []
    for _ in 0..<most {
      switch script.next(now: now) {
      case .bytes(let buffer): sent.append((now, String(buffer: buffer)))
      case .pause(let until):
        #expect(until > now, "A pause that is over already")
        now = max(now, until) + late
      case let step: return (sent, step)
      }
    }
    return (sent, nil)
  }

  @Test("Late wake-ups do not move later tokens", arguments: [0, 300_000, 2_500_000] as [Int64])
  func absolute(late: Int64) throws {
    let behaviour = Behaviour(
      timeToFirstToken: .milliseconds(50), interTokenLatency: .milliseconds(1), outputTokens: 100)
    let (sent, end) = play(try script(#""stream":true"#, behaviour), late: late)
    #expect(end == .finish)
    #expect(sent.first?.at == 0)
    #expect(sent.dropFirst().first?.at == 50_000_000 + late)
    // The last token is due at 149 ms whatever happened before, and at most one wake-up late.
    let last = try #require(sent.last).at
    #expect(last >= 149_000_000 && last <= 149_000_000 + max(late, 1_000_000) + late)
  }

  @Test("Tokens that are due together are sent together") func together() throws {
    let behaviour = Behaviour(
      timeToFirstToken: .milliseconds(10), interTokenLatency: .milliseconds(1), outputTokens: 12)
    let (sent, _) = play(try script(#""stream":true"#, behaviour), late: 3_900_000)
    let contents = sent.map { $0.text.components(separatedBy: "\"delta\":{\"content\":\"").count - 1 }
    #expect(contents.dropFirst().first == 4)
  }

  @Test("An answer without delays is few large writes") func fire() throws {
    let (sent, end) = play(try script(#""stream":true"#, Behaviour(outputTokens: 1000)))
    let bytes = sent.reduce(0) { $0 + $1.text.utf8.count }
    #expect(end == .finish)
    #expect(sent.count <= bytes / StreamScript.writeSize + 2)
  }

  @Test("A stall keeps the gaps between the tokens behind it") func stall() throws {
    let behaviour = Behaviour(
      interTokenLatency: .milliseconds(10), outputTokens: 4, fault: .stall(afterTokens: 2, for: .seconds(1)))
    let (sent, end) = play(try script(#""stream":true"#, behaviour))
    #expect(end == .finish)
    #expect(sent.map(\.at) == [0, 0, 10_000_000, 1_020_000_000, 1_030_000_000])
  }

  @Test(
    "Faults end a stream as they say",
    arguments: [
      (.reset(afterTokens: 2), .reset), (.truncate(afterTokens: 2), .close), (.cutInsideEvent(afterTokens: 2), .close),
      (.cutInsideEvent(afterTokens: 2, endsCleanly: true), .finish), (.stall(afterTokens: 2), .pauseForever),
      (.errorEvent(afterTokens: 2), .finish), (.rawTextError(afterTokens: 2), .finish),
      (.endlessLine(afterTokens: 2, bytes: 100_000), .close), (.hugeBody(bytes: 3_000_000), .finish),
      (Fault(.noResponse), .pauseForever), (.hugeHeader(bytes: 200_000), .finish),
    ] as [(Fault, WireStep)])
  func endings(fault: Fault, end: WireStep) throws {
    let behaviour = Behaviour(interTokenLatency: .milliseconds(1), outputTokens: 8, fault: fault)
    let played = play(try script(#""stream":true"#, behaviour))
    #expect(played.end == end)
  }

  @Test("A fault after more tokens than there are never happens") func beyond() throws {
    let behaviour = Behaviour(outputTokens: 4, fault: .reset(afterTokens: 5))
    let played = play(try script(#""stream":true"#, behaviour))
    #expect(played.end == .finish)
    #expect(played.sent.last?.text.contains("[DONE]") == true)
  }

  @Test(
    "Torn bodies are the body again when joined",
    arguments: [
      BodySplit.none, BodySplit.everyByte, BodySplit.insideCharacters,
    ])
  func splits(split: BodySplit) {
    let body = ByteBuffer(string: "aé你😀 end")
    let parts = split.parts(of: body)
    #expect(parts.flatMap { Array($0.readableBytesView) } == Array(body.readableBytesView))
    #expect(!parts.contains { $0.readableBytes == 0 })
    switch split {
    case .none: #expect(parts.count == 1)
    case .everyByte: #expect(parts.count == body.readableBytes)
    case .insideCharacters:
      #expect(parts.count == 4)
      for part in parts { #expect(String(validating: part.readableBytesView, as: UTF8.self) == nil) }
    }
  }

  @Test(
    "A date is written as HTTP wants it",
    arguments: [
      (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
      (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
      (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
    ])
  func dates(seconds: Int, text: String) {
    #expect(HTTPDate.text(seconds) == text)
  }
}
