import HTTPTypes
import NPUBase
import NPULoad
import NPUServices
import NPUTransport
import TestSupport
import Testing

/// Streams whose texts are bytes of UTF-8, cut where a server cut them, or bytes of another character set.
@Suite("The bytes of characters in a stream")
struct StreamEncodingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// The content of each chunk.
    var contents: [[UInt8]]
    /// The text, or `nil` where the stream is malformed.
    var text: String?
    var notes: ResponseNotes = []
    /// The field of the delta that has the contents.
    var field = "content"

    init(_ name: String, _ contents: [[UInt8]], _ text: String?, _ notes: ResponseNotes = [], field: String = "content")
    {
      testDescription = name
      (self.contents, self.text, self.notes, self.field) = (contents, text, notes, field)
    }

    var response: ScriptedResponse {
      var response = ScriptedResponse(testDescription, body: "")
      for content in contents {
        response.body += Array(#"data: {"choices":[{"index":0,"delta":{"\#(field)":""#.utf8) + content
        response.body += Array("\"}}]}\n\n".utf8)
      }
      response.body += Array((ChatEvents.delta("{}", finish: "stop") + ChatEvents.done).utf8)
      return response
    }
  }

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
  private static let long = [UInt8](repeating: 0x61, count: 300 << 10)

  static let cases: [Case] = [
    Case("whole characters", [bytes("é你😀"), bytes("好")], "é你😀好"),
    Case("a character in two", [bytes("a") + [0xE4, 0xBD], [0xA0] + bytes("b")], "a你b", .joinedCharacter),
    Case("a character in four", [[0xF0], [0x9F], [0x98], [0x80]], "😀", .joinedCharacter),
    Case("with an empty text between", [[0xE4], [], [0xBD, 0xA0]], "你", .joinedCharacter),
    Case("not continued", [bytes("a") + [0xE4, 0xBD], bytes("b")], "a\u{FFFD}b", .brokenCharacter),
    Case("continued wrongly", [[0xE4, 0xBD], [0x41]], "\u{FFFD}A", .brokenCharacter),
    Case("at the end", [bytes("a"), [0xE4, 0xBD]], "a", .brokenCharacter),
    Case("too many bytes behind", [[0xE4, 0xBD], [0xA0, 0xA0]], "你\u{FFFD}", [.joinedCharacter, .brokenCharacter]),
    Case("an escape that is followed by bytes", [bytes(#"\ud83d"#), bytes("你")], "\u{FFFD}你", .brokenCharacter),
    Case("the rest of a character that never began", [bytes("a"), [0xA0] + bytes("b")], nil),
    Case("another character set", [[0xC4, 0xE3, 0xBA, 0xC3]], nil),
    Case("Latin-1", [bytes("caf") + [0xE9] + bytes(" noir")], nil),
    Case("too long a form", [bytes("a") + [0xC0, 0x80] + bytes("b")], nil),
    Case("a surrogate", [bytes("a") + [0xED, 0xA0, 0x80] + bytes("b")], nil),
    Case("beyond the last character", [bytes("a") + [0xF4, 0x90, 0x80, 0x80] + bytes("b")], nil),
    Case("a byte at the end of a long text", [long + [0xFF]], nil),
    Case("a byte at the beginning of a long text", [[0xFF] + long], nil),
    Case("a byte in a field that is no text", [[0xFF]], nil, field: "whatever"),
    Case("half a character in a field that is no text", [[0xE4, 0xBD]], nil, field: "whatever"),
  ]

  @Test("are joined, noted or malformed, in a load and in a client alike", arguments: cases)
  func judges(example: Case) async throws {
    let isLong = example.response.body.count > 100_000
    for cut in isLong ? [ScriptedResponse.Cut.whole] : [.whole, .bytes, .random(1)] {
      let record = try example.response.record(cut)
      let steps =
        [ScriptedTransport.Step.head(status: 200, contentType: "text/event-stream")]
        + example.response.pieces(cut).map { .body($0) }
      let (chunks, error) = await (try ChatClient(ScriptedTransport { _ in steps })).collect()
      guard let text = example.text else {
        #expect(record.outcome.kind == .malformedPayload)
        #expect(record.outcome.message?.contains("not UTF-8") == true, "\(record.outcome)")
        #expect((error as? ServiceError)?.message == record.outcome.message)
        continue
      }
      #expect(record.outcome.isSuccess, "\(record.outcome)")
      #expect(record.text == text)
      #expect(record.form.notes == example.notes)
      #expect(error == nil)
      #expect(chunks.assembled().text == text)
    }
  }

  @Test("of an error do not hide it")
  func error() throws {
    var response = ScriptedResponse("error", body: ChatEvents.role)
    response.body += Array(#"data: {"error":{"message":"out of memory "#.utf8) + [0xC4, 0xE3] + Array("\"}}\n\n".utf8)
    let outcome = try response.record().outcome
    #expect(outcome.kind == .errorEvent)
    #expect(outcome.message?.contains("out of memory") == true)
  }
}
