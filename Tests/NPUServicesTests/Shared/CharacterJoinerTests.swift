import NPUBase
import NPUServices
import Testing

@Suite("Characters that are cut in two between chunks")
struct CharacterJoinerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The payloads, and what becomes of them.
    var payloads: [String]
    var expected: [String]
    var joined: Int
    var broken: Int

    init(_ name: String, _ payloads: [String], _ expected: [String], joined: Int = 0, broken: Int = 0) {
      testDescription = name
      (self.payloads, self.expected, self.joined, self.broken) = (payloads, expected, joined, broken)
    }
  }

  private static func text(_ text: String, _ index: Int = 0) -> String {
    #"{"choices":[{"delta":{"content":"\#(text)"},"index":\#(index)}]}"#
  }

  static let cases = [
    Case("whole characters", [text(#"\ud83d\ude00 é"#)], [text(#"\ud83d\ude00 é"#)]),
    Case(
      "halves in two chunks", [text(#"Hi \ud83d"#), text(#"\ude00!"#)], [text("Hi "), text(#"\ud83d\ude00!"#)],
      joined: 1),
    Case(
      "halves with an empty text between", [text(#"\uD83D"#), text(""), text(#"\uDE00"#)],
      [text(""), text(""), text(#"\uD83D\uDE00"#)], joined: 1),
    Case(
      "a half that is not continued", [text(#"a\ud83d"#), text("b")], [text("a"), text(#"\ufffdb"#)], broken: 1),
    Case("a half at the end", [text(#"a\ud83d"#)], [text("a")], broken: 1),
    Case("a second half alone", [text(#"\ude00a"#)], [text(#"\ufffda"#)], broken: 1),
    Case("a first half amid a text", [text(#"a\ud83db"#)], [text(#"a\ufffdb"#)], broken: 1),
    Case(
      "two first halves", [text(#"\ud83d\ud83d"#), text(#"\ude00"#)], [text(#"\ufffd"#), text(#"\ud83d\ude00"#)],
      joined: 1, broken: 1),
    Case("a backslash that is none", [text(#"a\\ud83d"#)], [text(#"a\\ud83d"#)]),
    Case(
      "two choices in turn", [text(#"\ud83d"#), text("x", 1), text(#"\ude00"#)],
      [text(""), text("x", 1), text(#"\ud83d\ude00"#)], joined: 1),
    Case(
      "arguments of a call",
      [
        #"{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"\ud83d"}}]}}]}"#,
        #"{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"\ude00"}}]}}]}"#,
      ],
      [
        #"{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":""}}]}}]}"#,
        #"{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"\ud83d\ude00"}}]}}]}"#,
      ],
      joined: 1),
    Case(
      "a transcription of OpenAI's own", [#"{"delta":"\ud83d"}"#, #"{"delta":"\ude00"}"#],
      [#"{"delta":""}"#, #"{"delta":"\ud83d\ude00"}"#], joined: 1),
    Case(
      "parts of a content",
      [
        #"{"choices":[{"delta":{"content":[{"type":"text","text":"\ud83d"}]}}]}"#,
        #"{"choices":[{"delta":{"content":[{"type":"text","text":"\ude00"}]}}]}"#,
      ],
      [
        #"{"choices":[{"delta":{"content":[{"type":"text","text":""}]}}]}"#,
        #"{"choices":[{"delta":{"content":[{"type":"text","text":"\ud83d\ude00"}]}}]}"#,
      ], joined: 1),
    Case(
      "strings that are no text",
      [
        #"{"id":"\ud83d","choices":[{"delta":{"content":"a","x":"\ud83d"},"logprobs":{"content":[{"token":"\ud83d"}]}}]}"#
      ],
      [
        #"{"id":"\ud83d","choices":[{"delta":{"content":"a","x":"\ud83d"},"logprobs":{"content":[{"token":"\ud83d"}]}}]}"#
      ]
    ),
  ]

  @Test("are joined, or become U+FFFD and are counted", arguments: cases)
  func joins(example: Case) {
    var joiner = CharacterJoiner()
    for (payload, expected) in zip(example.payloads, example.expected) {
      let bytes = joiner.join(Array(payload.utf8).span)
      #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }
    #expect(joiner.joined == example.joined)
    #expect(joiner.broken == example.broken)
  }

  @Test("no half costs the text around it, in any document")
  func decoding() throws {
    let payload = #"{"a":"x\ud83dy","\ude00":["\udead\ud83d\ude00"]}"#
    let value = try JSONCoding.decode(JSONValue.self, from: Array(payload.utf8))
    #expect(value == ["a": "x\u{FFFD}y", "\u{FFFD}": ["\u{FFFD}😀"]])
  }

  @Test("the scanner tells a chunk with a half from every other", arguments: cases)
  func scanner(example: Case) {
    for payload in example.payloads {
      let facts = ChunkScanner().scan(Array(payload.utf8).span)
      let hasHalf =
        payload.contains(#"ud83d"#) || payload.contains("ude00") || payload.contains("D83D") || payload.contains("DE00")
      let isWhole = payload.contains(#"\ud83d\ude00"#) || payload.contains(#"\\ud83d"#)
      #expect(facts.oddities.contains(.characterHalf) == (hasHalf && !isWhole), "\(payload)")
    }
  }
}
