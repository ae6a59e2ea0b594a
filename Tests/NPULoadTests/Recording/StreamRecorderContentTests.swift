import NPULoad
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("The stream recorder: what it keeps")
struct StreamRecorderContentTests {
  private func chunk(_ text: String, _ rest: String = "", index: Int = 0) -> String {
    ChatEvents.event(#"{"index":\#(index),"delta":{"content":"\#(text)"}}"#, rest)
  }

  private func usage(_ completion: Int, prompt: Int = 9) -> String {
    #","usage":{"prompt_tokens":\#(prompt),"completion_tokens":\#(completion)}"#
  }

  private func record(
    _ body: String, _ expectation: StreamRecorder.Expectation = .init(keepsText: true)
  ) throws -> RequestRecord {
    let answer = ScriptedResponse("", body: body, expectation: expectation)
    let record = try answer.record()
    #expect(try answer.record(.bytes) == record)
    return record
  }

  @Test("Tokens are counted by the usage object, wherever it stands")
  func usageCounts() throws {
    let finish = ChatEvents.delta("{}", finish: "stop")
    let inOrder = chunk("a") + chunk("b") + finish + StreamText.usage + ChatEvents.done
    let first = StreamText.usage + chunk("a") + finish + ChatEvents.done
    let beforeChoices =
      #"data: {"id":"e-8","usage":{"prompt_tokens":9,"completion_tokens":2},"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}"#
      + "\n\n" + ChatEvents.done
    let followedByNothing = inOrder.replacing(ChatEvents.done, with: "data: {\"usage\":{}}\n\n" + ChatEvents.done)
    let followedByNull = inOrder.replacing(ChatEvents.done, with: "data: {\"usage\":null}\n\n" + ChatEvents.done)
    for body in [inOrder, first, beforeChoices, followedByNothing, followedByNull] {
      let record = try record(body)
      #expect(record.tokens == TokenCounts(prompt: 9, completion: 2, source: .usage), "\(body)")
      #expect(record.outcome.isSuccess)
    }
  }

  @Test("Details of the usage are kept")
  func details() throws {
    let record = try record(
      chunk(
        "a",
        #","usage":{"prompt_tokens":9,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":5}}"#
      ))
    #expect(record.tokens == TokenCounts(prompt: 9, completion: 7, cached: 4, reasoning: 5, source: .usage))
  }

  @Test("Without usage token ids count, and without either nobody does")
  func tokenIDs() throws {
    let listed =
      ChatEvents.delta(#"{"content":"a"}"#, #","token_ids":[5,6]"#)
      + ChatEvents.delta(#"{"content":"b"}"#, #","token_ids":[7]"#)
    let record = try record(listed + ChatEvents.delta("{}", finish: "stop") + ChatEvents.done)
    #expect(record.tokens == TokenCounts(completion: 3, source: .tokenIDs))
    #expect(record.timeline.events.map(\.tokens) == [2, 1, nil, nil])
    let uncounted = try self.record(StreamText.whole)
    #expect(uncounted.tokens == TokenCounts(source: .unknown))
    #expect(uncounted.timeline.events.allSatisfy { $0.tokens == nil })
  }

  @Test("A running count gives each event the difference to the one before")
  func continuousUsage() throws {
    let body =
      ChatEvents.event(#"{"index":0,"delta":{"role":"assistant","content":""}}"#, usage(0)) + chunk("a", usage(1))
      + chunk("bc", usage(3)) + chunk("", usage(4)) + chunk("d", usage(6))
      + ChatEvents.event(#"{"index":0,"delta":{},"finish_reason":"stop"}"#, usage(7)) + ChatEvents.done
    let record = try record(body)
    #expect(record.timeline.events.map(\.tokens) == [nil, 1, 2, nil, 3, nil, nil])
    #expect(record.tokens == TokenCounts(prompt: 9, completion: 7, source: .usage))
  }

  @Test("The running counts of several choices are each their own")
  func continuousUsageOfChoices() throws {
    let body =
      chunk("a", usage(1), index: 0) + chunk("x", usage(2), index: 1) + chunk("b", usage(2), index: 0)
      + chunk("y", usage(5), index: 1) + ChatEvents.delta("{}", index: 0, finish: "stop")
      + ChatEvents.delta("{}", index: 1, finish: "stop")
      + #"data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":7}}"# + "\n\n" + ChatEvents.done
    let record = try record(body, .init(choices: 2))
    #expect(record.timeline.events.prefix(4).map(\.tokens) == [1, 2, 1, 3])
    #expect(record.tokens.completion == 7)
  }

  @Test("Choices that each end with a usage of their own count together, the prompt once")
  func usageOfChoices() throws {
    func end(_ index: Int, _ count: Int) -> String {
      ChatEvents.event(
        #"{"index":\#(index),"delta":{"role":"assistant","content":"z"},"finish_reason":"stop"}"#, usage(count))
    }
    let record = try record(chunk("a") + end(0, 5) + end(1, 8) + ChatEvents.done, .init(choices: 2))
    #expect(record.tokens == TokenCounts(prompt: 9, completion: 13, source: .usage))
  }

  @Test("A running count that falls back tells nothing of its event")
  func fallingUsage() throws {
    let record = try record(chunk("a", usage(5)) + chunk("b", usage(2)) + chunk("c", usage(7)))
    #expect(record.timeline.events.map(\.tokens) == [5, nil, 2])
  }

  @Test("Events that arrive in one piece share its stamp, others have their own")
  func stamps() throws {
    let answer = ScriptedResponse("", body: "")
    let events = [
      ChatEvents.role, chunk("a"), chunk("b"), chunk("c"), ChatEvents.delta("{}", finish: "stop"), ChatEvents.done,
    ]
    let half = events[3].utf8.count / 2
    let pieces = [
      events[0], events[1] + events[2] + String(events[3].prefix(half)), String(events[3].dropFirst(half)),
      events[4] + events[5],
    ]
    let record = try answer.record(pieces.enumerated().map { (Array($1.utf8), ScriptedResponse.at(10 * ($0 + 1))) })
    let timeline = record.timeline
    #expect(timeline.events.map(\.instant) == [10, 20, 20, 30, 40, 40].map(ScriptedResponse.at))
    #expect(timeline.started == ScriptedResponse.start)
    #expect(timeline.sent == ScriptedResponse.at(1))
    #expect(timeline.head == ScriptedResponse.at(5))
    #expect(timeline.firstByte == ScriptedResponse.at(10))
    #expect(timeline.firstToken == ScriptedResponse.at(20))
    #expect(timeline.lastToken == ScriptedResponse.at(30))
    #expect(timeline.finish == ScriptedResponse.at(40))
    #expect(timeline.done == ScriptedResponse.at(40))
    #expect(timeline.closed == ScriptedResponse.at(20))
  }

  @Test("An end mark without its empty line is stamped when the exchange ended")
  func lateMark() throws {
    let record = try record(ChatEvents.hello + "data: [DONE]")
    #expect(record.timeline.done == ScriptedResponse.at(20))
    #expect(record.timeline.events.count == 6)
  }

  @Test("The kept text is the one that a client of the service puts together")
  func text() async throws {
    let multiline =
      "data: {\"choices\": [\ndata:  {\"index\": 0, \"delta\": {\"content\": \"a\\nb\"},\ndata: \"finish_reason\":\"stop\"}]}\n\n"
    let bodies = [
      StreamText.whole, multiline,
      ChatEvents.role + chunk("x", index: 1) + chunk("y") + chunk("\\u4eba 人 \\\\ \\n")
        + ChatEvents.delta("{}", index: 1, finish: "stop") + ChatEvents.delta("{}", finish: "stop"),
      ChatEvents.delta(#"{"reasoning_content":"hm"}"#) + chunk("answer") + ChatEvents.delta("{}", finish: "stop"),
    ]
    for body in bodies {
      let chunks = try await ChatClient(streaming(body)).collect().chunks
      #expect(
        try record(body, .init(choices: 2, keepsText: true)).text == chunks.assembled().choices.first?.message.content)
    }
    #expect(try record(StreamText.whole).text == "Hello")
    #expect(try record(multiline).text == "a\nb")
    #expect(try record(StreamText.whole, .init()).text == nil)
    let completion =
      #"data: {"choices":[{"index":0,"text":" to"}]}"# + "\n\n"
      + #"data: {"choices":[{"index":0,"text":" be","finish_reason":"length"}]}"# + "\n\n"
    #expect(try record(completion).text == " to be")
  }

  @Test("A whole document gives counts, finish reason, identity and text, but no event", arguments: [true, false])
  func document(keepsText: Bool) throws {
    let pretty = """
      {
        "id": "chatcmpl-9",
        "choices": [
          {"index": 0, "message": {"role": "assistant", "content": "one\\ntwo"}, "finish_reason": "length"}
        ],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2}
      }
      """
    let answer = ScriptedResponse(
      "", contentType: "application/json", body: pretty, expectation: .init(isStreamed: false, keepsText: keepsText))
    let record = try answer.record(.random(5))
    #expect(record.outcome == Outcome(.success, status: 200))
    #expect(record.requestID == "chatcmpl-9")
    #expect(record.finishReason == "length")
    #expect(record.tokens == TokenCounts(prompt: 3, completion: 2, source: .usage))
    #expect(record.timeline.events.isEmpty)
    #expect(record.timeline.firstByte == ScriptedResponse.at(10))
    #expect(record.text == (keepsText ? "one\ntwo" : nil))
  }

  @Test("The identity is the server's, or else the one that was sent")
  func identity() throws {
    #expect(try record(StreamText.whole).requestID == "chatcmpl-1")
    #expect(try record("data: [DONE]\n\n").requestID == "sent-7")
    #expect(try record(StreamText.whole).index == 7)
  }

  @Test("A recorder lets go of what it told of its end")
  func releases() throws {
    final class Owner: @unchecked Sendable { var recorders: [StreamRecorder] = [] }
    weak var owner: Owner?
    do {
      let strong = Owner()
      owner = strong
      let recorder = StreamRecorder(index: 0) { strong.recorders.append($0) }
      recorder.transferEnded(TransferEnd(instant: ScriptedResponse.start))
      #expect(strong.recorders.count == 1)
    }
    #expect(owner == nil)
  }
}
