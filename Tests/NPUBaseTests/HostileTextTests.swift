import Foundation
import NPUBase
import NPUMetrics
import Testing

@Suite("Text from outside")
struct HostileTextTests {
  private static let scalars = (0...UInt32(0x2100)).compactMap(Unicode.Scalar.init).filter(\.isSteering)

  @Test("holds the characters that steer a terminal: C0, DEL, C1, separators, direction")
  func characterSet() {
    let expected =
      Array(UInt32(0)...0x1F) + Array(0x7F...0x9F) + [0x61C, 0x200E, 0x200F] + Array(0x2028...0x202E)
      + Array(0x2066...0x2069)
    #expect(Self.scalars.map(\.value) == expected)
  }

  @Test("reaches a message without any of them, each a space", arguments: scalars)
  func excerpt(scalar: Unicode.Scalar) {
    let text = "a\(Character(scalar))b"
    #expect(Excerpt.of(text) == "a b")
    #expect(Excerpt.of(Array(text.utf8)) == "a b")
    #expect(text.onOneLine == "a b")
    #expect(text.withoutSteering == (scalar == "\n" || scalar == "\t" ? text : "a b"))
  }

  @Test("reaches a JSON text with each of them as an escape that means the same", arguments: scalars)
  func json(scalar: Unicode.Scalar) throws {
    let text = "ä\(Character(scalar))人🚀"
    var writer = JSONByteWriter()
    writer.value(text)
    let encoded = try JSONEncoder().encode(text)
    for bytes in [writer.bytes, Array(encoded).escapingSteering] {
      let shown = String(decoding: bytes, as: UTF8.self)
      let steers = shown.unicodeScalars.contains(where: \.isSteering)
      #expect(!steers)
      let again = try JSONDecoder().decode(String.self, from: Data(bytes))
      #expect(again == text)
    }
  }

  @Test("is cut by bytes, since one character may have megabytes of marks", arguments: [1, 10, 400])
  func marks(limit: Int) {
    let character = "e" + String(repeating: "\u{301}", count: 1 << 20)
    for piece in [Excerpt.of(character + "x", limit: limit), Excerpt.of(Array((character + "x").utf8), limit: limit)] {
      #expect(piece.utf8.count <= 4 * limit + 4 + "…".utf8.count)
      #expect(piece.hasSuffix("…"))
      #expect(!piece.unicodeScalars.contains("\u{FFFD}"))
    }
  }

  @Test("is cut by characters where they are ordinary ones", arguments: ["人", "🚀", "e\u{301}", "a"])
  func characters(character: String) {
    let text = String(repeating: character, count: 5)
    #expect(Excerpt.of(text, limit: 5) == text)
    #expect(Excerpt.of(text, limit: 4) == String(repeating: character, count: 4) + "…")
  }
}
