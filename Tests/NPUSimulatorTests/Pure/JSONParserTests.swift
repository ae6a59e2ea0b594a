import Testing

@testable import NPUSimulator

@Suite struct JSONParserTests {
  @Test(
    "Documents are read",
    arguments: [
      ("null", .null), (" true ", .bool(true)), ("-12", .integer(-12)), ("1.5e2", .number(150)),
      (#""a\n\u00e9\ud83d\ude00\/""#, .string("a\né😀/")), (#""\ud83d!""#, .string("\u{FFFD}!")),
      ("[1,[],{}]", .array([.integer(1), .array([]), .object([])])),
      (#"{"b":1,"a":null}"#, .object([.init(key: "b", value: .integer(1)), .init(key: "a", value: .null)])),
      ("9223372036854775808", .number(9_223_372_036_854_775_808)),
    ] as [(String, JSONValue)])
  func reads(text: String, value: JSONValue) throws {
    #expect(try JSONParser.parse(Array(text.utf8)) == value)
  }

  @Test(
    "What is not JSON is refused at its place",
    arguments: [
      ("", 0), ("{,}", 1), ("[1,]", 3), (#"{"a" 1}"#, 5), ("01", 2), ("1.", 2), ("nul", 3), ("\"a", 2),
      ("\"\u{01}\"", 1),
      ("{} x", 3), (#""\x""#, 3), (#""\u12g4""#, 5), ("1e999", 5), ("-", 0), ("[1 2]", 3),
    ])
  func refuses(text: String, offset: Int) {
    #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(Array(text.utf8)) }
    do {
      _ = try JSONParser.parse(Array(text.utf8))
    } catch {
      #expect(error.offset == offset, "\(error.reason)")
    }
  }

  @Test("Nesting without end is refused and does not exhaust the stack") func depth() {
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(deep) }
  }

  @Test("A string that is not UTF-8 is refused") func encoding() {
    #expect(throws: JSONParser.Failure.self) { try JSONParser.parse([0x22, 0xC3, 0x28, 0x22]) }
  }
}
