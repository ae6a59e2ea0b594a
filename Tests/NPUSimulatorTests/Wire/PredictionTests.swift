import Foundation
import NPUSimulator
import Testing

@Suite("The simulated service of one's own on ModelArts")
struct PredictionTests {
  @Test(
    "A stream has the tokens of its document and no end mark, whatever the prompt is called",
    arguments: [#""prompt":"I""#, #""input":"I""#, #""messages":[{"role":"user","content":"I"}]"#])
  func streams(prompt: String) async throws {
    try await withSimulator(behaviour: Behaviour().with { $0.text = "am a French speaker" }) { simulator in
      let body = #"{\#(prompt),"max_tokens":9}"#
      let whole = try await simulator.exchange("/predict", body)
      #expect(whole.status == 200 && whole.text == #"{"result": "am a French speaker"}"#, "\(whole.text)")
      let stream = try await simulator.exchange("/predict/stream", body)
      #expect(stream.status == 200 && stream.header("content-type") == "text/event-stream;charset=UTF-8")
      let events = stream.text.components(separatedBy: "\n\n").dropLast()
      #expect(events.count > 1 && events.allSatisfy { $0.hasPrefix(#"data: {"token": ""#) && $0.hasSuffix(#""}"#) })
      let tokens = events.map { $0.dropFirst(#"data: {"token": ""#.count).dropLast(2) }
      #expect(tokens.joined() == "am a French speaker")
    }
  }

  @Test("A request without a prompt is refused", arguments: ["/predict", "/predict/stream"])
  func refused(path: String) async throws {
    try await withSimulator { simulator in
      let response = try await simulator.exchange(path, #"{"max_tokens":9}"#)
      #expect(response.status == 400 && response.text.contains("prompt"), "\(response.text)")
    }
  }
}
