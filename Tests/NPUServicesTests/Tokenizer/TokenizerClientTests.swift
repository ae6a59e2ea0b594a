import HTTPTypes
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("A tokenizer client")
struct TokenizerClientTests {
  private func client(_ transport: ScriptedTransport, _ wireProtocol: TokenizerRequest.WireProtocol) throws
    -> TokenizerClient
  {
    TokenizerClient(transport: transport, service: try .local, wireProtocol: wireProtocol)
  }

  @Test(
    "speaks each protocol",
    arguments: [
      (
        TokenizerRequest.WireProtocol.vllm, "/tokenize",
        #"{"add_special_tokens":false,"model":"m","prompt":"Hi","return_token_strs":true}"#,
        #"{"count":2,"max_model_len":4096,"tokens":[44,73],"token_strs":["H","i"]}"#,
        TokenizerResponse(count: 2, tokenIDs: [44, 73], tokenTexts: ["H", "i"], maxModelLength: 4096)
      ),
      (
        .llamaServer, "/tokenize", #"{"add_special":false,"content":"Hi","with_pieces":true}"#,
        #"{"tokens":[{"id":44,"piece":"H"},{"id":73,"piece":[105]}]}"#,
        TokenizerResponse(count: 2, tokenIDs: [44, 73], tokenTexts: ["H", "i"])
      ),
      (
        .mindIE, "/v1/tokenizer", #"{"do_decode":true,"inputs":"Hi"}"#, #"{"token_number":2,"tokens":["H","i"]}"#,
        TokenizerResponse(count: 2, tokenTexts: ["H", "i"])
      ),
    ])
  func dialects(
    wireProtocol: TokenizerRequest.WireProtocol, route: String, body: String, answer: String,
    response: TokenizerResponse
  ) async throws {
    let transport = answering(pieces: [answer])
    let request = TokenizerRequest(.text("Hi"), model: "m", addSpecialTokens: false, wantsTokenTexts: true)
    #expect(try await client(transport, wireProtocol).tokenize(request) == .available(response))
    #expect(transport.requests.first?.head.path == route)
    #expect(transport.requests.first?.text == body)
  }

  @Test("counts what a server lists without a count, and refuses a response with neither")
  func counts() async throws {
    #expect(try await client(answering(pieces: [#"{"tokens":[1,2,3]}"#]), .llamaServer).tokenize("a").value?.count == 3)
    #expect(
      try await client(answering(pieces: [#"{"count":0,"tokens":[],"token_strs":null}"#]), .vllm).tokenize("").value?
        .count == 0)
    let bad = try client(answering(pieces: ["{}"]), .vllm)
    let error = await #expect(throws: ServiceError.self) { try await bad.tokenize("a") }
    #expect(error?.kind == .malformedPayload)
  }

  @Test("tokenizes a conversation with vLLM and with nobody else")
  func messages() async throws {
    let transport = answering(pieces: [#"{"count":9,"tokens":[]}"#])
    let request = TokenizerRequest(.messages([.user("Hi")]))
    #expect(try await client(transport, .vllm).tokenize(request).value?.count == 9)
    #expect(transport.requests.first?.text == #"{"messages":[{"content":"Hi","role":"user"}]}"#)
    for wireProtocol in [TokenizerRequest.WireProtocol.llamaServer, .mindIE] {
      let error = #expect(throws: ServiceError.self) {
        try client(transport, wireProtocol).transferRequest(for: request)
      }
      #expect(error?.kind == .invalidRequest)
    }
  }

  @Test("turns tokens back into text where the server can")
  func detokenize() async throws {
    let vllm = answering(pieces: [#"{"prompt":"Hi"}"#])
    #expect(try await client(vllm, .vllm).detokenize([44, 73], model: "m") == .available("Hi"))
    #expect(vllm.requests.first?.text == #"{"model":"m","tokens":[44,73]}"#)
    #expect(
      try await client(answering(pieces: [#"{"content":"Hi"}"#]), .llamaServer).detokenize([1]) == .available("Hi"))
    #expect(try await client(vllm, .mindIE).detokenize([1]).value == nil)
    #expect(vllm.requests.count == 1)
  }

  @Test("tells a server without a tokenizer")
  func missing() async throws {
    let transport = answering(status: 404, pieces: [#"{"detail":"Not Found"}"#])
    #expect(try await client(transport, .vllm).tokenize("a") == .notSupported(status: 404, message: "Not Found"))
  }
}
