import NPUBase
import Testing

@Suite("Reading JSON value by value")
struct JSONByteScannerTests {
  private typealias Failure = JSONByteScanner.Failure

  private func scan<Value>(
    _ text: String, _ read: (inout JSONByteScanner) throws(JSONByteScanner.Failure) -> Value
  ) throws(JSONByteScanner.Failure) -> Value {
    // In the middle of other bytes: offsets count from the start of the document.
    let bytes = Array("xx".utf8) + Array(text.utf8) + Array("xx".utf8)
    return try JSONByteScanner.scan(bytes[2..<bytes.count - 2], read)
  }

  @Test("An object is read key by key, whatever the white space")
  func object() throws {
    let text =
      " {\"a\" : 1 ,\"b\":[ 2,3 ],\n\"c\":true,\"d\":null,\"e\":-1.5e1,\"f\":{\"g\":[{}]},\"a\\u0062\":\"t\"}\t"
    var seen: [String] = []
    try scan(text) { (scanner) throws(Failure) in
      try scanner.readObject { (key, scanner) throws(Failure) in
        switch key {
        case "a": seen.append("a \(try scanner.readInteger())")
        case "b": seen.append("b \(try scanner.readIntegers())")
        case "c": seen.append("c \(try scanner.readBool())")
        case "d": seen.append("d \(try scanner.readIntegerOrNull() == nil)")
        case "e": seen.append("e \(try scanner.readNumberOrNull() ?? 0)")
        case "ab": seen.append("ab \(try scanner.readString())")
        default: try scanner.skipValue()
        }
      }
    }
    #expect(seen == ["a 1", "b [2, 3]", "c true", "d true", "e -15.0", "ab t"])
  }

  @Test(
    "Escapes of strings are resolved, and half of a pair becomes the replacement character",
    arguments: [
      (#""""#, ""), (#""plain text of more than eight bytes""#, "plain text of more than eight bytes"),
      (#""a\"b\\c\/d\b\f\n\r\t""#, "a\"b\\c/d\u{8}\u{C}\n\r\t"), (#""\u00e9\u00E9é""#, "ééé"),
      (#""\ud83d\ude80!""#, "🚀!"), (#""\ud83d""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
      (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\ude80\ud83d\ude80""#, "\u{FFFD}🚀"), (#""\u0000""#, "\0"),
    ])
  func strings(document: String, text: String) throws {
    #expect(try scan(document) { (scanner) throws(Failure) in try scanner.readString() } == text)
  }

  @Test("Whole numbers reach from the least to the greatest", arguments: [Int64.min, -1, 0, 7, .max])
  func integers(number: Int64) throws {
    #expect(try scan("\(number)") { (scanner) throws(Failure) in try scanner.readInteger() } == number)
  }

  @Test(
    "What is no whole number is refused, with the place",
    arguments: [
      ("9223372036854775808", 19), ("-9223372036854775809", 20), ("1.0", 3), ("1e3", 3), ("", 0), ("-", 1), ("01", 2),
      ("+1", 0), ("\"1\"", 0), ("1 2", 2),
    ])
  func refusedIntegers(document: String, offset: Int) {
    let failure = #expect(throws: Failure.self) {
      try scan(document) { (scanner) throws(Failure) in try scanner.readInteger() }
    }
    #expect(failure?.offset == offset)
  }

  @Test(
    "Broken documents are refused wherever they break",
    arguments: [
      "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "[1]", "{\"a\":[1,2}",
      "{}}", "{\"a\":nul}",
      "{\"a\":\"\u{1}\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"\\u12\"}",
      "{\"a\":" + String(repeating: "[", count: 1000),
    ])
  func broken(document: String) {
    #expect(throws: Failure.self) {
      try scan(document) { (scanner) throws(Failure) in
        try scanner.readObject { (_, scanner) throws(Failure) in try scanner.skipValue() }
      }
    }
  }
}
