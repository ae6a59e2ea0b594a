import Testing

@testable import NPUSimulator

@Suite struct StopMatcherTests {
  private func run(_ tokens: [String], _ stops: [String], keeps: Bool = false) -> (text: String, stop: String?) {
    var matcher = StopMatcher(stops: stops, keepsStop: keeps)
    var text: [UInt8] = []
    for token in tokens {
      let (part, stop) = matcher.push(Array(token.utf8), matches: true)
      #expect(String(validating: part, as: UTF8.self) != nil, "A part tears a character")
      text += part
      if let stop { return (String(decoding: text, as: UTF8.self), stop) }
    }
    return (String(decoding: text + matcher.flush(), as: UTF8.self), nil)
  }

  @Test(
    "Text ends before the first stop string, wherever tokens are cut",
    arguments: [
      (["Hello", " world"], ["o w"], "Hell", "o w"), (["ab", "cd", "ef"], ["cde"], "ab", "cde"),
      (["ab", "cd"], ["x"], "abcd", nil), (["a", "b", "c"], ["c", "bc"], "a", "bc"),
      (["你", "好", "吗"], ["好"], "你", "好"),
      (["ab"], ["ab"], "", "ab"), (["aab"], ["ab"], "a", "ab"),
    ] as [([String], [String], String, String?)])
  func stops(tokens: [String], stops: [String], text: String, stop: String?) {
    let result = run(tokens, stops)
    #expect(result.text == text)
    #expect(result.stop == stop)
  }

  @Test("The stop string stays if that is asked for") func keeps() {
    let result = run(["Hello", " world", "!"], ["wor"], keeps: true)
    #expect(result.text == "Hello wor")
    #expect(result.stop == "wor")
  }
}
