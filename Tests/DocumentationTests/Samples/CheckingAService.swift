// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/CheckingAService.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit
import Testing

@Suite(.disabled("compiled, not run")) struct CheckingAService1 {
#sourceLocation(file: "Documentation/NPUTestKit.docc/CheckingAService.md", line: 42)



@Suite(.serialized) struct Conformance {
  let context: LLMCheckContext

  init() async throws {
    context = try await LLMCheckContext(Service("http://127.0.0.1:8000"))
  }

  @Test(arguments: CheckSuite.llm.checks)
  func check(_ check: Check<LLMCheckContext>) async throws {
    try await check.run(in: context).require()
  }
}
#sourceLocation()
}

func sampleCheckingAService2() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/CheckingAService.md", line: 66)
let context = try await LLMCheckContext(Service("http://127.0.0.1:8000"))
let report = await CheckSuite.llm.run(in: context)
try report.require()
#sourceLocation()
}

func sampleCheckingAService3() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/CheckingAService.md", line: 79)
var context = try await LLMCheckContext(Service("http://127.0.0.1:8000"))
let largerModel = try Service("http://127.0.0.1:8001")
context.memoryCase.judge = ResponseJudge("a larger model") { response in
  let opinion = try await largerModel.chat.complete("Does this text name a magnolia? Answer yes or no: \(response)")
  return opinion.text?.lowercased().contains("yes") == true ? nil : "the larger model objects"
}
#sourceLocation()
}

func sampleCheckingAService4() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/CheckingAService.md", line: 127)
let greetsBriefly = Check<LLMCheckContext>(
  "shop.greeting", "The greeting is short", requirement: "A greeting takes at most 20 tokens.", tags: [.usage]
) { context in
  let client = ChatClient(transport: context.transport, service: context.service)
  let response = try await client.complete(ChatRequest(model: context.model, messages: [.user("Hello")]))
  let count = response.usage?.completionTokens ?? 0
  try Finding.demand(count <= 20, "the greeting takes \(count) tokens")
  return .pass("\(count) tokens")
}
let context = try await LLMCheckContext(Service("http://127.0.0.1:8000"))
let report = await CheckSuite("shop", checks: [greetsBriefly]).run(in: context)
try report.require()
#sourceLocation()
}
