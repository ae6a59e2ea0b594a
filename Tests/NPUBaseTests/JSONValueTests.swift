import Foundation
import NPUBase
import Testing

@Suite("A JSON value")
struct JSONValueTests {
  @Test(
    "keeps numbers as exactly as they can be kept",
    arguments: [
      ("9007199254740993", JSONValue.int(9_007_199_254_740_993)), ("-9223372036854775808", .int(.min)),
      ("0.1", .double(0.1)), ("1e-9", .double(1e-9)), ("18446744073709551616", .double(18_446_744_073_709_551_616)),
      ("true", .bool(true)), ("1", .int(1)), ("0", .int(0)), ("null", .null), ("\"\\u4eba\"", .string("人")),
      ("[1,\"a\",[]]", .array([1, "a", []])),
      ("{\"a\":{\"b\":null}}", .object(["a": .object(["b": .null])])),
    ] as [(String, JSONValue)])
  func decodes(text: String, value: JSONValue) throws {
    #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == value)
    let again = try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(value))
    #expect(again == value)
  }

  @Test("answers nothing instead of trapping where something else stands")
  func lookups() {
    let value: JSONValue = ["a": [1, 2.5, "3"], "b": true]
    #expect(value["a"]?[1]?.number == 2.5)
    #expect(value["a"]?[2]?.integer == 3)
    #expect(value["a"]?[9] == nil)
    #expect(value["a"]?[-1] == nil)
    #expect(value["b"]?["c"] == nil)
    #expect(JSONValue.double(1e300).integer == nil)
    #expect(JSONValue.double(.nan).integer == nil)
    #expect(JSONValue.string("nan").integer == nil)
    #expect(value["b"]?.string == nil)
  }
}
