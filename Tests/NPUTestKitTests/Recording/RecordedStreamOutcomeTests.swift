import NPUTestKit
import Testing

/// Streams as servers sent them, where the folder of test data holds them.
@Suite(
  "The stream recorder on recorded streams",
  .enabled(if: RecordedAnswers.wire != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds wire"))
struct RecordedStreamOutcomeTests {
  private static func expected(_ name: String) -> Outcome.Class? {
    switch name {
    case "vllm-chat-stream-truncated.sse": .truncatedStream
    case "mindie-chat-stream-engine-error.sse": .rawTextError
    case let name where name.contains("-chat-stream-error"): .errorEvent
    case let name where name.contains("-chat-stream") || name.contains("-completions-stream"): .success
    case "nasty-bom.sse", "nasty-comment-openrouter-style.sse", "nasty-cr-only.sse", "nasty-crlf.sse",
      "nasty-no-final-newline.sse", "nasty-pings.sse":
      .success
    default: nil
    }
  }

  @Test("Each has its outcome, and the same record however it is cut")
  func outcomes() async throws {
    let streams = try RecordedAnswers.wire { $0.hasSuffix(".sse") }
    #expect(streams.count >= 35)
    for (name, bytes) in streams {
      var answer = ScriptedAnswer(name, body: "")
      answer.body = bytes
      let record = try answer.record()
      if let expected = Self.expected(name) {
        #expect(record.outcome.class == expected, "\(name): \(record.outcome)")
      }
      for cut in [ScriptedAnswer.Cut.bytes] + (0..<20).map(ScriptedAnswer.Cut.random) {
        #expect(try answer.record(cut) == record, "\(name)")
      }
      guard record.outcome.isSuccess, name.contains("chat-stream") else { continue }
      let whole = await (try ChatClient(streaming(String(decoding: bytes, as: UTF8.self)))).collect().chunks.assembled()
      #expect(record.text == whole.choices.first?.message.content ?? "", "\(name)")
      #expect(record.finishReason == whole.choices.first?.finishReason?.rawValue, "\(name)")
      #expect(record.tokens.completion == whole.usage?.completionTokens ?? record.tokens.completion, "\(name)")
      #expect(record.requestID == whole.id, "\(name)")
    }
  }
}
