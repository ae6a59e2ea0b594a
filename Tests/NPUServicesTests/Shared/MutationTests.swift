import Foundation
import NPUBase
import NPUServices
import Testing

/// Answers as servers will send them one day: with new fields, new words, and nulls.
@Suite("A decoding of responses")
struct MutationTests {
  private static let answers: [(String, @Sendable (Data) throws -> [String?])] = [
    (
      #"{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","#
        + #""content":"KEEP","reasoning":"r","tool_calls":[{"id":"t","type":"function","function":{"name":"f","#
        + #""arguments":"{}"}}]},"logprobs":{"content":[{"token":"a","logprob":-1,"bytes":[1],"top_logprobs":[]}]},"#
        + #""finish_reason":"stop","stop_reason":7,"token_ids":[1]}],"usage":{"prompt_tokens":1,"completion_tokens":2,"#
        + #""total_tokens":3,"prompt_tokens_details":{"cached_tokens":0}},"prompt_logprobs":[null,{"1":{"logprob":-1,"rank":1}}]}"#,
      { try JSONDecoder().decode(ChatResponse.self, from: $0).choices.map(\.message.content) }
    ),
    (
      #"{"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","#
        + #""content":"KEEP","reasoning":"r","tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"{}"}}]},"#
        + #""logprobs":{"content":[{"token":"a","logprob":-1}]},"finish_reason":"stop","stop_reason":"x","token_ids":[1]}],"#
        + #""usage":{"prompt_tokens":1,"completion_tokens":2},"prompt_token_ids":[1],"full_text":"t"}"#,
      { try JSONDecoder().decode(ChatChunk.self, from: $0).choices.map(\.delta.content) }
    ),
    (
      #"{"id":"1","object":"text_completion","created":1,"model":"m","choices":[{"index":0,"text":"KEEP","logprobs":"#
        + #"{"text_offset":[0],"token_logprobs":[null,-1],"tokens":["a"],"top_logprobs":[null,{"a":-1}]},"finish_reason":"#
        + #""length","stop_reason":null,"prompt_logprobs":[null]}],"usage":{"prompt_tokens":1}}"#,
      { try JSONDecoder().decode(CompletionResponse.self, from: $0).choices.map(\.text) }
    ),
    (
      #"{"object":"list","data":[{"id":"KEEP","object":"model","created":1,"owned_by":"vllm","root":"/r","parent":null,"#
        + #""max_model_len":4096,"permission":[{"id":"p"}]}]}"#,
      { try JSONDecoder().decode(ModelList.self, from: $0).models.map(\.id) }
    ),
  ]

  /// Every value in a document, changed one at a time.
  private func mutations(of value: JSONValue, key: String = "") -> [JSONValue] {
    var mutations: [JSONValue] = []
    switch value {
    case .object(let members):
      for junk: JSONValue in [nil, 1, "x", ["y": [nil]], [true]] {
        mutations.append(.object(members.merging(["an_unknown_key": junk]) { $1 }))
      }
      for (name, member) in members {
        mutations += mutationsIncludingItself(of: member, key: name).map { .object(members.merging([name: $0]) { $1 }) }
        if !Self.required.contains(name) {
          var fewer = members
          fewer[name] = nil
          mutations.append(.object(fewer))
        }
      }
    case .array(let elements):
      for position in elements.indices {
        mutations += self.mutations(of: elements[position]).map { changed in
          var copy = elements
          copy[position] = changed
          return .array(copy)
        }
      }
    default: break
    }
    return mutations
  }

  private func mutationsIncludingItself(of value: JSONValue, key: String) -> [JSONValue] {
    // What holds or is the text looked for stays; all else may be anything.
    let inner = mutations(of: value, key: key)
    if Self.required.contains(key) { return inner }
    return inner + [nil, "a_new_word", 12, -1.5, true, [], [1, "a", nil], ["k": "v"]]
  }

  private static let required: Set<String> = ["choices", "message", "delta", "content", "text", "data", "id"]

  @Test("survives unknown fields, unknown words, nulls and wrong types in every place", arguments: answers.indices)
  func survives(index: Int) throws {
    let (text, decode) = Self.answers[index]
    let original = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    let mutations = mutations(of: original)
    #expect(mutations.count > 50)
    for mutation in mutations {
      let data = try JSONEncoder().encode(mutation)
      #expect(try decode(data) == ["KEEP"], "\(String(decoding: data, as: UTF8.self))")
    }
  }
}
