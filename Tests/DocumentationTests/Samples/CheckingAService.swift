// Made by Scripts/samples.sh from Documentation/NPUTestKit.docc/CheckingAService.md: change that, then run `make samples`.
// swift-format-ignore-file

import NPUTestKit
import Testing

@Suite(.disabled("compiled, not run")) struct CheckingAService1 {
#sourceLocation(file: "Documentation/NPUTestKit.docc/CheckingAService.md", line: 41)



@Suite(.serialized) struct Conformance {
  let context: LLMCheckContext

  init() throws {
    let service = try ServiceConfiguration("http://127.0.0.1:8000")
    context = LLMCheckContext(transport: try CurlTransport(), service: service, model: "Qwen2-7B-Chat")
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
let report = await CheckSuite.llm.run(in: context)
try report.require()
#sourceLocation()
}

func sampleCheckingAService3() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/CheckingAService.md", line: 78)
context.memoryCase.judge = ResponseJudge("a larger model") { response in
  try await largerModel.accepts(response) ? nil : "the larger model objects"
}
#sourceLocation()
}

func sampleCheckingAService4() async throws {
#sourceLocation(file: "Documentation/NPUTestKit.docc/CheckingAService.md", line: 108)
let answersInTime = Check<LLMCheckContext>(
  "shop.greeting", "The greeting is short", requirement: "A greeting takes at most 20 tokens.", tags: [.usage]
) { context in
  let client = ChatClient(transport: context.transport, service: context.service)
  let answer = try await client.complete(ChatRequest(model: context.model, messages: [.user("Hello")]))
  let count = answer.usage?.completionTokens ?? 0
  try Finding.demand(count <= 20, "the greeting takes \(count) tokens")
  return .pass("\(count) tokens")
}
let report = await CheckSuite("shop", checks: [answersInTime]).run(in: context)
#sourceLocation()
}
