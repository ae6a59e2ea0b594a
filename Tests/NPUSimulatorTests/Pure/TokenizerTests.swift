import Testing

@testable import NPUSimulator

@Suite struct TokenizerTests {
  static let texts = [
    "", "a", "Hello world", "  two  spaces ", "internationalisation", "wörter über Flüsse", "你好，世界", "👩‍👩‍👧 family",
    "tab\tand\nline", "{\"city\": \"Paris\"}", "123 4567890 1", String(repeating: "x", count: 1000),
  ]

  @Test("Joined tokens are the text", arguments: texts) func joins(text: String) {
    let bytes = Array(text.utf8)
    #expect(Tokenizer.pieces(bytes).flatMap { $0 } == bytes)
    #expect(Tokenizer.count(bytes) == Tokenizer.pieces(bytes).count)
  }

  @Test("A token's number leads back to its bytes", arguments: texts) func numbers(text: String) {
    for piece in Tokenizer.pieces(Array(text.utf8)) {
      let identifier = Tokenizer.identifier(of: piece)
      #expect(Tokenizer.piece(of: identifier) == piece)
      #expect(identifier < 1 << 53)
    }
  }

  @Test(
    "Tokens are cut where the documentation says",
    arguments: [
      ("Hello world", ["Hello", " world"]), ("wonderful", ["wonder", "ful"]), (" wonderful", [" wonde", "rful"]),
      ("a  b", ["a", " ", " b"]), ("你好", ["你", "好"]), ("it's", ["it", "'", "s"]),
    ])
  func cuts(text: String, pieces: [String]) {
    #expect(Tokenizer.pieces(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } == pieces)
  }

  @Test("Numbers that are no token have no bytes", arguments: [-1, 0, 1, 2, 255, 512 << 8, 1 << 57, Int.max, Int.min])
  func foreign(identifier: Int) {
    #expect(Tokenizer.piece(of: identifier) == nil)
  }

  @Test("Every word of every script is one token, alone and behind another", arguments: Script.allCases)
  func vocabulary(script: Script) {
    let words = Vocabulary.of(script)
    #expect(words.followers.count > 50)
    for word in words.openers + words.followers { #expect(Tokenizer.count(word) == 1) }
    let text = words.openers[0] + words.followers.flatMap { $0 }
    #expect(Tokenizer.count(text) == words.followers.count + 1)
  }
}
