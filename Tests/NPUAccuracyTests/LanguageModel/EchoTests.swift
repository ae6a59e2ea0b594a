import NPUAccuracy
import NPULoad
import NPUServices
import TestSupport
import Testing

@Suite("A response scored by the echo of a completion")
struct EchoTests {
  private func scores(_ body: String, prompt: String, text: String) async throws -> [RecordedToken]? {
    let runner = CaseRunner(
      transport: answering(pieces: [body]), service: try .local, pattern: CasePattern(kind: .completion, model: "m"))
    return try await runner.scores(of: text, to: AccuracyCase(id: "a", prompt: Prompt(.text(prompt))))
  }

  @Test("The tokens of the text are taken from vLLM's echo, neither those of the prompt nor the generated one")
  func vllm() async throws {
    // As vLLM 0.32 responds to max_tokens 1, echo and logprobs 1.
    let body = """
      {"id":"c","object":"text_completion","choices":[{"index":0,"text":"The meaning reason","logprobs":{\
      "text_offset":[0,3,8,11],"token_logprobs":[null,-16.0,-16.17,-0.066],"tokens":["The"," mean","ing"," reason"],\
      "top_logprobs":[null,{" mean":-16.0,"x":-0.85},{"ing":-16.17,"veryone":-1.62},{" reason":-0.066}]},\
      "finish_reason":"length"}]}
      """
    let ending = RecordedToken(token: "ing", logprob: -16.17, top: ["ing": -16.17, "veryone": -1.62])
    #expect(try await scores(body, prompt: "The mean", text: "ing") == [ending])
    let both = try await scores(body, prompt: "The", text: " meaning")
    #expect(both?.map(\.token) == [" mean", "ing"])
    // A token that begins in the prompt does not belong to the text.
    #expect(try await scores(body, prompt: "The me", text: "aning") == [ending])
    // The first token of a prompt has no probability.
    #expect(try await scores(body, prompt: "", text: "The meaning") == nil)
  }

  @Test("A mark of the beginning that counts in the offsets is left out of account")
  func beginning() async throws {
    let body = """
      {"choices":[{"index":0,"text":"Hi you!","logprobs":{"text_offset":[0,3,5,9],"token_logprobs":[null,-1,-2,-3],\
      "tokens":["<s>","Hi"," you","!"],"top_logprobs":[null,null,null,null]},"finish_reason":"length"}]}
      """
    #expect(try await scores(body, prompt: "Hi", text: " you") == [RecordedToken(token: " you", logprob: -2)])
  }

  @Test("An offset that is no place in the text belongs to no token of it")
  func absurdOffset() async throws {
    let body = """
      {"choices":[{"index":0,"text":"Hi you","logprobs":{"text_offset":[-9223372036854775808,3,5],\
      "token_logprobs":[null,-1,-2],"tokens":["<s>","Hi"," you"],"top_logprobs":[null,null,null]},\
      "finish_reason":"length"}]}
      """
    #expect(try await scores(body, prompt: "Hi", text: " you") == [RecordedToken(token: " you", logprob: -2)])
  }

  @Test("A server that does not echo, as llama-server does not, gives no scores")
  func llamaServer() async throws {
    let body = """
      {"choices":[{"text":" reason","index":0,"logprobs":{"content":[{"id":954,"token":" reason","logprob":-0.066,\
      "top_logprobs":[{"id":954,"token":" reason","logprob":-0.066}]}]},"finish_reason":"length"}]}
      """
    #expect(try await scores(body, prompt: "The", text: " meaning") == nil)
    let refused = CaseRunner(
      transport: answering(status: 400, pieces: ["{}"]), service: try .local,
      pattern: CasePattern(kind: .completion, model: "m"))
    #expect(try await refused.scores(of: "x", to: AccuracyCase(id: "a", prompt: Prompt(.text("y")))) == nil)
  }
}
