import Testing

@testable import NPUTestKit

@Suite("The generated text of kept payloads")
struct GeneratedTextTests {
  @Test(
    "is that of the first choice",
    arguments: [
      (
        #"{"choices":[{"delta":{"role":"assistant","content":""}}]}{"choices":[{"delta":{"content":"He"}}]}"# + "\n"
          + #"{"choices":[{"delta":{"reasoning":"r","content":"llo"}},{"index":1,"delta":{"content":"x"}}]}"#, "Hello"
      ),
      (#"{"choices":[{"index":0,"text":"a }\"{ "}]}"# + "\n" + #"{"choices":[{"index":0,"text":"b"}]}"#, "a }\"{ b"),
      ("{\n \"choices\": [\n  {\"message\": {\"content\": \"whole\\\\\"}}\n ]\n}\n", "whole\\"),
      (#"{"choices":[{"text":"whole"}]}"#, "whole"),
      (#"{"choices":[]}"# + "\nnull\n[1]\n" + #"{"choices":[{"text":"#, ""),
      ("", ""), ("}}}]\"{", ""),
    ])
  func first(payloads: String, text: String) {
    #expect(GeneratedText.decode(Array(payloads.utf8)) == text)
  }
}
