import NPUSimulator
import Testing

@Suite struct ToolAndReasoningTests {
  private static let tools = #"""
    "tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{
    "city":{"type":"string"},"unit":{"type":"string","enum":["C"]}}}}},{"type":"function","function":{"name":"now"}}]
    """#.replacing("\n", with: "")

  @Test("Streamed fragments join to arguments that fit the schema") func fragments() async throws {
    try await withSimulator { simulator in
      let answer = try await simulator.chat(#""stream":true,"tool_choice":"required",\#(Self.tools)"#)
      let calls = answer.chunks.flatMap { $0["choices"][0]["delta"]["tool_calls"].array }
      #expect(calls.first?["function"]["name"].string == "get_weather")
      #expect(calls.first?["id"].string?.hasPrefix("chatcmpl-tool-") == true)
      #expect(calls.dropFirst().allSatisfy { !$0["id"].exists && $0["index"].int == 0 })
      let arguments = JSON(text: calls.compactMap { $0["function"]["arguments"].string }.joined())
      #expect(arguments.keys == ["city", "unit"])
      #expect(arguments["unit"].string == "C")
      #expect(answer.chunks.last?["choices"][0]["finish_reason"].string == "tool_calls")
    }
  }

  @Test(
    "A call is made when forced or when the behaviour makes calls",
    arguments: [
      (#""tool_choice":"required""#, 0, 1, "tool_calls"), (#""tool_choice":"auto""#, 0, 0, "stop"),
      (#""tool_choice":"auto""#, 2, 2, "tool_calls"), (#""tool_choice":"none""#, 2, 0, "stop"),
      (#""tool_choice":{"type":"function","function":{"name":"now"}}"#, 0, 1, "stop"),
    ])
  func choices(choice: String, behaviour: Int, count: Int, reason: String) async throws {
    try await withSimulator(behaviour: Behaviour().with { $0.toolCalls = behaviour }) { simulator in
      let answer = try await simulator.chat("\(choice),\(Self.tools)").json
      let calls = answer["choices"][0]["message"]["tool_calls"].array
      #expect(calls.count == count)
      #expect(answer["choices"][0]["finish_reason"].string == reason)
      #expect(answer["choices"][0]["message"]["content"].isNull == (count > 0))
      for call in calls { #expect(JSON(text: call["function"]["arguments"].string ?? "").exists) }
    }
  }

  @Test(
    "Reasoning stands in the members of each generation",
    arguments: [
      ("reasoning_content", ["reasoning_content"]), ("both", ["reasoning", "reasoning_content"]),
      ("reasoning", ["reasoning"]), ("hidden", []),
    ])
  func reasoning(style: String, members: [String]) async throws {
    try await withSimulator { simulator in
      let behaviour = #"{"reasoning_tokens":7,"reasoning_style":"\#(style)","output_tokens":3}"#
      let answer = try await simulator.chat(
        #""stream":true,"stream_options":{"include_usage":true}"#, behaviour: behaviour)
      for member in ["reasoning", "reasoning_content"] {
        let text = answer.deltas(member)
        #expect(text.isEmpty != members.contains(member))
        if members.contains(member) { #expect(try await simulator.count(text) == 7) }
      }
      #expect(try await simulator.count(answer.deltas("content")) == 3)
      #expect(answer.chunks.last?["usage"]["completion_tokens"].int == 10)
      let plain = try await simulator.chat(behaviour: behaviour).json["choices"][0]["message"]
      for member in members { #expect(plain[member].string == answer.deltas(member)) }
    }
  }

  @Test("MindIE repeats the role, puts usage into the finish chunk and calls reasoning by its old name")
  func mindie() async throws {
    let behaviour = Behaviour(outputTokens: 3).with {
      $0.wireProtocol = .mindie
      $0.reasoningTokens = 2
    }
    try await withSimulator(behaviour: behaviour) { simulator in
      let answer = try await simulator.chat(#""stream":true"#)
      #expect(answer.chunks.count == 6)
      #expect(answer.chunks.allSatisfy { $0["choices"][0]["delta"]["role"].string == "assistant" })
      #expect(answer.deltas("reasoning").isEmpty)
      #expect(try await simulator.count(answer.deltas("reasoning_content")) == 2)
      let last = try #require(answer.chunks.last)
      #expect(last["choices"][0]["finish_reason"].string == "stop")
      #expect(last["usage"]["completion_tokens"].int == 5)
      #expect(last["usage"]["completion_tokens_details"]["reasoning_tokens"].int == 2)
      #expect(answer.header("requestuuid") != nil)
      let error = try await simulator.chat(#""max_tokens":"x""#)
      #expect(error.status == 422)
      #expect(error.json.keys == ["error", "error_type"])
    }
  }
}
