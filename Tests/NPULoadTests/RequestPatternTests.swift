import NPULoad
import NPUServices
import NPUTransport
import TestSupport
import Testing

@Suite("The pattern of requests in a description") struct RequestPatternTests {
  private func request(_ pattern: ChatRequest, apiKey: Secret? = nil) throws -> [String: JSONValue] {
    let workload = ChatWorkload(
      service: try ServiceConfiguration("http://127.0.0.1:8000", apiKey: apiKey), pattern: pattern,
      prompts: PromptList.fixed("Hello"))
    return try #require(workload.target(over: ScriptedTransport { _ in [] }).request)
  }

  @Test("has the system prompt, and neither the model nor an empty list of messages")
  func system() throws {
    var pattern = ChatRequest(model: "m", messages: [], sampling: SamplingParameters(temperature: 0))
    #expect(try request(pattern) == ["temperature": 0, "stream": true])
    pattern.messages = [.system("Be brief.")]
    #expect(try request(pattern)["messages"] == [["role": "system", "content": "Be brief."]])
    #expect(try request(pattern)["model"] == nil)
  }

  @Test("shortens what is longer than anybody reads, and shows no secret")
  func shown() throws {
    var pattern = ChatRequest(model: "m", messages: [.system(String(repeating: "a", count: 5000))])
    pattern.extras = ["note": "for the-key-of-all", "eos_token": "</s>", "max_tokens": 9]
    let request = try request(pattern, apiKey: "the-key-of-all")
    let text = try #require(request["messages"]?[0]?["content"]?.string)
    #expect(text.hasSuffix("… (5000 characters)") && text.count < 1100)
    #expect(request["note"] == "for <secret>")
    #expect(request["eos_token"] == "</s>")
    #expect(request["max_tokens"] == 9)
  }

  @Test(
    "shows no member that is named like a secret",
    arguments: ["token", "access-token", "hf_token", "auth_token", "apiKey", "passwd", "private_key", "jwt", "Cookie"])
  func secretMember(name: String) throws {
    var pattern = ChatRequest(model: "m", messages: [])
    pattern.extras = [name: "x"]
    let request = try request(pattern)
    #expect(request[name] == "<secret>")
  }
}
