import NPUBase
import Testing

@Suite("Text for people")
struct TextTests {
  @Test(
    "shows a number with a fixed count of decimals",
    arguments: [
      (1.005, 2, "1.00"), (0.125, 2, "0.12"), (-0.001, 2, "0.00"), (-1.5, 1, "-1.5"), (12, 0, "12"),
      (.infinity, 2, "inf"), (-.infinity, 2, "-inf"), (.nan, 2, "-"), (0.07, 1, "0.1"),
    ] as [(Double, Int, String)])
  func fixed(number: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(number, decimals: decimals) == text)
  }

  @Test("shows what is not known as a dash, and shares in percent")
  func undefined() {
    #expect(NumberText.fixed(nil) == "-")
    #expect(NumberText.percent(nil) == "-")
    #expect(NumberText.percent(0.125) == "12.50 %")
    #expect(NumberText.probability(nil) == "-")
    #expect(NumberText.probability(0.00006) == "0.0001")
    #expect(NumberText.probability(0.00004) == "< 0.0001")
    #expect(NumberText.probability(0) == "< 0.0001")
    #expect(NumberText.probability(1) == "1.0000")
    #expect(NumberText.plain(99) == "99")
    #expect(NumberText.plain(99.9) == "99.9")
  }

  @Test(
    "cuts what a server sent to one readable line",
    arguments: [("a\r\nb\tc", 10, "a b c"), ("人人人人", 3, "人人人…"), ("abc", 3, "abc"), ("", 3, "")])
  func excerpt(text: String, limit: Int, line: String) {
    #expect(Excerpt.of(text, limit: limit) == line)
    #expect(Excerpt.of(Array(text.utf8), limit: limit) == line)
  }

  @Test(
    "reads Base64 as mail and some encoders wrap it, and nothing else",
    arguments: [("QUJD", [65, 66, 67]), ("QU\r\nJD \n", [65, 66, 67]), ("", []), ("QUJ", nil), ("Q*JD", nil)]
      as [(String, [UInt8]?)])
  func base64(text: String, bytes: [UInt8]?) {
    #expect(Base64.decode(text) == bytes)
    if let bytes { #expect(Base64.decode(Base64.encode(bytes)) == bytes) }
  }
}
