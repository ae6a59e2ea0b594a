import Foundation
import NPUBase
import Testing

@Suite("Reading JSON of servers")
struct JSONReadingTests {
  private struct Answer: Codable, Equatable {
    struct Part: Codable, Equatable {
      var text: String?
      var score: Double
      var tags: [String: [Int]]
    }

    var id: String
    var count: Int
    var isDone: Bool
    var small: UInt8
    var parts: [Part]
    var rest: [JSONValue]
  }

  @Test(
    "gives what Foundation's decoder gives",
    arguments: [
      #"{"id":"x\u4eba\ud83d\ude80","count":4.0,"isDone":true,"small":255,"parts":[],"rest":[]}"#,
      #" {"id":"","count":-3,"isDone":false,"small":0,"rest":[1,1.5,null,"a",[true],{"b":{}}],"#
        + #""parts":[{"score":1e3,"tags":{"a":[1,2],"":[]}},{"text":null,"score":-0.5,"tags":{}}]} "#,
    ])
  func same(text: String) throws {
    let expected = try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
    #expect(try JSONCoding.decode(Answer.self, from: Array(text.utf8)) == expected)
    #expect(try JSONCoding.decode(Answer.self, from: [0xEF, 0xBB, 0xBF] + Array(text.utf8)) == expected)
  }

  @Test(
    "says what is wrong and where",
    arguments: [
      (#"{"count":1}"#, #"no field "id" at the top of the document"#),
      (#"{"id":1}"#, "something else than text at id"), (#"{"id":null}"#, "null where text is due, at id"),
      (#"{"id":"","count":1.5}"#, "something else than a whole number at count"),
      (#"{"id":"","count":9223372036854775808}"#, "something else than a whole number at count"),
      (#"{"id":"","count":1,"isDone":true,"small":256}"#, "something else than a whole number at small"),
      (
        #"{"id":"","count":1,"isDone":true,"small":1,"parts":[{"score":1,"tags":{"a":[1,"x"]}}]}"#,
        "something else than a whole number at parts.0.tags.a.1"
      ),
      ("[1]", "something else than an object at the top of the document"), ("{", "it is not valid JSON"),
      ("", "it is not valid JSON"), ("{} {}", "it is not valid JSON"), ("nul", "it is not valid JSON"),
      (String(repeating: "[", count: 65), "it is nested deeper than 64 levels"),
      (
        String(repeating: #"{"a":"#, count: 500) + "1" + String(repeating: "}", count: 500),
        "it is nested deeper than 64 levels"
      ),
    ])
  func errors(text: String, message: String) {
    let error = #expect(throws: DecodingError.self) { try JSONCoding.decode(Answer.self, from: Array(text.utf8)) }
    #expect(error.map(JSONCoding.describe) == message)
  }

  @Test("reads any depth that it takes, and tries no type twice: a value is asked for once at each level")
  func depth() throws {
    let text = String(repeating: #"[{"a":"#, count: 32) + "1" + String(repeating: "}]", count: 32)
    var value = try JSONCoding.decode(JSONValue.self, from: Array(text.utf8))
    for _ in 0..<32 { value = try #require(value[0]?["a"]) }
    #expect(value == 1)
  }

  @Test(
    "keeps a document whose texts are broken",
    arguments: [
      (#"{"a":"\ud800"}"#, "\u{FFFD}"), (#"{"a":"\udc00x"}"#, "\u{FFFD}x"), (#"{"a":"1","a":"2"}"#, "2"),
      ("{\"a\":\"\u{1}\"}", nil),
    ] as [(String, String?)])
  func texts(text: String, value: String?) {
    #expect((try? JSONCoding.decode(JSONValue.self, from: Array(text.utf8)))?["a"]?.string == value)
  }

  @Test("takes a number beyond all bounds for unknown")
  func huge() throws {
    let value = try JSONCoding.decode(JSONValue.self, from: Array("[1e999,1]".utf8))
    #expect(value == [nil, 1])
  }

  @Test("refuses with Foundation's decoder too what is nested too deep")
  func foundation() {
    let text = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }
  }
}
